package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.UserBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Evaluates scorers on one split of one data set (package description). Who is evaluated, on what,
 * and the baselines are worked out once, so evaluating many models, or one after every epoch, costs
 * the scoring and one scan of the scores each. Results are a function of data, options and scores.
 */
public final class RankingEvaluator {
  private static final double CONFIDENCE = 0.95;

  private final RankingData data;
  private final RankingOptions options;
  private final EvaluatedUsers evaluated;
  private final ItemSlices slices;
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Metric> sliceMetrics = new ArrayList<>();
  private Map<String, Map<String, Double>> baselines;

  /**
   * Prepares an evaluation.
   *
   * @throws IllegalArgumentException where the split holds nothing to evaluate
   */
  public RankingEvaluator(RankingData data, RankingOptions options) {
    this.data = data;
    this.options = options;
    this.evaluated = EvaluatedUsers.of(data, options);
    this.slices = new ItemSlices(data.counts().toArray());
    for (int k : options.cutoffs()) {
      for (Metric.Kind kind :
          List.of(
              Metric.Kind.RECALL,
              Metric.Kind.HITRATE,
              Metric.Kind.CAPPED_RECALL,
              Metric.Kind.NDCG)) {
        sliceMetrics.add(new Metric(kind, k));
      }
    }
    metrics.addAll(sliceMetrics);
    metrics.add(new Metric(Metric.Kind.MRR, 0));
  }

  /** The dense indices of the users evaluated, ascending. */
  public int[] users() {
    return evaluated.users().clone();
  }

  /** Everything about a scorer: metrics, intervals, slices, and the baselines beside it. */
  public EvaluationResult evaluate(Scorer scorer) {
    RankingTables tables = rank(scorer, true);
    Map<String, Double> means = tables.means();
    return new EvaluationResult(
        options.split(),
        evaluated.size(),
        means,
        baselines(),
        intervals(tables.all()),
        slices(tables),
        new EvaluationResult.Protocol(
            data.items(),
            options.rankSeen(),
            evaluated.eligible(),
            evaluated.size() < evaluated.eligible() ? options.seed() : null,
            evaluated.withoutRelevant()),
        tables.all(),
        tables.judged());
  }

  /** The metrics alone, for choosing the best epoch. */
  public Map<String, Double> metrics(Scorer scorer) {
    return rank(scorer, false).means();
  }

  /** The metrics of {@code popularity} and {@code random}, worked out on first use. */
  public synchronized Map<String, Map<String, Double>> baselines() {
    if (baselines == null) {
      Map<String, Map<String, Double>> found = new LinkedHashMap<>();
      found.put("popularity", baseline(Baselines.popularity(data.counts())));
      found.put("random", baseline(Baselines.random(data.items(), options.seed())));
      baselines = found;
    }
    return baselines;
  }

  private Map<String, Interval> intervals(MetricTable table) {
    Map<String, Interval> named = new LinkedHashMap<>();
    if (options.replicates() > 0) {
      double[][] values = table.names().stream().map(table::values).toArray(double[][]::new);
      Interval[] found =
          UserBootstrap.intervals(values, options.replicates(), CONFIDENCE, options.seed());
      for (int i = 0; i < found.length; i++) {
        named.put(table.names().get(i), found[i]);
      }
    }
    return named;
  }

  private List<SliceResult> slices(RankingTables tables) {
    List<SliceResult> results = new ArrayList<>();
    for (int slice = 0; slice < ItemSlices.NAMES.size(); slice++) {
      MetricTable table = tables.ofSlice().get(slice);
      results.add(
          new SliceResult(
              ItemSlices.NAMES.get(slice),
              table.count(position -> true),
              slices.size(slice),
              table.means(position -> true)));
    }
    for (RankingTables.Part part : tables.parts()) {
      results.add(
          new SliceResult(
              part.name(),
              part.table().count(position -> true),
              part.items().length,
              part.table().means(position -> true)));
    }
    long[] rows = new long[evaluated.size()];
    Interactions train = data.train();
    for (int position = 0; position < rows.length; position++) {
      int user = evaluated.user(position);
      rows[position] = train.userEnd(user) - train.userStart(user);
    }
    long median = median(rows);
    results.add(userSlice("users:light", tables.all(), i -> rows[i] > 0 && rows[i] <= median));
    results.add(userSlice("users:heavy", tables.all(), i -> rows[i] > median));
    results.add(userSlice("users:new", tables.all(), i -> rows[i] == 0));
    return results;
  }

  private SliceResult userSlice(String name, MetricTable table, IntPredicate included) {
    return new SliceResult(name, table.count(included), data.items(), table.means(included));
  }

  private static long median(long[] rows) {
    long[] sorted = Arrays.stream(rows).filter(count -> count > 0).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
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
    new TileRanking(evaluated, options, tables, scorer.tiled()).run(options.threads());
    return tables;
  }

  private RankingTables tables(boolean sliced) {
    return new RankingTables(
        evaluated, options, slices, data.items(), metrics, sliced ? sliceMetrics : List.of());
  }

  private Map<String, Double> baseline(KnownOrder order) {
    RankingTables tables = tables(false);
    new OrderRanking(evaluated, options, tables, order).run(options.threads());
    return tables.means();
  }
}
