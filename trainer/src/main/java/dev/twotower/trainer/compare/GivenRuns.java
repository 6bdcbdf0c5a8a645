package dev.twotower.trainer.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.guard.LearnedAnswers;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.eval.comparison.ArmRun;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.FixedEpochs;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.eval.stats.Median;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.warm.WarmStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Judges runs that were trained before, wherever that was, as {@code compare} judges those that it
 * trains: each arm with the first, over seeds and users. All are ranked for the same users of one
 * data set; a run of another data set serves this one's users and items, and those that it does not
 * know are unknown to it.
 */
public final class GivenRuns {
  private final Dataset data;
  private final String checksum;
  private final RankingOptions options;
  private final RankingEvaluator evaluator;
  private final Optional<String> device;
  private final Listener listener;
  private final Optional<KeptRankings> kept;
  private final List<String> learned = new ArrayList<>();

  /** Hears how far it has come. */
  public interface Listener {
    /**
     * A run is about to be ranked.
     *
     * @param number of the run, from 1
     * @param users how many users there are to rank
     * @return hears how many of them are
     */
    LongConsumer ranking(int number, int runs, int users);

    void note(String message);
  }

  /**
   * @param data whose users are ranked
   * @param device where models live, as in a configuration; empty for where each run says
   * @param rankings what keeps rankings, so that no run is ranked twice; empty for none
   */
  public GivenRuns(
      Dataset data,
      RankingOptions options,
      Optional<String> device,
      Optional<Rankings> rankings,
      Listener listener) {
    this.data = data;
    this.checksum = RunDirectory.checksum(data);
    this.options = options;
    this.evaluator = new RankingEvaluator(Training.rankingData(data), options);
    evaluator.requireSeveralUsers();
    this.device = device;
    this.listener = listener;
    this.kept =
        rankings.map(in -> new KeptRankings(in.folder(), in.program(), device, data, evaluator));
  }

  /**
   * Where rankings are kept.
   *
   * @param program the versions of what ranks: what another one ranked is ranked anew
   */
  public record Rankings(Path folder, String program) {}

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
   * @param next what to do before more seeds or users; absent where nothing is undecided, or
   *     nothing chose the runs' epochs
   */
  public record Judged(
      Split split,
      int users,
      List<Long> seeds,
      String metric,
      List<Arm> arms,
      List<Report.Pair> pairs,
      List<String> warnings,
      @JsonInclude(JsonInclude.Include.NON_NULL) String next) {}

  /**
   * Ranks and judges.
   *
   * @param given the reference first
   * @throws IllegalArgumentException before anything is ranked, when fewer than two arms are given,
   *     a name or a run twice, runs of an arm differ in more than their seed, arms in their seeds,
   *     or a run has learned from what is to be ranked
   * @throws dev.twotower.data.BadDataException likewise, when a run cannot be loaded
   */
  public Judged judge(List<GivenArm> given, Metric metric) throws IOException {
    requireDistinct(given);
    List<ArmMembers> arms = new ArrayList<>();
    for (GivenArm arm : given) {
      arms.add(ArmMembers.of(arm));
    }
    for (ArmMembers arm : arms) {
      arm.requireSeedsOf(arms.get(0));
      arm.requireRankable(data, checksum, options.split());
    }
    for (ArmMembers arm : arms) {
      requireLoadable(arm);
    }
    if (options.byRequest()) {
      listener.note(CompareRun.byRequest("runs", options.split()));
    }
    RankingOptions.wholeCatalogue(metric.toString(), List.of(metric.k()), data.items())
        .ifPresent(note -> listener.note("note: " + note));
    int runs = arms.stream().mapToInt(arm -> arm.members().size()).sum();
    int ranked = 0;
    List<ArmRuns> judged = new ArrayList<>();
    for (ArmMembers arm : arms) {
      List<ArmRun> ofArm = new ArrayList<>();
      for (ArmMembers.Member member : arm.members()) {
        ranked++;
        Place place = new Place(ranked, runs);
        ofArm.add(new ArmRun(member.seed(), rank(member, place, metric), 0, 0, List.of()));
      }
      judged.add(new ArmRuns(arm.spec(), ofArm, null));
    }
    List<Report.Pair> pairs =
        Comparison.pairs(
            judged,
            List.of(metric),
            Comparison.Pairing.WITH_FIRST,
            ComparisonSettings.defaults().withRankable(evaluator.eligibleUsers()));
    return new Judged(
        options.split(),
        evaluator.users().length,
        arms.get(0).seeds(),
        metric.toString(),
        shown(arms, Comparison.arms(judged)),
        pairs,
        warnings(arms, judged, metric),
        next(arms, pairs));
  }

  /** What fixed epochs would do for runs of which each kept its best one. */
  private static String next(List<ArmMembers> arms, List<Report.Pair> pairs) {
    double[] kept =
        arms.stream()
            .flatMap(arm -> arm.members().stream())
            .filter(member -> member.card().stopMetric() != null)
            .mapToDouble(member -> member.card().epoch())
            .toArray();
    boolean undecided = pairs.stream().anyMatch(pair -> pair.standing().undecided());
    return kept.length == 0 || !undecided
        ? null
        : FixedEpochs.ofRuns((int) Math.max(1, Math.ceil(Median.of(kept)))) + ".";
  }

  /**
   * Refuses an arm that cannot be loaded. Its runs are of one data set and differ in nothing that
   * this depends on but their devices, so what lies at one place is looked at once for each of
   * those.
   */
  private void requireLoadable(ArmMembers arm) {
    Set<List<Object>> known = new HashSet<>();
    for (ArmMembers.Member member : arm.members()) {
      Path log = RunDirectory.open(member.path()).data().at(place(member));
      if (known.add(List.of(log, device.orElse(member.config().device())))) {
        TrainedRun.requireLoadable(member.path(), Optional.of(log), device);
      }
    }
  }

  /** Where the data set of a run is that is the ranked one; empty for where the run knows its. */
  private Optional<Path> place(ArmMembers.Member member) {
    return member.card().datasetChecksum().equals(checksum)
        ? Optional.of(data.directory())
        : Optional.empty();
  }

  /** A run among all: its number, from 1. */
  private record Place(int number, int runs) {}

  private EvaluationResult rank(ArmMembers.Member member, Place place, Metric metric)
      throws IOException {
    Optional<Path> at = place(member);
    boolean here = at.isPresent();
    Optional<EvaluationResult> before = kept.flatMap(rankings -> rankings.of(member));
    EvaluationResult result;
    try (TrainedRun run = TrainedRun.load(member.path(), at, device)) {
      if (!here) {
        LearnedAnswers.count(data, options.split(), evaluator.users(), run.data())
            .warning(options.split(), member.path().toString())
            .ifPresent(learned::add);
      }
      KeptRankings.Ranking ranking =
          () -> {
            evaluator.onRanked(
                listener.ranking(place.number(), place.runs(), evaluator.users().length));
            return here
                ? run.evaluate(evaluator, options.split())
                : WarmStart.evaluate(run, data, evaluator, options.split());
          };
      result =
          before.isPresent()
              ? before.get()
              : kept.isPresent() ? kept.get().keep(member, ranking) : ranking.rank();
      run.rankedOtherwise(options).ifPresent(listener::note);
      run.notEnded().ifPresent(listener::note);
    }
    listener.note(
        String.format(
            Locale.ROOT,
            "%s: %s %.4f%s",
            member.path(),
            metric,
            result.metrics().get(metric.toString()),
            before.isPresent() ? ", ranked before" : ""));
    return result;
  }

  private static List<Arm> shown(List<ArmMembers> arms, List<Report.Arm> figures) {
    List<Arm> shown = new ArrayList<>();
    for (int i = 0; i < arms.size(); i++) {
      List<String> runs =
          arms.get(i).members().stream().map(member -> member.path().toString()).toList();
      shown.add(new Arm(figures.get(i).name(), runs, figures.get(i).metrics()));
    }
    return shown;
  }

  private List<String> warnings(List<ArmMembers> arms, List<ArmRuns> judged, Metric metric) {
    List<String> warnings = new ArrayList<>();
    String split = options.split().toString();
    boolean chosenHere =
        arms.stream()
            .flatMap(arm -> arm.members().stream())
            .anyMatch(member -> split.equals(member.card().stopSplit()));
    if (chosenHere) {
      warnings.add(
          "The best epoch was chosen on the %s split, the one reported: the figures are optimistic."
              .formatted(split));
    }
    String reference = learnedFrom(arms.get(0));
    for (ArmMembers arm : arms) {
      if (!learnedFrom(arm).equals(reference)) {
        warnings.add(
            "%s has learned from another data set than %s, so what differs between them may be the rows rather than the settings."
                .formatted(arm.name(), arms.get(0).name()));
      }
    }
    warnings.addAll(learned);
    warnings.addAll(LeakageNotes.ofResults(List.of(SplitLeakage.of(data, options.split()))));
    warnings.addAll(Comparison.warnings(judged, metric));
    return warnings;
  }

  /** The checksum of the data set that all runs of an arm have. */
  private static String learnedFrom(ArmMembers arm) {
    return arm.members().get(0).card().datasetChecksum();
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
}
