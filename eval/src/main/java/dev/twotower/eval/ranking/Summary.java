package dev.twotower.eval.ranking;

import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.UserBootstrap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** What is made of the metrics of all users: intervals, slices. */
final class Summary {
  private static final double CONFIDENCE = 0.95;

  private Summary() {}

  /** The metrics of slices and parts of the catalogue. */
  static List<Metric> sliceMetrics(RankingOptions options) {
    return metrics(options).stream().filter(metric -> metric.kind() != Metric.Kind.MRR).toList();
  }

  /** The metrics over all items. */
  static List<Metric> metrics(RankingOptions options) {
    List<Metric> metrics = new ArrayList<>();
    for (int k : options.cutoffs()) {
      for (Metric.Kind kind : Metric.Kind.values()) {
        if (kind.cut() && kind != Metric.Kind.COVERAGE && options.asks(kind)) {
          metrics.add(new Metric(kind, k));
        }
      }
    }
    for (Metric.Kind kind : Metric.Kind.values()) {
      if (!kind.cut() && options.asks(kind)) {
        metrics.add(new Metric(kind, 0));
      }
    }
    return metrics;
  }

  static Map<String, Interval> intervals(MetricTable table, RankingOptions options) {
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

  /**
   * @param all the users' metrics over all items
   * @param ofSlice by slice, in the order of {@link ItemSlices#names}
   * @param parts items with training rows and those without, where both are to be found
   * @param users the users evaluated
   */
  static List<SliceResult> slices(
      MetricTable all,
      List<MetricTable> ofSlice,
      List<RankingTables.Part> parts,
      UserSlices users,
      ItemSlices slices) {
    List<SliceResult> results = new ArrayList<>();
    int items = 0;
    for (int slice = 0; slice < slices.names().size(); slice++) {
      MetricTable table = ofSlice.get(slice);
      results.add(
          new SliceResult(
              slices.names().get(slice),
              table.count(position -> true),
              slices.size(slice),
              table.means(position -> true)));
      items += slice < ItemSlices.NAMES.size() ? slices.size(slice) : 0;
    }
    for (RankingTables.Part part : parts) {
      results.add(
          new SliceResult(
              part.name(),
              part.table().count(position -> true),
              part.items().length,
              part.table().means(position -> true)));
    }
    for (Map.Entry<String, IntPredicate> slice : users.named().entrySet()) {
      IntPredicate included = slice.getValue();
      results.add(new SliceResult(slice.getKey(), all.count(included), items, all.means(included)));
    }
    return results;
  }
}
