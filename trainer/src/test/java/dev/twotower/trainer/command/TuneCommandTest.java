package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.Seal;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.tune.Budget;
import dev.twotower.trainer.tune.TuneRequest;
import dev.twotower.trainer.tune.TuneRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
  private static final String[] SMALL = {
    "--set=epochs=9", "--set=batchSize=64", "--set=dim=4", "--device=cpu", "--set=threads=1"
  };

  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void generate() {
    data = folder.resolve("data");
    Invocation.of("generate", "--to=" + data, "--users=60", "--items=200", "--rows=900");
  }

  private static Invocation tune(String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("tune", "--data=" + data));
    arguments.add("--out=" + folder.resolve(out));
    arguments.addAll(List.of(SMALL));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void theBestTrialsSettingsTrainTheModelThatWasFound() throws Exception {
    JsonNode report = tune("nine", "--trials=9", "--json").json();
    assertThat(report.at("/rungs")).hasSize(3);
    assertThat(report.at("/trials")).hasSize(9);
    assertThat(report.at("/space/dim").isMissingNode())
        .as("a setting given is not searched")
        .isTrue();
    Path out = folder.resolve("nine");
    Seal.of(out, "").check("best.yaml", "tune.json", "tune.html");

    Invocation trained =
        Invocation.of(
            "train",
            "--json",
            "--data=" + data,
            "--config=" + out.resolve("best.yaml"),
            "--out=" + folder.resolve("best"));
    // It went to the limit, so there is no more to find.
    assertThat(report.at("/trials/0/epochs").intValue()).isEqualTo(9);
    assertThat(trained.json().at("/metrics/recall@20").doubleValue())
        .isEqualTo(report.at("/trials/0/value").doubleValue());
    assertThat(trained.json().at("/bestEpoch").intValue())
        .isEqualTo(report.at("/trials/0/bestEpoch").intValue());

    // Everything is there, so nothing is trained and the answer is the same.
    JsonNode again = tune("nine", "--trials=9", "--json").json();
    assertThat(again.at("/trials")).isEqualTo(report.at("/trials"));
    Invocation more = tune("nine", "--trials=10");
    assertThat(more.exitCode()).isZero();
    assertThat(more.out()).contains("next: twotower train", "page: ");
    assertThat(Files.readString(out.resolve("tune.html"))).contains("What mattered", "<polyline");
  }

  /** The settings of the best keep the room that its own training had. */
  @Test
  void trainingFromTheBestSettingsMayGoOnAndEndsByItself() throws Exception {
    String[] limits = {"--set=epochs=40", "--set=evaluation.patience=2"};
    JsonNode report = tune("room", "--trials=3", limits[0], limits[1], "--json").json();
    Invocation trained =
        Invocation.of(
            "train",
            "--data=" + data,
            "--config=" + folder.resolve("room").resolve("best.yaml"),
            "--out=" + folder.resolve("roomy"));
    assertThat(report.at("/trials/0/bestEpoch").intValue()).isLessThan(38);
    assertThat(trained.err()).doesNotContain("still rose");
    assertThat(trained.out())
        .contains("epoch %d;".formatted(report.at("/trials/0/bestEpoch").intValue()))
        .contains("stopped: 2 epochs without a better one");
    // Nothing ends a training without patience but its epochs, which are then those of the trial.
    JsonNode endless =
        tune("endless", "--trials=1", "--set=evaluation.patience=0", "--json").json();
    assertThat(RunSettings.load(Optional.of(folder.resolve("endless/best.yaml")), List.of()))
        .extracting(settings -> settings.config().epochs())
        .isEqualTo(endless.at("/trials/0/epochs").intValue());
  }

  /** A trial that was paused between rungs has the rates of one that was not. */
  @Test
  void learningRatesFallOverTheEpochsOfTheSearch() throws Exception {
    JsonNode report =
        tune("falling", "--trials=9", "--set=optimizer.schedule=linear", "--json").json();
    assertThat(report.at("/trials/0/epochs").intValue()).isEqualTo(9);
    Path best = folder.resolve("falling").resolve("best.yaml");
    assertThat(Files.readString(best)).contains("epochs is what the learning rates fall over");
    JsonNode trained =
        Invocation.of(
                "train",
                "--json",
                "--data=" + data,
                "--config=" + best,
                "--out=" + folder.resolve("fallen"))
            .json();
    double most = 0;
    for (JsonNode trial : report.at("/trials")) {
      most = Math.max(most, trial.at("/value").doubleValue());
    }
    assertThat(trained.at("/metrics/recall@20").doubleValue()).isEqualTo(most);
  }

  @Test
  void timeIsUsedAndTheAnswerSaysWhatItBought() {
    Invocation run = tune("timed", "--minutes=0.05");
    assertThat(run.err()).contains("trials are drawn until 3 s are used");
    // On a busy machine it may be a single one.
    assertThat(run.out())
        .containsPattern("of 0.05 minutes of training bought \\d+ trials?: \\d+ up to");
    assertThat(tune("few", "--minutes=5", "--trials=2").out())
        .contains("it ended early, since there were to be 2 trials at most.");
  }

  @Test
  void aMaskThatRemovesWhatIsRankedIsCommentedOn() throws Exception {
    RunConfig base =
        RunConfig.defaults().with("epochs=1", "batchSize=64", "dim=4", "device=cpu", "threads=1");
    try (Dataset dataset = Dataset.open(data)) {
      for (String masks : List.of("identity+user", "identity+engaged")) {
        for (boolean rankSeen : new boolean[] {false, true}) {
          RunConfig config = base.with("masks=" + masks, "evaluation.rankSeen=" + rankSeen);
          Path out = folder.resolve("masks-" + masks + rankSeen);
          var report =
              TuneRun.run(
                      dataset,
                      new TuneRequest(config, Set.of(), new Budget(1, Double.POSITIVE_INFINITY)),
                      out,
                      RunsListener.SILENT,
                      () -> false)
                  .orElseThrow();
          assertThat(
                  report.warnings().stream()
                      .anyMatch(each -> each.startsWith("The best trial has the mask `engaged`")))
              .as("%s, seen items ranked: %s", masks, rankSeen)
              .isEqualTo(rankSeen && masks.endsWith("engaged"));
        }
      }
    }
  }

  @Test
  void aSearchThatWasStoppedEndsLikeOneThatWasNot() throws Exception {
    RunConfig base =
        RunConfig.defaults().with("epochs=9", "batchSize=64", "dim=4", "device=cpu", "threads=1");
    TuneRequest request =
        new TuneRequest(base, Set.of("dim"), new Budget(4, Double.POSITIVE_INFINITY));
    try (Dataset dataset = Dataset.open(data)) {
      AtomicInteger steps = new AtomicInteger();
      Path stopped = folder.resolve("stopped");
      Optional<?> interrupted =
          TuneRun.run(
              dataset, request, stopped, RunsListener.SILENT, () -> steps.incrementAndGet() == 40);
      assertThat(interrupted).isEmpty();
      var resumed =
          TuneRun.run(dataset, request, stopped, RunsListener.SILENT, () -> false).orElseThrow();
      var whole =
          TuneRun.run(dataset, request, folder.resolve("whole"), RunsListener.SILENT, () -> false)
              .orElseThrow();
      for (int at = 0; at < 4; at++) {
        assertThat(resumed.trials().get(at).number()).isEqualTo(whole.trials().get(at).number());
        assertThat(resumed.trials().get(at).value()).isEqualTo(whole.trials().get(at).value());
        assertThat(resumed.trials().get(at).epochs()).isEqualTo(whole.trials().get(at).epochs());
      }
      assertThat(stopped.resolve("best.yaml"))
          .hasSameTextualContentAs(folder.resolve("whole").resolve("best.yaml"));
    }
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    tune("none").refused(ExitCode.USAGE, "neither --minutes nor --trials");
    tune("none", "--trials=0").refused(ExitCode.USAGE, "--trials", "1");
    tune("none", "--trials=3", "--set=evaluation.split=test")
        .refused(ExitCode.USAGE, "evaluation.split is test", "allowed: validation");
    tune("none", "--trials=3", "--set=evaluation.everyEpochs=0")
        .refused(ExitCode.USAGE, "evaluation.everyEpochs is 0");
    tune("two", "--trials=1");
    tune("two", "--trials=1", "--set=loss.queue=10")
        .refused(ExitCode.USAGE, "holds a run with other settings", "loss.queue: 0 there, 10 now");
  }
}
