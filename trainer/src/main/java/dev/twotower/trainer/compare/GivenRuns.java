package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmRun;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.warm.WarmStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Judges runs that were trained before, wherever that was, as {@code compare} judges those that it
 * trains: each arm with the first, over seeds and users. All are ranked for the same users of one
 * data set; a run of another data set serves this one's users and items, and those that it does not
 * know are unknown to it.
 */
public final class GivenRuns {
  /** Settings in which runs of an arm may differ: they change nothing, or chance alone. */
  private static final List<String> MAY_DIFFER =
      List.of("seed", "threads", "device", "checkpoint", "evaluation.everyEpochs");

  private final Dataset data;
  private final RankingOptions options;
  private final RankingEvaluator evaluator;
  private final Consumer<String> note;

  /**
   * @param data whose users are ranked
   * @param note hears what a reader should know of each run
   */
  public GivenRuns(Dataset data, RankingOptions options, Consumer<String> note) {
    this.data = data;
    this.options = options;
    this.evaluator = new RankingEvaluator(Training.rankingData(data), options);
    this.note = note;
  }

  /**
   * An arm's figures.
   *
   * @param name as it was given
   * @param runs its runs, by seed
   * @param metrics by name, over seeds and users
   */
  public record Arm(String name, List<String> runs, Map<String, Estimate> metrics) {}

  /**
   * What was judged.
   *
   * @param split the rows that were ranked
   * @param users how many users were ranked
   * @param seeds of every arm, rising
   * @param metric what verdicts are about
   * @param arms the reference first
   * @param pairs each arm with the first
   * @param warnings reasons to doubt the result
   */
  public record Judged(
      Split split,
      int users,
      List<Long> seeds,
      String metric,
      List<Arm> arms,
      List<Report.Pair> pairs,
      List<String> warnings) {}

  /**
   * Ranks and judges.
   *
   * @param arms the reference first
   * @throws IllegalArgumentException when fewer than two arms are given, a name or a run twice, or
   *     runs of an arm differ in more than their seed
   */
  public Judged judge(List<GivenArm> arms, Metric metric) throws IOException {
    requireDistinct(arms);
    for (GivenArm arm : arms) {
      requireAlike(arm);
    }
    List<ArmRuns> all = new ArrayList<>();
    List<Arm> shown = new ArrayList<>();
    for (GivenArm arm : arms) {
      List<Path> runs = new ArrayList<>(arm.runs());
      Map<Path, Long> seeds = new HashMap<>();
      for (Path run : runs) {
        seeds.put(run, RunDirectory.open(run).config().seed());
      }
      runs.sort(Comparator.comparing(seeds::get));
      List<ArmRun> ranked = new ArrayList<>();
      for (Path run : runs) {
        ranked.add(new ArmRun(seeds.get(run), rank(run, metric), 0, 0, List.of()));
      }
      RunConfig config = RunDirectory.open(runs.get(0)).config();
      ArmRuns judged =
          new ArmRuns(
              new ArmSpec(arm.name(), config.layout(), config.masks(), Map.of()), ranked, null);
      all.add(judged);
      shown.add(
          new Arm(
              arm.name(),
              runs.stream().map(Path::toString).toList(),
              Comparison.arms(List.of(judged)).get(0).metrics()));
    }
    return new Judged(
        options.split(),
        evaluator.users().length,
        all.get(0).runs().stream().map(ArmRun::seed).toList(),
        metric.toString(),
        shown,
        Comparison.pairs(
            all, List.of(metric), Comparison.Pairing.WITH_FIRST, ComparisonSettings.defaults()),
        Comparison.warnings(all, metric));
  }

  private EvaluationResult rank(Path path, Metric metric) throws IOException {
    String trainedOn = RunDirectory.open(path).checkedCard().datasetChecksum();
    boolean here = trainedOn.equals(RunDirectory.checksum(data));
    RunDirectory.notEnded(path).ifPresent(note);
    EvaluationResult result;
    try (TrainedRun run =
        TrainedRun.load(
            path, here ? Optional.of(data.directory()) : Optional.empty(), Optional.empty())) {
      if (here) {
        run.config().trainOn().requireHeldOut(options.split());
        result = run.evaluate(evaluator, options.split());
      } else {
        result = WarmStart.evaluate(run, data, evaluator, options.split());
      }
      run.rankedOtherwise(options).ifPresent(note);
    }
    note.accept(
        String.format(
            Locale.ROOT, "%s: %s %.4f", path, metric, result.metrics().get(metric.toString())));
    return result;
  }

  private static void requireDistinct(List<GivenArm> arms) {
    if (arms.size() < 2) {
      throw new IllegalArgumentException(
          "%d arm is given; allowed: two or more, the reference first".formatted(arms.size()));
    }
    requireOnce("arm", arms.stream().map(GivenArm::name));
    requireOnce(
        "run",
        arms.stream()
            .flatMap(arm -> arm.runs().stream())
            .map(run -> run.toAbsolutePath().normalize().toString()));
  }

  private static void requireOnce(String what, Stream<String> names) {
    List<String> all = names.toList();
    all.stream()
        .filter(name -> all.indexOf(name) != all.lastIndexOf(name))
        .findFirst()
        .ifPresent(
            twice -> {
              throw new IllegalArgumentException(
                  "%s %s is given twice; allowed: each %s once".formatted(what, twice, what));
            });
  }

  private static void requireAlike(GivenArm arm) throws IOException {
    RunConfig first = RunDirectory.open(arm.runs().get(0)).config();
    Map<Long, Path> seeds = new HashMap<>();
    for (Path run : arm.runs()) {
      RunConfig config = RunDirectory.open(run).config();
      List<String> differences =
          first.differences(config).stream()
              .filter(each -> MAY_DIFFER.stream().noneMatch(key -> isOf(each, key)))
              .toList();
      if (!differences.isEmpty()) {
        throw new IllegalArgumentException(
            "arm %s: %s and %s differ in more than their seed: %s; allowed: runs of the same settings, others as an arm of their own"
                .formatted(arm.name(), arm.runs().get(0), run, String.join(", ", differences)));
      }
      Path other = seeds.put(config.seed(), run);
      if (other != null) {
        throw new IllegalArgumentException(
            "arm %s: %s and %s both have seed %d; allowed: one run of each seed"
                .formatted(arm.name(), other, run, config.seed()));
      }
    }
  }

  private static boolean isOf(String difference, String key) {
    return difference.startsWith(key + ":") || difference.startsWith(key + ".");
  }
}
