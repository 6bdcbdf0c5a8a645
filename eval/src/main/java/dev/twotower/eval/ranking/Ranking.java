package dev.twotower.eval.ranking;

import java.util.BitSet;
import java.util.List;

/**
 * Ranks users and fills their rows of the metric tables. Positions are independent, so several
 * threads may work on one ranking, each with its own {@link Worker}.
 */
final class Ranking {
  private final EvaluatedUsers evaluated;
  private final RankingOptions options;
  private final ItemSlices slices;
  private final int items;
  private final MetricTable all;
  private final List<MetricTable> ofSlice;
  private final List<Part> parts;
  private final UserMetrics formulas;

  /**
   * A part of the catalogue that is ranked by itself.
   *
   * @param cold whether it is the items without training rows, or those with
   * @param items they, ascending
   * @param table where its metrics go
   */
  record Part(boolean cold, int[] items, MetricTable table) {}

  Ranking(
      EvaluatedUsers evaluated,
      RankingOptions options,
      ItemSlices slices,
      int items,
      MetricTable all,
      List<MetricTable> ofSlice,
      List<Part> parts) {
    this.evaluated = evaluated;
    this.options = options;
    this.slices = slices;
    this.items = items;
    this.all = all;
    this.ofSlice = ofSlice;
    this.parts = parts;
    this.formulas = new UserMetrics(options.largestCutoff());
  }

  /** Buffers of one thread, and the items it saw in first places. */
  final class Worker {
    private final float[] row = new float[items];
    private final TopK top = new TopK(Math.min(options.largestCutoff(), items));
    private final float[] partRow = new float[parts.isEmpty() ? 0 : items];
    private final int[] places = new int[options.largestCutoff()];
    private final BitSet[] covered = new BitSet[options.cutoffs().size()];

    Worker() {
      for (int i = 0; i < covered.length; i++) {
        covered[i] = new BitSet(items);
      }
    }

    /** The score row to fill before {@link #rank}. */
    float[] row() {
      return row;
    }

    /** Items in the first K places of any user ranked so far, by cutoff. */
    BitSet[] covered() {
      return covered;
    }

    /** Ranks the user at a position from the scores in {@link #row()}, which it overwrites. */
    void rank(int position) {
      int user = evaluated.user(position);
      evaluated.excluded(user, item -> row[item] = Float.NEGATIVE_INFINITY);
      int nan = top.scan(row, items);
      if (nan >= 0) {
        throw new ArithmeticException(
            "the score of user "
                + user
                + " for item "
                + nan
                + " is NaN; allowed: numbers. One of their vectors is not finite, which happens with"
                + " features far beyond those of the training split: check their features");
      }
      cover();
      int from = evaluated.start(position);
      int to = evaluated.start(position + 1);
      fill(all, position, from, to, -1);
      for (int slice = 0; slice < ofSlice.size(); slice++) {
        fill(ofSlice.get(slice), position, from, to, slice);
      }
      for (int own = 0; own < options.own().size(); own++) {
        double value = options.own().get(own).of(listed(user, from, to));
        all.set(all.metrics().size() + own, position, value);
      }
      // Last, since they take over the list of the best.
      for (Part part : parts) {
        fill(part, position, from, to);
      }
    }

    private UserRanking listed(int user, int from, int to) {
      return new UserRanking() {
        @Override
        public int user() {
          return user;
        }

        @Override
        public int size() {
          return top.size();
        }

        @Override
        public int item(int place) {
          return top.item(place);
        }

        @Override
        public boolean relevant(int place) {
          return isRelevant(top.item(place), from, to);
        }

        @Override
        public int relevantItems() {
          return to - from;
        }
      };
    }

    /** Metrics of the part's relevant items in the ranking of the part alone. */
    private void fill(Part part, int position, int from, int to) {
      int relevant = 0;
      for (int i = from; i < to; i++) {
        relevant += slices.cold(evaluated.items()[i]) == part.cold() ? 1 : 0;
      }
      if (relevant == 0) {
        return;
      }
      int[] candidates = part.items();
      for (int i = 0; i < candidates.length; i++) {
        partRow[i] = row[candidates[i]];
      }
      top.scan(partRow, candidates.length);
      int hits = 0;
      for (int place = 0; place < top.size(); place++) {
        if (isRelevant(candidates[top.item(place)], from, to)) {
          places[hits++] = place;
        }
      }
      List<Metric> metrics = part.table().metrics();
      for (int i = 0; i < metrics.size(); i++) {
        part.table().set(i, position, formulas.at(metrics.get(i), places, hits, relevant));
      }
    }

    private void cover() {
      for (int i = 0; i < covered.length; i++) {
        int depth = Math.min(options.cutoffs().get(i), top.size());
        for (int place = 0; place < depth; place++) {
          covered[i].set(top.item(place));
        }
      }
    }

    /** Metrics over the relevant items of a slice, of all items where {@code slice} is -1. */
    private void fill(MetricTable table, int position, int from, int to, int slice) {
      int relevant = 0;
      for (int i = from; i < to; i++) {
        if (slice < 0 || slices.of(evaluated.items()[i]) == slice) {
          relevant++;
        }
      }
      if (relevant == 0) {
        return;
      }
      int hits = 0;
      for (int place = 0; place < top.size(); place++) {
        int item = top.item(place);
        if ((slice < 0 || slices.of(item) == slice) && isRelevant(item, from, to)) {
          places[hits++] = place;
        }
      }
      List<Metric> metrics = table.metrics();
      for (int i = 0; i < metrics.size(); i++) {
        Metric metric = metrics.get(i);
        table.set(
            i,
            position,
            metric.kind() == Metric.Kind.MRR
                ? reciprocalRank(hits, from, to)
                : formulas.at(metric, places, hits, relevant));
      }
    }

    private boolean isRelevant(int item, int from, int to) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (evaluated.items()[middle] < item) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low < to && evaluated.items()[low] == item;
    }

    private double reciprocalRank(int hits, int from, int to) {
      if (hits > 0) {
        return 1.0 / (places[0] + 1);
      }
      int best = evaluated.items()[from];
      for (int i = from + 1; i < to; i++) {
        if (row[evaluated.items()[i]] > row[best]) {
          best = evaluated.items()[i];
        }
      }
      float score = row[best];
      if (score == Float.NEGATIVE_INFINITY) {
        return 0;
      }
      int ahead = 0;
      for (int item = 0; item < best; item++) {
        if (row[item] >= score) {
          ahead++;
        }
      }
      for (int item = best + 1; item < items; item++) {
        if (row[item] > score) {
          ahead++;
        }
      }
      return 1.0 / (ahead + 1);
    }
  }
}
