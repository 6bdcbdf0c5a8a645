package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Evaluates scorers on one split of one data set (package description). Who is evaluated, on what,
 * and the baselines are worked out once, so evaluating many models, or one after every epoch, costs
 * the scoring and one scan of the scores each. Results are a function of data, options and scores.
 */
public final class RankingEvaluator {
  private final RankingData data;
  private final RankingOptions options;
  private final EvaluatedUsers evaluated;

  /** What is ranked: the users, or each of their requests. */
  private final EvaluatedUsers queries;

  private ItemSlices slices;
  private Optional<EarlierModel> earlier = Optional.empty();
  private final List<Metric> metrics;
  private final List<Metric> sliceMetrics;
  private Map<String, Map<String, Double>> baselines;
  private MetricTable ofPopularity;
  private Optional<MetricTable> dislikedByPopularity = Optional.empty();
  private LongConsumer ranked = users -> {};
  private Optional<Path> keep = Optional.empty();

  /**
   * Prepares an evaluation.
   *
   * @throws IllegalArgumentException where the split holds nothing to evaluate
   */
  public RankingEvaluator(RankingData data, RankingOptions options) {
    this.data = data;
    this.options = options;
    this.evaluated = EvaluatedUsers.of(data, options);
    this.queries = options.byRequest() ? evaluated.byRequest() : evaluated;
    this.slices = new ItemSlices(data.counts().toArray());
    this.metrics = Summary.metrics(options);
    this.sliceMetrics = Summary.sliceMetrics(options);
  }

  /**
   * Hears how far a scorer's ranking has come.
   *
   * @param listener receives the number of users ranked so far; called from several threads
   */
  public RankingEvaluator onRanked(LongConsumer listener) {
    this.ranked = listener;
    return this;
  }

  /**
   * Writes what {@link #evaluate} ranks, as well.
   *
   * @param file where; empty for nowhere
   */
  public RankingEvaluator keepingIn(Optional<Path> file) {
    keep = file;
    return this;
  }

  /** Tells apart what an earlier model knew, and what has its vector from that model alone. */
  public RankingEvaluator withEarlier(EarlierModel model) {
    earlier = Optional.of(model);
    slices = new ItemSlices(data.counts().toArray(), model);
    return this;
  }

  /** How it evaluates. */
  public RankingOptions options() {
    return options;
  }

  /** Users that have something to find, ranked or not. */
  public int eligibleUsers() {
    return evaluated.eligible();
  }

  /** The dense indices of the users evaluated, ascending. */
  public int[] users() {
    return evaluated.users().clone();
  }

  /**
   * Refuses to compare models on a single user, who shows nothing about others.
   *
   * @throws IllegalArgumentException naming the split, or the sample of one user
   */
  public void requireSeveralUsers() {
    if (evaluated.size() < 2 && evaluated.eligible() > 1) {
      throw new IllegalArgumentException(
          "--users: received %d, one of the %d users with something to find in the %s split, who shows nothing about others; allowed: 2 and up, or 0 for all"
              .formatted(evaluated.size(), evaluated.eligible(), options.split()));
    }
    if (evaluated.size() < 2) {
      throw new IllegalArgumentException(
          "the %s split has one user with something to find, who shows nothing about others; allowed: two or more, so hold out rows of more users (import --split), or rank seen items as well (evaluation.rankSeen)"
              .formatted(options.split()));
    }
  }

  /** Everything about a scorer: metrics, intervals, slices, and the baselines beside it. */
  public EvaluationResult evaluate(Scorer scorer) {
    RankingTables tables = rank(scorer, true);
    keep.ifPresent(file -> TablesFile.write(tables, file));
    return result(tables);
  }

  /**
   * The same from a file that {@link #keepingIn} named, where the same users were ranked in the
   * same way.
   *
   * @throws dev.twotower.data.BadDataException when the file is of other users
   */
  public EvaluationResult evaluateKept(Path file) {
    RankingTables tables =
        new RankingTables(evaluated, options, slices, data.items(), metrics, sliceMetrics);
    TablesFile.read(file, tables);
    return result(tables);
  }

  private EvaluationResult result(RankingTables tables) {
    Map<String, Double> means = tables.means();
    return new EvaluationResult(
        options.split(),
        evaluated.size(),
        means,
        baselines(),
        Summary.intervals(tables.all(), options),
        Summary.slices(tables.all(), tables.ofSlice(), tables.parts(), groups(), slices),
        ofKinds(tables),
        new EvaluationResult.Protocol(
            data.items(),
            options.rankSeen(),
            evaluated.eligible(),
            evaluated.size() < evaluated.eligible() ? options.seed() : null,
            evaluated.withoutRelevant(),
            options.byRequest() ? queries.size() : null),
        tables.all(),
        tables.judged(),
        ofPopularity,
        tables.disliked());
  }

  /** Null where the log has no kinds of feedback. */
  private EvaluationResult.OfKinds ofKinds(RankingTables tables) {
    return data.kinds()
        .map(
            kinds ->
                new EvaluationResult.OfKinds(
                    kinds.positives(),
                    kinds.never(),
                    evaluated.withoutAllowed(),
                    tables.disliked().map(table -> table.count(position -> true)).orElse(0),
                    means(tables.disliked()),
                    means(dislikedByPopularity)))
        .orElse(null);
  }

  private static Map<String, Double> withDisliked(RankingTables tables) {
    Map<String, Double> means = tables.means();
    means.putAll(means(tables.disliked()));
    return means;
  }

  private static Map<String, Double> means(Optional<MetricTable> table) {
    return table.map(values -> values.means(position -> true)).orElse(Map.of());
  }

  private UserSlices groups() {
    return new UserSlices(
        trainRows(), earlier.map(model -> position -> model.users().get(evaluated.user(position))));
  }

  /** Training rows of each user evaluated. */
  long[] trainRows() {
    long[] rows = new long[evaluated.size()];
    Interactions train = data.train();
    for (int position = 0; position < rows.length; position++) {
      int user = evaluated.user(position);
      rows[position] = train.userEnd(user) - train.userStart(user);
    }
    return rows;
  }

  /** The metrics alone, for choosing the best epoch, and what is listed that should not be. */
  public Map<String, Double> metrics(Scorer scorer) {
    return withDisliked(rank(scorer, false));
  }

  /** The metrics of {@code popularity} and {@code random}, worked out on first use. */
  public synchronized Map<String, Map<String, Double>> baselines() {
    if (baselines == null) {
      Map<String, Map<String, Double>> found = new LinkedHashMap<>();
      RankingTables popularity = baseline(Baselines.popularity(data.counts()));
      KnownOrder random = Baselines.random(data.items(), options.seed(), user -> user);
      found.put("popularity", withDisliked(popularity));
      found.put("random", withDisliked(baseline(random)));
      ofPopularity = popularity.all();
      dislikedByPopularity = popularity.disliked();
      baselines = found;
    }
    return baselines;
  }

  private RankingTables rank(Scorer scorer, boolean sliced) {
    if (scorer.items() != data.items()) {
      throw new IllegalArgumentException(
          "the scorer scores "
              + scorer.items()
              + " items, the catalogue has "
              + data.items()
              + "; evaluate a model on the data set it was trained on");
    }
    RankingTables tables = tables(sliced);
    TileRanking ranking = new TileRanking(queries, options, tables, scorer);
    ranking.run(options.threads(), done -> ranked.accept(done * evaluated.size() / queries.size()));
    if (ranking.coldTied() && !ranking.coldTold()) {
      tables.forgetAmongCold();
    }
    return ofUsers(tables);
  }

  private RankingTables ofUsers(RankingTables tables) {
    return options.byRequest() ? tables.ofUsers(evaluated) : tables;
  }

  private RankingTables tables(boolean sliced) {
    return new RankingTables(
        queries, options, slices, data.items(), metrics, sliced ? sliceMetrics : List.of());
  }

  private RankingTables baseline(KnownOrder order) {
    RankingTables tables = tables(false);
    new OrderRanking(queries, options, tables, order).run(options.threads());
    return ofUsers(tables);
  }
}
