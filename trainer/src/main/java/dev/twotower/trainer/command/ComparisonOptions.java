package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.compare.Arms;
import dev.twotower.trainer.compare.CompareRequest;
import dev.twotower.trainer.compare.CompareRun;
import dev.twotower.trainer.compare.EarlierReport;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.compare.OtherSettings;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.SideBySide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How arms are trained and judged, whichever command the arms come from. */
final class ComparisonOptions {
  static final String AFTER_WRITE_FAILURE =
      "finished runs are kept, and so is an earlier report: free some space, and run the same"
          + " command again";

  static final String SEEDS =
      "Seeds that every arm is trained with, counted from the setting seed.";

  @Option(names = "--seeds", order = 3, paramLabel = "N", defaultValue = "3", description = SEEDS)
  private int seeds;

  @Option(
      names = {"--out", "--to"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "Where runs and report go; finished runs are kept and reused.")
  private Path out;

  @Option(
      names = "--add",
      order = 7,
      description = "Keep the arms that the report in --out has, and add to them.")
  private boolean add;

  @Option(
      names = "--metric",
      order = 8,
      paramLabel = "M",
      description = "The metric to judge by. By default the setting evaluation.stopMetric.")
  private Optional<Metric> metric = Optional.empty();

  @Mixin private SplitOption split;

  @Mixin private SampleOption sample;

  @Option(
      names = "--grid",
      order = 11,
      paramLabel = "KEY=V,V..",
      description =
          "Values of a setting from which each arm chooses on validation: equal tuning for all."
              + " May be given several times, for every combination.")
  private List<Grid> grid = List.of();

  @Option(
      names = "--max-batches",
      order = 12,
      paramLabel = "N",
      defaultValue = "0",
      description = "Measure false negatives on a sample of N batches; 0: the whole epoch.")
  private int maxBatches;

  @Option(
      names = "--at-once",
      order = 13,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Trains N runs side by side, each on one thread: the same results sooner, with the memory"
              + " of N runs. Times of steps are those of a shared machine.")
  private int atOnce;

  @Mixin private TrackOptions track;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether the report in place has arms besides those that are given. */
  boolean adds() {
    return add;
  }

  /**
   * Compares the arms.
   *
   * @param dataset as it is, whatever kinds of feedback stand for
   * @param recipes names of the arms that were asked for as the recipe
   * @param options settings of all arms
   * @param text makes the report and the place it lies at readable in a terminal
   */
  Answer run(
      Dataset dataset,
      List<ArmSpec> arms,
      Set<String> recipes,
      RunConfig base,
      ConfigOptions options,
      Comparison.Pairing pairing,
      Console console,
      BiFunction<Report, Path, String> text)
      throws IOException, InterruptedException {
    if (seeds < 1) {
      throw new IllegalArgumentException("--seeds: received " + seeds + "; allowed: 1 and up");
    }
    Optional<EarlierReport> earlier = EarlierReport.in(out);
    List<ArmSpec> all = add ? earlier.map(report -> report.with(arms)).orElse(arms) : arms;
    Set<String> kept = earlier.map(report -> Set.copyOf(report.arms())).orElse(Set.of());
    CompareRequest request =
        new CompareRequest(
            Arms.distinct(all, base, kept, console::tell),
            recipes,
            CompareRequest.seeds(base.seed(), seeds),
            base,
            grid,
            metric.orElseGet(() -> Metric.parse(base.evaluation().stopMetric())),
            split.split(),
            sample.users(),
            pairing,
            maxBatches);
    tellOfWhatDoesNothing(dataset, request, options.settings().given(), console);
    try (StudyDisplay display = new StudyDisplay(console);
        TrackOptions.Session tracked = track.open(console)) {
      return tracked
          .parts(
              display,
              out,
              base,
              listener ->
                  CompareRun.run(
                      dataset,
                      request,
                      new SideBySide(atOnce),
                      out,
                      listener,
                      console.interruption().stopSignal()),
              "report.json",
              "report.html")
          .map(report -> new Answer(report, text.apply(report, out)))
          .orElseThrow(Interrupted::betweenRuns);
    } catch (OtherSettings other) {
      throw new IllegalArgumentException(
          other.getMessage() + System.lineSeparator() + wayOn(other, options, dataset), other);
    }
  }

  private String wayOn(OtherSettings other, ConfigOptions options, Dataset dataset) {
    return other
        .there()
        .map(
            there ->
                "to go on with them, run%n  %s%nor choose another --out"
                    .formatted(
                        TypedAgain.with(
                            spec, fewest(there, options, dataset), options.shortForms())))
        .orElse("give the same settings, or choose another --out");
  }

  /**
   * Without those that the log chooses as they were, once the others are. Kinds of feedback that a
   * file names, and the runs that are there do not, are taken out.
   */
  private static Map<String, String> fewest(
      Map<String, String> there, ConfigOptions options, Dataset dataset) {
    Map<String, String> all = new LinkedHashMap<>(there);
    all.computeIfPresent(
        OtherSettings.EVENTS, (key, uses) -> KindsNote.only(uses, options.ofFile().events()));
    Map<String, String> few = new LinkedHashMap<>(all);
    options.on(dataset, unheard -> {}).effective().forEach(choice -> few.remove(choice.key()));
    Map<String, String> more = new LinkedHashMap<>(few);
    more.computeIfPresent(
        OtherSettings.EVENTS,
        (key, uses) -> KindsNote.only(uses, options.settings().config().events()));
    List<String> set =
        more.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
    RunConfig config = options.trained(dataset, set);
    boolean enough =
        there.entrySet().stream()
            .allMatch(each -> OtherSettings.value(config, each.getKey()).equals(each.getValue()));
    return enough ? few : all;
  }

  private static void tellOfWhatDoesNothing(
      Dataset dataset, CompareRequest request, Set<String> given, Console console) {
    Set<String> decided = new HashSet<>(given);
    request.arms().forEach(arm -> decided.addAll(arm.settings().keySet()));
    request.grid().forEach(each -> decided.add(each.key()));
    List<RunConfig> configs =
        request.arms().stream()
            .map(arm -> request.base().with(arm.overrides().toArray(String[]::new)))
            .toList();
    KindsNote.of(dataset, request.base().events()).ifPresent(console::tell);
    UnusedColumns.note(dataset, configs, decided).ifPresent(note -> console.tell("note: " + note));
    Metric metric = request.metric();
    RankingOptions.wholeCatalogue(metric.toString(), List.of(metric.k()), dataset.items())
        .ifPresent(note -> console.tell("note: " + note));
  }
}
