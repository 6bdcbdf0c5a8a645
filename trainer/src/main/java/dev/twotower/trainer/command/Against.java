package dev.twotower.trainer.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.guard.LearnedAnswers;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.MetricTable;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.VectorScorer;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.trainer.command.text.AgainstText;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.vectorfile.VectorFolder;
import dev.twotower.trainer.warm.WarmStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code --against} and what is asked of the answer. */
final class Against {
  private static final String POPULARITY = "popularity";

  @Option(
      names = "--against",
      order = 7,
      paramLabel = "OLD",
      showDefaultValue = Visibility.NEVER,
      description =
          "Rank the same users with this run as well, which may be of another data set, or with a"
              + " folder of vectors such as --vectors takes, and judge the difference over users."
              + " Users and items that it does not know are unknown to it.")
  private Optional<Path> old = Optional.empty();

  @Option(
      names = "--against-data",
      order = 8,
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description = "Where that run's data set is, if it was moved.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--metric",
      order = 9,
      paramLabel = "M",
      defaultValue = "recall@20",
      description = "What --require looks at; with a K of --k.")
  private Metric metric;

  @Option(
      names = "--require",
      order = 10,
      paramLabel = "WHAT",
      showDefaultValue = Visibility.NEVER,
      description =
          Requirement.ALLOWED
              + ": exit code 4 where that is not met, against OLD, or without it against"
              + " popularity.")
  private Optional<Requirement> requirement = Optional.empty();

  /**
   * What --require asked for.
   *
   * @param metric what it looked at
   * @param verdict what was asked for
   * @param met whether the run is shown to be that
   */
  record Required(String metric, String verdict, boolean met) {
    String text(List<Report.Pair> pairs) {
      return "required: %s %s: %s"
          .formatted(
              metric,
              verdict,
              met ? "met" : Requirement.parse(verdict).notMet(List.of(pairs.get(0))));
    }
  }

  /**
   * Where the other run does not know all users judged, as newer ones: a difference over all mixes
   * newer rows with a better model, one over these does so less.
   *
   * @param users users judged that have training rows in the other run's data set
   * @param unknown the others
   * @param pair the first metric, over those users alone; absent where there are fewer than two
   */
  record KnownUsers(
      int users, int unknown, @JsonInclude(JsonInclude.Include.NON_NULL) Report.Pair pair) {
    String text(List<Report.Pair> all) {
      String other = all.isEmpty() ? "the other one" : all.get(0).b();
      String told =
          "%s of the %s no training rows in %s: over all of them, newer rows and a better model are one difference."
              .formatted(
                  Amount.number(unknown),
                  Amount.of(users + unknown, "user has", "users have"),
                  other);
      return pair == null
          ? told
          : told
              + " Over the %s alone that it knows, %s differs by %s (%s, 95 %%): %s."
                  .formatted(
                      Amount.number(users),
                      pair.metric(),
                      PairText.difference(pair),
                      PairText.interval(pair, " .. "),
                      pair.words());
    }
  }

  /**
   * An evaluation beside another run's.
   *
   * @param document of the run's evaluation
   * @param pairs a the run, b the other one, as in a comparison's report
   * @param knownToOther those of the users that the other one knows; absent where it knows all, or
   *     nothing is known of that, as of vectors
   * @param heldOut what the other one has learned of the rows that it is asked to find; absent
   *     where nothing is known of that, as of vectors
   * @param dislikedByOther of what users must not get, the shares that the other one lists; absent
   *     where the log does not say
   * @param required absent without --require
   */
  record Judged(
      @JsonUnwrapped EvaluationText.Document document,
      List<Report.Pair> pairs,
      @JsonInclude(JsonInclude.Include.NON_NULL) KnownUsers knownToOther,
      @JsonInclude(JsonInclude.Include.NON_NULL) LearnedAnswers heldOut,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> dislikedByOther,
      @JsonInclude(JsonInclude.Include.NON_NULL) Required required) {

    int exitCode() {
      return required == null || required.met() ? ExitCode.DONE : ExitCode.NOT_MET;
    }

    /** What stands below the evaluation. */
    String text() {
      String line = System.lineSeparator();
      if (!pairs.isEmpty() && pairs.get(0).b().equals(POPULARITY)) {
        return line + required.text(pairs);
      }
      StringBuilder judged =
          new StringBuilder(line.repeat(2)).append(AgainstText.of(document.evaluation(), pairs));
      AgainstText.disliked(document.evaluation(), dislikedByOther)
          .ifPresent(shares -> judged.append(line).append(shares));
      if (knownToOther != null) {
        judged.append(line).append(knownToOther.text(pairs));
      }
      warning().ifPresent(warning -> judged.append(line).append("warning: ").append(warning));
      if (required != null) {
        judged.append(line).append(required.text(pairs));
      }
      return judged.toString();
    }

    private Optional<String> warning() {
      return heldOut == null || pairs.isEmpty()
          ? Optional.empty()
          : heldOut.warning(document.evaluation().split(), pairs.get(0).b());
    }
  }

  /**
   * What is judged.
   *
   * @param name for the verdicts
   * @param data the log whose users were ranked
   * @param checksum of that log
   * @param device where the other run is to be loaded, as in a configuration
   */
  record Judging(Path name, Dataset data, String checksum, String device) {
    static Judging of(TrainedRun run, Dataset ranked) {
      return new Judging(
          run.directory().path(),
          ranked,
          run.directory().card().datasetChecksum(),
          Devices.name(run.model().manager().getDevice()));
    }

    static Judging of(Path vectors, Dataset data, String device) {
      return new Judging(vectors, data, RunDirectory.checksum(data), device);
    }
  }

  boolean asked(List<Integer> cutoffs) {
    if (old.isEmpty() && data.isPresent()) {
      throw new IllegalArgumentException(
          "--against-data says where the data set of --against OLD is; give --against as well");
    }
    boolean measured = metric.perUser() && (metric.k() == 0 || cutoffs.contains(metric.k()));
    if (judges() && !measured) {
      throw new IllegalArgumentException(
          "--metric %s has no value of each user under --k %s; allowed: recall, hitrate, cappedRecall, ndcg, precision, map at one of these, mrr, auc"
              .formatted(metric, cutoffs));
    }
    old.ifPresent(this::requireModel);
    return judges();
  }

  private boolean judges() {
    return old.isPresent() || requirement.isPresent();
  }

  /** Whether the other model reads values of requests, so that both are ranked by request. */
  boolean readsRequests(EntityTable users) {
    return old.isPresent()
        && RunDirectory.isOne(old.get())
        && RunDirectory.open(old.get()).config().ranksByRequest(users);
  }

  /** The options of an evaluation that is judged, which measures what --metric names. */
  RankingOptions measuring(RankingOptions options) {
    return judges() ? options.withMetrics(List.of(metric)) : options;
  }

  /** The other one, where it is a run. */
  List<Path> runs() {
    return old.filter(RunDirectory::isOne).stream().toList();
  }

  /** Before any user is ranked: whether there is something to judge by. */
  private void requireModel(Path path) {
    if (RunDirectory.isOne(path)) {
      return;
    }
    if (!VectorFolder.isOne(path)) {
      throw new IllegalArgumentException(
          "--against: '%s' holds neither a run nor vectors; allowed: a directory that 'twotower train --out' wrote, or a folder of users and items as .parquet, .npy or vectors.safetensors"
              .formatted(path));
    }
    VectorFolder.requireFiles("--against", path);
    if (data.isPresent()) {
      throw new IllegalArgumentException(
          "--against-data: received %s, but %s holds vectors, which are of the users and items that are ranked; allowed: with a run"
              .formatted(data.get(), path));
    }
  }

  /**
   * Evaluates the other model on the same users, and judges; without one, the ranking by
   * popularity.
   *
   * @param note hears what a reader should know of the other one
   * @throws IllegalArgumentException where a single user is ranked
   */
  Judged judge(
      Judging judging,
      EvaluationText.Document document,
      RankingEvaluator evaluator,
      Consumer<String> note)
      throws IOException {
    MetricTable ofUsers = document.evaluation().ofUsers();
    List<Metric> metrics =
        ofUsers.metrics().stream()
            .filter(each -> each.equals(metric) || AgainstText.shown(each))
            .sorted((x, y) -> Boolean.compare(y.equals(metric), x.equals(metric)))
            .toList();
    Other ranked = other(judging, document, evaluator, note);
    ComparisonSettings settings =
        ComparisonSettings.defaults().withRankable(evaluator.eligibleUsers());
    String name = judging.name().toString();
    String other = old.map(Path::toString).orElse(POPULARITY);
    List<Report.Pair> pairs =
        Comparison.models(name, ofUsers, other, ranked.ofUsers(), metrics, settings);
    if (pairs.isEmpty() && requirement.isPresent()) {
      throw new IllegalArgumentException(
          "--require: one user is ranked, who shows nothing about others; allowed: with two users"
              + " or more");
    }
    Required required =
        requirement
            .map(
                asked -> new Required(metric.toString(), asked.toString(), asked.met(pairs.get(0))))
            .orElse(null);
    KnownUsers known = null;
    if (ranked.known() != null && ranked.known().cardinality() < ofUsers.users().length) {
      List<Report.Pair> ofKnown =
          Comparison.models(
              name,
              ofUsers.ofUsers(ranked.known()::get),
              other,
              ranked.ofUsers().ofUsers(ranked.known()::get),
              metrics.subList(0, 1),
              settings);
      int users = ranked.known().cardinality();
      known =
          new KnownUsers(
              users, ofUsers.users().length - users, ofKnown.isEmpty() ? null : ofKnown.get(0));
    }
    return new Judged(document, pairs, known, ranked.heldOut(), ranked.disliked(), required);
  }

  /**
   * The other model's figures, which users it knows, and what it knew beforehand, where that is
   * known.
   */
  private record Other(
      MetricTable ofUsers, Map<String, Double> disliked, BitSet known, LearnedAnswers heldOut) {
    static Other of(EvaluationResult result, BitSet known, LearnedAnswers heldOut) {
      return new Other(result.ofUsers(), result.disliked(), known, heldOut);
    }
  }

  private Other other(
      Judging judging,
      EvaluationText.Document document,
      RankingEvaluator evaluator,
      Consumer<String> note)
      throws IOException {
    if (old.isEmpty()) {
      EvaluationResult own = document.evaluation();
      Map<String, Double> disliked =
          own.feedback() == null ? Map.of() : own.feedback().byPopularity();
      return new Other(own.ofPopularity(), disliked, null, null);
    }
    return RunDirectory.isOne(old.get())
        ? ofRun(judging, evaluator, note)
        : Other.of(ofVectors(judging, evaluator, note), null, null);
  }

  /** The users asked about that have training rows in the other run's data set. */
  private static BitSet known(Dataset theirs, Dataset ours, int[] users) {
    TrainCounts counts = theirs.trainCounts();
    BitSet known = new BitSet();
    for (int user : users) {
      OptionalInt there = theirs.userTable().index(ours.userTable().id(user));
      known.set(user, there.isPresent() && counts.rowsOfUser(there.getAsInt()) > 0);
    }
    return known;
  }

  private Other ofRun(Judging judging, RankingEvaluator evaluator, Consumer<String> note)
      throws IOException {
    RankingOptions options = evaluator.options();
    Split split = options.split();
    try (TrainedRun other =
        TrainedRun.load(old.orElseThrow(), data, Optional.of(judging.device()))) {
      boolean same = other.directory().card().datasetChecksum().equals(judging.checksum());
      if (same) {
        other.config().trainOn().requireHeldOut(split);
      }
      other.rankedOtherwise(options).ifPresent(note);
      int[] users = evaluator.users();
      LearnedAnswers heldOut =
          same
              ? LearnedAnswers.none(judging.data(), split, users)
              : LearnedAnswers.count(judging.data(), split, users, other.data());
      BitSet known = same ? null : known(other.data(), judging.data(), users);
      return Other.of(WarmStart.evaluate(other, judging.data(), evaluator, split), known, heldOut);
    }
  }

  private EvaluationResult ofVectors(
      Judging judging, RankingEvaluator evaluator, Consumer<String> note) throws IOException {
    VectorFolder vectors =
        VectorFolder.read(
            "--against", old.orElseThrow(), judging.data(), evaluator.options().split());
    vectors.notes().forEach(each -> note.accept("note: " + each));
    return evaluator.evaluate(
        new VectorScorer(vectors.users(), vectors.items(), judging.data().trainCounts()));
  }
}
