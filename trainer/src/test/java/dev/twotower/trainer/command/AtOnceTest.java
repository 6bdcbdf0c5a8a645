package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.kept.SideBySide;
import dev.twotower.trainer.tune.Budget;
import dev.twotower.trainer.tune.TuneRequest;
import dev.twotower.trainer.tune.TuneRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a comparison side by side. */
class AtOnceTest {
  private static final String ARMS = "iid/identity,sorted/identity+user";

  @TempDir Path folder;

  @Test
  void aComparisonComesToTheSameWithAnyNumberOfRunsAtOnce() {
    SmallComparison small = SmallComparison.in(folder);
    String grid = "--grid=loss.temperature=0.1,0.3";
    JsonNode one = small.compare("one", ARMS, grid, "--json").json();
    Invocation run = small.compare("three", ARMS, grid, "--at-once=3", "--json");
    JsonNode three = run.json();
    assertThat(three.at("/arms/0/metrics")).isEqualTo(one.at("/arms/0/metrics")).isNotEmpty();
    assertThat(three.at("/arms/1/metrics")).isEqualTo(one.at("/arms/1/metrics"));
    assertThat(three.at("/pairs")).isEqualTo(one.at("/pairs"));
    for (int arm = 0; arm < 2; arm++) {
      String chosen = "/arms/" + arm + "/chosen";
      assertThat(three.at(chosen)).isEqualTo(one.at(chosen)).isNotEmpty();
    }
    assertThat(three.at("/provenance/runs side by side").textValue()).isEqualTo("3");
    assertThat(one.at("/provenance").has("runs side by side")).isFalse();
    assertThat(run.err()).contains("1/4 ", "2/4 ", "3/4 ", "4/4 ");

    // What is there is what any number of runs at once would have trained, and was timed as it was.
    Invocation again = small.compare("three", ARMS, grid);
    assertThat(again.out()).contains("made side by side on one machine (3 at once)");
    JsonNode mixed = small.compare("three", "sorted/identity", grid, "--add", "--json").json();
    assertThat(mixed.at("/provenance/runs side by side").textValue()).isEqualTo("1, 3");
    assertThat(mixed.at("/warnings").toString())
        .contains("Runs were timed with 1 and 3 of them at once, so their speeds do not compare");
  }

  @Test
  void whatIsWrongWithAGridIsSaidAsEver() {
    SmallComparison small = SmallComparison.in(folder);
    String[] grids = {"--grid=dim=32,abc", "--grid=loss.temperature=-1,0.1"};
    Invocation one = small.compare("bad", ARMS, grids);
    Invocation two = small.compare("bad", ARMS, grids[0], grids[1], "--at-once=2");
    one.refused(2, "--grid", "abc");
    assertThat(two.err()).isEqualTo(one.err());
  }

  /** Its first epochs, the best third's next ones, and what fails among them. */
  @Test
  void aSearchComesToTheSameWithAnyNumberOfTrialsAtOnce() {
    SmallComparison small = SmallComparison.in(folder);
    JsonNode one = tune(small, "search-one").json();
    Invocation run = tune(small, "search-three", "--at-once=3");
    JsonNode three = run.json();
    assertThat(three.at("/trials")).hasSize(7);
    for (int trial = 0; trial < 7; trial++) {
      JsonNode there = one.at("/trials/" + trial);
      JsonNode here = three.at("/trials/" + trial);
      for (String field : List.of("number", "settings", "value", "bestEpoch", "epochs", "ended")) {
        assertThat(here.get(field)).as("%s of %d", field, trial).isEqualTo(there.get(field));
      }
    }
    assertThat(three.at("/rungs").findValuesAsText("trials"))
        .isEqualTo(one.at("/rungs").findValuesAsText("trials"));
    assertThat(run.err().lines().filter(line -> line.startsWith("trial "))).hasSizeBetween(8, 12);
    tune(small, "search-none", "--at-once=2", "--minutes=1")
        .refused(2, "--at-once: received 2 beside --minutes", "allowed: 1, or --trials alone");
  }

  /** What was done before the stop, and before it was asked for more, stays in the report. */
  @Test
  void aStoppedSearchReportsWhatWasDone() throws Exception {
    SmallComparison small = SmallComparison.in(folder);
    RunConfig base =
        RunConfig.defaults().with("epochs=2", "batchSize=64", "dim=4", "device=cpu", "threads=1");
    try (Dataset data = Dataset.open(small.data())) {
      SideBySide two = new SideBySide(2);
      Path out = folder.resolve("stopped");
      double forEver = Double.POSITIVE_INFINITY;
      TuneRequest few = new TuneRequest(base, Set.of("dim"), new Budget(3, forEver));
      assertThat(TuneRun.run(data, few, two, out, RunsListener.SILENT, () -> false)).isPresent();
      TuneRequest more = new TuneRequest(base, Set.of("dim"), new Budget(6, forEver));
      assertThat(TuneRun.run(data, more, two, out, RunsListener.SILENT, () -> true)).isEmpty();
      JsonNode report = new ObjectMapper().readTree(out.resolve("tune.json").toFile());
      assertThat(report.at("/trials")).hasSize(3);
    }
  }

  private static Invocation tune(SmallComparison small, String out, String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "tune",
                "--data=" + small.data(),
                "--out=" + small.folder().resolve(out),
                "--trials=7",
                "--set=epochs=6",
                "--set=dim=4",
                "--device=cpu",
                "--json"));
    options.addAll(List.of(more));
    return Invocation.of(options.toArray(String[]::new));
  }

  @Test
  void runsThatTakeTheEngineForThemselvesComeOneAfterAnother() {
    Invocation run =
        SmallComparison.in(folder)
            .compare(
                "attention",
                ARMS,
                "--at-once=2",
                "--set=user.history.length=3",
                "--set=user.history.pooling=attention",
                "--json");
    assertThat(run.err()).contains("runs are trained one after another", "learned pooling");
    assertThat(run.json().at("/provenance").has("runs side by side")).isFalse();
  }

  @Test
  void aNumberOutOfRangeIsRefusedAndOtherNamesAreUnderstood() {
    SmallComparison small = SmallComparison.in(folder);
    small.compare("none", ARMS, "--at-once=0").refused(2, "--at-once: received 0", "1 to 1024");
    small.compare("none", ARMS, "--jobs=2").refused(2, "--jobs", "--at-once");
    small
        .invoke("curve", "none", List.of("--requests", "8", "--at-once", "-1"))
        .refused(2, "--at-once: received -1");
  }
}
