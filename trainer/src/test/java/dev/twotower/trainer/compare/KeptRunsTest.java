package dev.twotower.trainer.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.KeptRuns;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.kept.SideBySide;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a comparison, and what an arm chooses among them. */
class KeptRunsTest {
  private static final RunConfig CONFIG =
      RunConfig.defaults().with("epochs=1", "batchSize=64", "dim=4", "device=cpu");

  @TempDir static Path folder;
  private static Dataset data;
  private static Dataset other;

  @TempDir Path out;
  private final List<String> trained = new ArrayList<>();
  private KeptRuns kept;

  @BeforeAll
  static void generate() {
    data = generated("data", "1");
    other = generated("other", "2");
  }

  @AfterAll
  static void close() {
    data.close();
    other.close();
  }

  private static Dataset generated(String name, String seed) {
    Path path = folder.resolve(name);
    Invocation.of(
        "generate", "--to=" + path, "--users=60", "--items=200", "--rows=900", "--seed=" + seed);
    return Dataset.open(path);
  }

  @BeforeEach
  void begin() {
    kept = of(data);
  }

  private KeptRuns of(Dataset dataset) {
    RunsListener listener =
        new RunsListener() {
          @Override
          public TrainingListener run(int number, int runs, String description) {
            trained.add(description);
            return TrainingListener.SILENT;
          }
        };
    return new KeptRuns(dataset, listener, () -> false, 4);
  }

  @Test
  void aFinishedRunIsTakenAsItIs() throws Exception {
    String first = kept.trained("first", CONFIG, out.resolve("a")).orElseThrow().toString();
    assertThat(of(data).trained("again", CONFIG, out.resolve("a")).orElseThrow())
        .hasToString(first);
    assertThat(trained).containsExactly("first");
  }

  @Test
  void theSameSettingsElsewhereAreTheSameRun() throws Exception {
    String first = kept.trained("first", CONFIG, out.resolve("a")).orElseThrow().toString();
    assertThat(kept.trained("copy", CONFIG, out.resolve("b")).orElseThrow()).hasToString(first);
    assertThat(trained).containsExactly("first");
  }

  /** Though it writes no checkpoints otherwise. */
  @Test
  void aStoppedRunGoesOnWhereItWas() throws Exception {
    RunConfig config = CONFIG.with("epochs=3");
    AtomicInteger steps = new AtomicInteger();
    List<Long> later = new ArrayList<>();
    RunsListener listener =
        new RunsListener() {
          @Override
          public TrainingListener run(int number, int runs, String description) {
            return new TrainingListener() {
              @Override
              public void step(long step, long expected, double loss) {
                later.add(step);
              }
            };
          }
        };
    Path path = out.resolve("a");
    BooleanSupplier seventh = () -> steps.incrementAndGet() == 7;
    assertThat(new KeptRuns(data, RunsListener.SILENT, seventh, 1).trained("", config, path))
        .isEmpty();
    assertThat(new KeptRuns(data, listener, () -> false, 1).trained("", config, path)).isPresent();
    assertThat(later.get(0)).isEqualTo(8);
    assertThat(kept.trained("whole", config, out.resolve("b"))).isPresent();
    String weights = "model/weights.safetensors";
    assertThat(path.resolve(weights)).hasSameBinaryContentAs(out.resolve("b").resolve(weights));
  }

  @Test
  void aRunWithOtherSettingsOrOfOtherDataIsRefused() throws Exception {
    kept.trained("first", CONFIG, out.resolve("a"));
    assertThatThrownBy(() -> kept.trained("x", CONFIG.with("dim=8"), out.resolve("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dim: 4 there, 8 now");
    assertThatThrownBy(() -> of(other).trained("x", CONFIG, out.resolve("a")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("was trained on");
  }

  @Test
  void anArmChoosesTheBestCombinationWithTheFirstSeed() throws Exception {
    ArmSpec arm = ArmSpec.parse("iid/identity");
    CompareRequest request = request(arm, "optimizer.tableLearningRate=0.0001,0.3");
    Tuning chosen =
        Tuning.of(arm, CONFIG, request, out, kept, new SideBySide(1), note -> {}).orElseThrow();
    assertThat(trained).hasSize(2);
    assertThat(chosen.of()).isEqualTo(2);
    assertThat(chosen.config().seed()).isEqualTo(7);
    assertThat(chosen.settings()).containsKey("optimizer.tableLearningRate");
    assertThat(chosen.config())
        .isEqualTo(CONFIG.with("seed=7").with(chosen.chosen().toArray(String[]::new)));
    assertThat(chosen.toString()).contains("the best of 2");
  }

  @Test
  void aGridThatDoesNotFitIsRefusedBeforeTraining() {
    ArmSpec arm = ArmSpec.parse("iid/identity;dim=8");
    assertThat(mistakes(arm, "dim=2,4"))
        .containsExactly(
            "arm iid/identity;dim=8: it sets dim, which --grid dim=2,4 is to choose; leave it out"
                + " of one of them");
    ArmSpec plain = ArmSpec.parse("iid/identity");
    assertThat(mistakes(plain, "dim=2,none"))
        .as("said once, for all arms")
        .singleElement()
        .asString()
        .startsWith("--grid, dim=none: ");
  }

  private static List<String> mistakes(ArmSpec arm, String grid) {
    CompareRequest request = request(arm, grid);
    return ArmMistakes.of(
            request.arms(), request.grid(), CONFIG, config -> Training.misfits(data, config))
        .all();
  }

  /** A check takes passes over all rows, and reads no rates: 18 runs of each seed, two checks. */
  @Test
  void whatIsCheckedAlikeIsCheckedOnce() {
    List<Grid> grid =
        List.of(
            Grid.parse("optimizer.learningRate=0.1,0.01,0.001"),
            Grid.parse("loss.temperature=0.1,0.2,0.3"));
    List<RunConfig> checked = new ArrayList<>();
    List<ArmSpec> arms = request(ArmSpec.parse("iid/identity"), "dim=2,4").arms();
    Function<RunConfig, List<String>> check =
        config -> {
          checked.add(config);
          return List.of("wrong with batches of " + config.layout());
        };
    assertThat(ArmMistakes.of(arms, grid, CONFIG, check).all())
        .containsExactlyInAnyOrder(
            "arm iid/identity: wrong with batches of iid",
            "arm sorted/identity: wrong with batches of sorted");
    assertThat(checked).hasSize(2);
    checked.clear();
    ArmMistakes.of(arms, grid, CONFIG.with("loss.form=top-k"), check);
    assertThat(checked).as("one of each temperature, which top-k may not have").hasSize(6);
    checked.clear();
    ArmMistakes.of(arms, List.of(Grid.parse("epochs=1,2")), CONFIG, check);
    ArmMistakes.of(
        arms, List.of(Grid.parse("epochs=1,2")), CONFIG.with("optimizer.warmupSteps=1"), check);
    assertThat(checked).as("of two lengths where rates warm up").hasSize(2 + 4);
  }

  /** Only then are passes over the rows left out that look for mistakes. */
  @Test
  void aComparisonIsOnlyShownAgainWhereAllRunsAndTheReportAreThere() throws Exception {
    CompareRequest request = request(ArmSpec.parse("iid/identity"), "dim=2,4");
    assertThat(ArmFolders.areTrained(request, out)).isFalse();
    for (String arm : List.of("01-iid_identity", "02-sorted_identity")) {
      for (long seed : request.seeds()) {
        assertThat(ArmFolders.areTrained(request, out)).isFalse();
        kept.trained("run", CONFIG, out.resolve("runs").resolve(arm).resolve("seed-" + seed));
        Files.writeString(out.resolve(ReportFiles.JSON), "{}");
      }
    }
    assertThat(trained).hasSize(1);
    assertThat(ArmFolders.areTrained(request, out)).isTrue();
    CompareRequest more = request(ArmSpec.parse("iid/identity+user"), "dim=2,4");
    assertThat(ArmFolders.areTrained(more, out)).as("an arm is new").isFalse();
    Files.delete(out.resolve(ReportFiles.JSON));
    assertThat(ArmFolders.areTrained(request, out)).isFalse();
  }

  /** The CPU and a GPU add up in another order, and so may another version. */
  @Test
  void aRankingIsFoundByItsKindOfDeviceAndItsVersion() throws Exception {
    kept.trained("run", CONFIG, out.resolve("a"));
    ArmMembers.Member run = ArmMembers.of(GivenArm.parse("a=" + out.resolve("a"))).members().get(0);
    RankingEvaluator evaluator =
        new RankingEvaluator(Training.rankingData(data), RankingOptions.defaults(Split.TEST));
    KeptRankings rankings = new KeptRankings(out, "1", Optional.empty(), data, evaluator);
    assertThat(rankings.place(run, "cpu"))
        .isEqualTo(
            new KeptRankings(out, "1", Optional.of("cpu"), data, evaluator).place(run, "cpu"))
        .isNotEqualTo(rankings.place(run, "gpu"))
        .isNotEqualTo(
            new KeptRankings(out, "2", Optional.empty(), data, evaluator).place(run, "cpu"));
  }

  private static CompareRequest request(ArmSpec arm, String grid) {
    return new CompareRequest(
        List.of(arm, ArmSpec.parse("sorted/identity")),
        Set.of(),
        List.of(7L, 8L),
        CONFIG,
        List.of(Grid.parse(grid)),
        Metric.parse("recall@20"),
        Split.TEST,
        0,
        Comparison.Pairing.ALL,
        0);
  }
}
