package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.UserBootstrap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;

/**
 * Evaluates scorers on one split of one data set (package description). Who is evaluated, on what,
 * and the baselines are worked out once, so evaluating many models, or one after every epoch, costs
 * the scoring and one scan of the scores each. Results are a function of data, options and scores.
 */
public final class RankingEvaluator {
  /** Scores held at once: 64 MiB of floats. */
  private static final int TILE_SCORES = 1 << 24;

  private static final int TILE_USERS = 4096;
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
    Tables tables = rank(scorer, true);
    Map<String, Double> means = tables.means();
    return new EvaluationResult(
        options.split(),
        evaluated.size(),
        means,
        baselines(),
        intervals(tables.all),
        slices(tables),
        new EvaluationResult.Protocol(
            data.items(),
            options.rankSeen(),
            evaluated.eligible(),
            evaluated.size() < evaluated.eligible() ? options.seed() : null,
            evaluated.withoutRelevant()),
        tables.all,
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
      found.put("popularity", metrics(Baselines.popularity(data.counts())));
      found.put("random", metrics(Baselines.random(data.items(), options.seed())));
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

  private List<SliceResult> slices(Tables tables) {
    List<SliceResult> results = new ArrayList<>();
    for (int slice = 0; slice < ItemSlices.NAMES.size(); slice++) {
      MetricTable table = tables.ofSlice.get(slice);
      results.add(
          new SliceResult(
              ItemSlices.NAMES.get(slice),
              table.count(position -> true),
              slices.size(slice),
              table.means(position -> true)));
    }
    for (Ranking.Part part : tables.parts) {
      results.add(
          new SliceResult(
              part.cold() ? ItemSlices.AMONG_COLD : ItemSlices.AMONG_WARM,
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
    results.add(userSlice("users:light", tables.all, i -> rows[i] > 0 && rows[i] <= median));
    results.add(userSlice("users:heavy", tables.all, i -> rows[i] > median));
    results.add(userSlice("users:new", tables.all, i -> rows[i] == 0));
    return results;
  }

  private SliceResult userSlice(String name, MetricTable table, IntPredicate included) {
    return new SliceResult(name, table.count(included), data.items(), table.means(included));
  }

  private static long median(long[] rows) {
    long[] sorted = Arrays.stream(rows).filter(count -> count > 0).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
  }

  private Tables rank(Scorer scorer, boolean sliced) {
    if (scorer.items() != data.items()) {
      throw new IllegalArgumentException(
          "the scorer scores "
              + scorer.items()
              + " items, the catalogue has "
              + data.items()
              + "; evaluate a model on the data set it was trained on");
    }
    Tables tables = new Tables(sliced);
    Ranking ranking =
        new Ranking(
            evaluated, options, slices, data.items(), tables.all, tables.ofSlice, tables.parts);
    List<Ranking.Worker> workers = new ArrayList<>();
    int threads = Math.min(options.threads(), evaluated.size());
    for (int thread = 0; thread < threads; thread++) {
      workers.add(ranking.new Worker());
    }
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      int tile = Math.max(1, Math.min(TILE_USERS, TILE_SCORES / data.items()));
      for (int from = 0; from < evaluated.size(); from += tile) {
        int count = Math.min(tile, evaluated.size() - from);
        FloatBuffer scores = scorer.scores(evaluated.users(), from, count);
        scan(executor, workers, scores, from, count);
      }
    } finally {
      executor.shutdownNow();
    }
    workers.forEach(worker -> tables.cover(worker.covered()));
    return tables;
  }

  private void scan(
      ExecutorService executor,
      List<Ranking.Worker> workers,
      FloatBuffer scores,
      int from,
      int count) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int first = 0; first < workers.size(); first++) {
      int offset = first;
      tasks.add(
          () -> {
            Ranking.Worker worker = workers.get(offset);
            for (int i = offset; i < count; i += workers.size()) {
              scores.get(i * data.items(), worker.row());
              worker.rank(from + i);
            }
            return null;
          });
    }
    try {
      for (Future<Void> done : executor.invokeAll(tasks)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ranking", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("ranking failed", e.getCause());
    }
  }

  /** Whether any user is to find an item without training rows. */
  private boolean findsCold() {
    return Arrays.stream(evaluated.items()).anyMatch(slices::cold);
  }

  /** The tables of one scorer. */
  private final class Tables {
    private final MetricTable all =
        new MetricTable(
            evaluated.users(), metrics, options.own().stream().map(OwnMetric::name).toList());
    private final List<MetricTable> ofSlice = new ArrayList<>();
    private final List<Ranking.Part> parts = new ArrayList<>();
    private final BitSet[] covered = new BitSet[options.cutoffs().size()];

    Tables(boolean sliced) {
      if (sliced) {
        addSlices();
      }
      Arrays.setAll(covered, i -> new BitSet(data.items()));
    }

    private void addSlices() {
      for (boolean cold : findsCold() ? new boolean[] {false, true} : new boolean[0]) {
        MetricTable table = new MetricTable(evaluated.users(), sliceMetrics, List.of());
        parts.add(new Ranking.Part(cold, slices.items(cold), table));
      }
      for (int slice = 0; slice < ItemSlices.NAMES.size(); slice++) {
        ofSlice.add(new MetricTable(evaluated.users(), sliceMetrics, List.of()));
      }
    }

    /** The tables about items with and without training rows, where both are to be found. */
    Map<String, MetricTable> judged() {
      Map<String, MetricTable> judged = new LinkedHashMap<>();
      for (Ranking.Part part : parts) {
        judged.put(part.cold() ? ItemSlices.AMONG_COLD : ItemSlices.AMONG_WARM, part.table());
      }
      if (!parts.isEmpty()) {
        judged.put(ItemSlices.NAMES.get(ItemSlices.COLD), ofSlice.get(ItemSlices.COLD));
      }
      return judged;
    }

    void cover(BitSet[] more) {
      for (int i = 0; i < covered.length; i++) {
        covered[i].or(more[i]);
      }
    }

    Map<String, Double> means() {
      Map<String, Double> means = all.means(position -> true);
      for (int i = 0; i < covered.length; i++) {
        means.put(
            new Metric(Metric.Kind.COVERAGE, options.cutoffs().get(i)).toString(),
            (double) covered[i].cardinality() / data.items());
      }
      return means;
    }
  }
}
