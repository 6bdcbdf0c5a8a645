package dev.twotower.eval.ranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The metric tables of one scorer, filled user by user. Several threads may fill them, each with
 * its own {@link Writer} and other users.
 */
final class RankingTables {
  /** Stands for shares of others below, where auc is not asked for. */
  static final double[] NOT_ASKED = {};

  private final EvaluatedUsers evaluated;
  private final RankingOptions options;
  private final ItemSlices slices;
  private final int items;
  private final MetricTable all;
  private final List<MetricTable> ofSlice = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final UserMetrics formulas;
  private final BitSet[] covered;

  /** By cutoff, the share of what a user must not get that is listed. */
  private final Optional<MetricTable> disliked;

  /**
   * A part of the catalogue that is ranked by itself.
   *
   * @param cold whether it is the items without training rows, or those with
   * @param items they, ascending
   * @param table where its metrics go
   */
  record Part(boolean cold, int[] items, MetricTable table) {
    String name() {
      return cold ? ItemSlices.AMONG_COLD : ItemSlices.AMONG_WARM;
    }
  }

  /**
   * @param items size of the catalogue
   * @param metrics of users over all items
   * @param sliceMetrics of users over slices and parts; empty to make no slices
   */
  RankingTables(
      EvaluatedUsers evaluated,
      RankingOptions options,
      ItemSlices slices,
      int items,
      List<Metric> metrics,
      List<Metric> sliceMetrics) {
    this(evaluated, options, slices, items, metrics, sliceMetrics, false);
  }

  /**
   * @param apart whether items with and without training rows are parts even where only one kind is
   *     to be found
   */
  RankingTables(
      EvaluatedUsers evaluated,
      RankingOptions options,
      ItemSlices slices,
      int items,
      List<Metric> metrics,
      List<Metric> sliceMetrics,
      boolean apart) {
    this.evaluated = evaluated;
    this.options = options;
    this.slices = slices;
    this.items = items;
    this.formulas = new UserMetrics(options.largestCutoff());
    this.covered = bitSets();
    this.all =
        new MetricTable(
            evaluated.users(), metrics, options.own().stream().map(OwnMetric::name).toList());
    this.disliked =
        evaluated.dislikes()
            ? Optional.of(new MetricTable(evaluated.users(), List.of(), disliked(options)))
            : Optional.empty();
    if (sliceMetrics.isEmpty()) {
      return;
    }
    if (apart || evaluated.find(slices::cold)) {
      for (boolean cold : new boolean[] {false, true}) {
        MetricTable table = new MetricTable(evaluated.users(), sliceMetrics, List.of());
        parts.add(new Part(cold, slices.items(cold), table));
      }
    }
    for (int slice = 0; slice < slices.names().size(); slice++) {
      ofSlice.add(new MetricTable(evaluated.users(), sliceMetrics, List.of()));
    }
  }

  /** Names of the shares of what users must not get that are listed, by cutoff. */
  static List<String> disliked(RankingOptions options) {
    return options.cutoffs().stream().map(Disliked::name).toList();
  }

  /**
   * The tables of users, from those of their requests: means over each user's requests, and what
   * was seen in any.
   *
   * @param users those whose requests these are
   */
  RankingTables ofUsers(EvaluatedUsers users) {
    RankingTables tables =
        new RankingTables(
            users,
            options,
            slices,
            items,
            all.metrics(),
            ofSlice.isEmpty() ? List.of() : ofSlice.get(0).metrics(),
            !parts.isEmpty());
    tables.all.takeMeans(all);
    tables.disliked.ifPresent(means -> means.takeMeans(disliked.orElseThrow()));
    for (int slice = 0; slice < ofSlice.size(); slice++) {
      tables.ofSlice.get(slice).takeMeans(ofSlice.get(slice));
    }
    for (int part = 0; part < parts.size(); part++) {
      tables.parts.get(part).table().takeMeans(parts.get(part).table());
    }
    for (int i = 0; i < covered.length; i++) {
      tables.covered[i].or(covered[i]);
    }
    return tables;
  }

  private BitSet[] bitSets() {
    BitSet[] sets = new BitSet[options.cutoffs().size()];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new BitSet(items);
    }
    return sets;
  }

  MetricTable all() {
    return all;
  }

  /** By slice, in the order of {@link ItemSlices#names}; empty where none were asked for. */
  List<MetricTable> ofSlice() {
    return ofSlice;
  }

  /** Items with training rows, then those without; empty where only one kind is to be found. */
  List<Part> parts() {
    return parts;
  }

  /**
   * Says nothing of the ranking of items without training rows by themselves: all had the same
   * score, so their order was that of the catalogue.
   */
  void forgetAmongCold() {
    parts.stream()
        .filter(Part::cold)
        .flatMap(part -> Arrays.stream(part.table().values()))
        .forEach(values -> Arrays.fill(values, Double.NaN));
  }

  /** The tables about items with and without training rows, where both are to be found. */
  Map<String, MetricTable> judged() {
    Map<String, MetricTable> judged = new LinkedHashMap<>();
    parts.forEach(part -> judged.put(part.name(), part.table()));
    if (!parts.isEmpty()) {
      judged.put(ItemSlices.NAMES.get(ItemSlices.COLD), ofSlice.get(ItemSlices.COLD));
    }
    return judged;
  }

  /** Means over all users, and the coverage of what the writers saw. */
  Map<String, Double> means() {
    Map<String, Double> means = all.means(position -> true);
    for (int i = 0; i < covered.length; i++) {
      means.put(
          new Metric(Metric.Kind.COVERAGE, options.cutoffs().get(i)).toString(),
          (double) covered[i].cardinality() / items);
    }
    return means;
  }

  /** The shares of what users must not get that are listed; empty where the log does not say. */
  Optional<MetricTable> disliked() {
    return disliked;
  }

  /** The items that the writers saw, by cutoff. */
  BitSet[] covered() {
    return covered;
  }

  /** What one thread needs to fill rows. */
  final class Writer {
    private final int[] places = new int[options.largestCutoff()];
    private final BitSet[] seen = bitSets();

    /**
     * Fills a user's rows.
     *
     * @param position of the user
     * @param ranked its first items
     * @param size how many they are
     * @param reciprocal of the place of the best relevant item
     * @param below for each relevant item the share of the others that it ranks above; not looked
     *     at unless auc is asked for
     */
    void user(int position, int[] ranked, int size, double reciprocal, double[] below) {
      for (int i = 0; i < seen.length; i++) {
        int depth = Math.min(options.cutoffs().get(i), size);
        for (int place = 0; place < depth; place++) {
          seen[i].set(ranked[place]);
        }
      }
      int from = evaluated.start(position);
      int to = evaluated.start(position + 1);
      fill(all, position, -1, ranked, size, reciprocal, below);
      for (int slice = 0; slice < ofSlice.size(); slice++) {
        fill(ofSlice.get(slice), position, slice, ranked, size, 0, below);
      }
      disliked.ifPresent(table -> dislike(table, position, ranked, size));
      for (int own = 0; own < options.own().size(); own++) {
        UserRanking listed =
            new ListedRanking(evaluated, evaluated.user(position), ranked, size, from, to);
        all.set(all.metrics().size() + own, position, options.own().get(own).of(listed));
      }
    }

    private void dislike(MetricTable table, int position, int[] ranked, int size) {
      int[] items = evaluated.disliked(position);
      for (int i = 0; i < options.cutoffs().size() && items.length > 0; i++) {
        int depth = Math.min(options.cutoffs().get(i), size);
        int listed = 0;
        for (int place = 0; place < depth; place++) {
          listed += Arrays.binarySearch(items, ranked[place]) >= 0 ? 1 : 0;
        }
        table.set(i, position, (double) listed / items.length);
      }
    }

    /**
     * Fills a user's row of a part, from the first items of the part's ranking.
     *
     * @param below as for {@link #user}, among the items of the part
     */
    void part(Part part, int position, int[] ranked, int size, double[] below) {
      int from = evaluated.start(position);
      int to = evaluated.start(position + 1);
      int relevant = 0;
      for (int i = from; i < to; i++) {
        relevant += slices.cold(evaluated.items()[i]) == part.cold() ? 1 : 0;
      }
      if (relevant == 0) {
        return;
      }
      int hits = 0;
      for (int place = 0; place < size; place++) {
        if (evaluated.relevant(ranked[place], from, to)) {
          places[hits++] = place;
        }
      }
      List<Metric> metrics = part.table().metrics();
      for (int i = 0; i < metrics.size(); i++) {
        Metric metric = metrics.get(i);
        part.table()
            .set(
                i,
                position,
                metric.kind() == Metric.Kind.AUC
                    ? mean(below, from, item -> slices.cold(item) == part.cold())
                    : formulas.at(metric, places, hits, relevant));
      }
    }

    /** Metrics over the relevant items of a slice, of all items where {@code slice} is -1. */
    private void fill(
        MetricTable table,
        int position,
        int slice,
        int[] ranked,
        int size,
        double reciprocal,
        double[] below) {
      int from = evaluated.start(position);
      int to = evaluated.start(position + 1);
      int relevant = 0;
      for (int i = from; i < to; i++) {
        if (slice < 0 || slices.in(slice, evaluated.items()[i])) {
          relevant++;
        }
      }
      if (relevant == 0) {
        return;
      }
      int hits = 0;
      for (int place = 0; place < size; place++) {
        int item = ranked[place];
        if ((slice < 0 || slices.in(slice, item)) && evaluated.relevant(item, from, to)) {
          places[hits++] = place;
        }
      }
      List<Metric> metrics = table.metrics();
      for (int i = 0; i < metrics.size(); i++) {
        Metric metric = metrics.get(i);
        table.set(
            i,
            position,
            switch (metric.kind()) {
              case MRR -> reciprocal;
              case AUC -> mean(below, from, item -> slice < 0 || slices.in(slice, item));
              default -> formulas.at(metric, places, hits, relevant);
            });
      }
    }

    /** The mean of what is known of the relevant items, from a place on, that are included. */
    private double mean(double[] below, int from, IntPredicate included) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < below.length; i++) {
        if (included.test(evaluated.items()[from + i])) {
          sum += below[i];
          count++;
        }
      }
      return sum / count;
    }

    /** Adds what this thread saw to the coverage; once, from one thread at a time. */
    void close() {
      for (int i = 0; i < covered.length; i++) {
        covered[i].or(seen[i]);
      }
    }
  }
}
