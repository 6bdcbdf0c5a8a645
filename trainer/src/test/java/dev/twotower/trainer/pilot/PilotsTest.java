package dev.twotower.trainer.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.generate.Generator;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.run.Tried;
import dev.twotower.trainer.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PilotsTest {
  private static final String[] SMALL = {"dim=16", "batchSize=512", "device=cpu", "threads=1"};

  @TempDir static Path folder;
  private static Dataset data;

  @BeforeAll
  static void generate() throws IOException {
    Path made = folder.resolve("data");
    Generator.generate(
        new GenerateRequest(
            2000,
            200,
            24_000,
            1,
            List.of(4, 3),
            8,
            0.8,
            0.7,
            0.9,
            1,
            90,
            GenerateRequest.HeldOut.LEAVE_LAST_OUT),
        made);
    data = Dataset.open(made);
  }

  @AfterAll
  static void close() {
    data.close();
  }

  private static RunSettings.Chosen chosen(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(SMALL));
    all.addAll(List.of(settings));
    return RunSettings.load(Optional.empty(), all).on(data);
  }

  private static final class Heard implements RunsListener {
    private final List<String> runs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @Override
    public TrainingListener run(int number, int runs, String description) {
      this.runs.add(description);
      return TrainingListener.SILENT;
    }

    @Override
    public void note(String message) {
      notes.add(message);
    }
  }

  @Test
  void theBestOfWhatWasTriedIsTakenAndNothingElseChanges() throws Exception {
    RunSettings.Chosen chosen = chosen();
    assertThat(Pilots.wanted(data, chosen)).isTrue();
    Heard heard = new Heard();
    Pilots.Found all =
        Pilots.choose(data, chosen, folder.resolve("new/run"), heard, () -> false).orElseThrow();
    RunConfig found = all.config();
    LossConfig start = chosen.config().loss();
    assertThat(
            found.with(
                "loss.temperature=" + start.temperature(),
                "loss.topK.temperature=" + start.topK().temperature()))
        .isEqualTo(chosen.config());
    assertThat(heard.runs).hasSizeGreaterThanOrEqualTo(2).allMatch(each -> each.contains("temp"));
    String taken = "loss.temperature " + heard.notes.get(1).split("[=;]")[1].strip();
    assertThat(heard.runs).contains(taken);
    assertThat(Double.parseDouble(taken.split(" ")[1])).isEqualTo(found.loss().temperature());
    Tried tried = all.tried().orElseThrow();
    assertThat(tried.chosen()).isEqualTo(found.loss().temperature());
    assertThat(tried.trials()).hasSameSizeAs(heard.runs);
    assertThat(tried.trials().stream().map(Tried.Trial::value))
        .startsWith(start.temperature())
        .contains(tried.chosen());
    double best = tried.trials().stream().mapToDouble(Tried.Trial::mean).max().orElseThrow();
    assertThat(heard.notes.get(1)).contains("%.4f at ".formatted(best));
    assertThat(tried.users()).isEqualTo(2000);
    // Runs that differ in their seed have one temperature.
    RunSettings.Chosen other = chosen("seed=7");
    RunConfig again =
        Pilots.choose(data, other, folder.resolve("new/run"), new Heard(), () -> false)
            .orElseThrow()
            .config();
    assertThat(again).isEqualTo(found.with("seed=7"));
    try (Stream<Path> left = Files.list(folder.resolve("new"))) {
      assertThat(left).isEmpty();
    }
  }

  /**
   * Far too low a temperature to begin with: what is found above it is better by far, and top-K
   * follows.
   */
  @Test
  void itLeavesATemperatureThatIsFarOff() throws Exception {
    RunSettings.Chosen chosen = chosen("loss.form=top-k");
    RunConfig off = chosen.config().with("loss.temperature=0.05", "loss.topK.temperature=10");
    RunConfig found =
        Pilots.choose(
                data,
                new RunSettings.Chosen(off, chosen.choices()),
                folder.resolve("off"),
                new Heard(),
                () -> false)
            .orElseThrow()
            .config();
    assertThat(found.loss().temperature()).isGreaterThan(0.06);
    assertThat(found.loss().topK().temperature())
        .isCloseTo(
            3.5 * found.loss().temperature() * Math.log(data.items()),
            Percentage.withPercentage(1));
  }

  /** The run itself is to fail, where what shows why is kept. */
  @Test
  void whatCannotBeTrainedIsLeftToTheRun() throws Exception {
    RunSettings.Chosen chosen = chosen("loss.form=top-k", "loss.topK.temperature=0.01");
    Heard heard = new Heard();
    assertThat(Pilots.choose(data, chosen, folder.resolve("unfit"), heard, () -> false))
        .contains(new Pilots.Found(chosen.config(), Optional.empty()));
    assertThat(heard.runs).hasSize(1);
    assertThat(heard.notes).noneMatch(each -> each.contains("chosen"));
  }

  @Test
  void aStopLeavesNothing() throws Exception {
    assertThat(Pilots.choose(data, chosen(), folder.resolve("stop/run"), new Heard(), () -> true))
        .isEmpty();
    try (Stream<Path> left = Files.list(folder.resolve("stop"))) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss.temperature=0.2",
        "epochs=3",
        "maxSteps=5",
        "evaluation.everyEpochs=0",
        "evaluation.split=test",
        "loss.learnTemperature=true"
      })
  void whoDecidesIsNotAskedAgain(String setting) throws IOException {
    String[] settings =
        setting.startsWith("evaluation.every")
            ? new String[] {setting, "evaluation.patience=0"}
            : new String[] {setting};
    assertThat(Pilots.wanted(data, chosen(settings))).isFalse();
  }
}
