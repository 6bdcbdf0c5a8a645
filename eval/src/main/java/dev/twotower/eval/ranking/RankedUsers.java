package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ranked users of a part of a log, which may have been ranked on another machine: every metric
 * of every user. All parts, {@linkplain #join joined}, are what {@link RankingEvaluator} finds
 * where the log lies in one place, to the last bit: users come in the log's order, and sums follow
 * it. About 900 bytes a user at three cutoffs.
 */
public final class RankedUsers implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] users;
  private final long[] trainRows;
  private final Ranked model;
  private final Ranked popularity;
  private final Ranked random;
  private final double[][][] ofSlice;
  private final double[][][] apart;
  private final boolean findsCold;
  private final boolean coldTied;
  private final boolean coldTold;
  private final int eligible;
  private final int withoutRelevant;

  /** Users, or requests of theirs, that were ranked for. */
  private final int queries;

  /** Null where every row counts alike. */
  private final OfKinds kinds;

  /**
   * Metrics x users, the items seen by cutoff, and cutoffs x users what of their dislikes is
   * listed; none of these where nobody says them.
   */
  private record Ranked(double[][] values, BitSet[] covered, double[][] disliked)
      implements Serializable {
    static Ranked of(RankingTables tables) {
      return new Ranked(
          tables.all().values(),
          tables.covered(),
          tables.disliked().map(MetricTable::values).orElse(new double[0][]));
    }
  }

  /** What is known of kinds of feedback beside tables. */
  private record OfKinds(ArrayList<String> positives, ArrayList<String> never, int withoutAllowed)
      implements Serializable {
    static OfKinds of(RankedKinds kinds, EvaluatedUsers evaluated) {
      return new OfKinds(
          new ArrayList<>(kinds.positives()),
          new ArrayList<>(kinds.never()),
          evaluated.withoutAllowed());
    }
  }

  private RankedUsers(
      int[] users,
      long[] trainRows,
      Ranked model,
      Ranked popularity,
      Ranked random,
      double[][][] ofSlice,
      double[][][] apart,
      EvaluatedUsers evaluated,
      int queries,
      OfKinds kinds,
      boolean findsCold,
      boolean coldTied,
      boolean coldTold) {
    this.users = users;
    this.trainRows = trainRows;
    this.model = model;
    this.popularity = popularity;
    this.random = random;
    this.ofSlice = ofSlice;
    this.apart = apart;
    this.findsCold = findsCold;
    this.coldTied = coldTied;
    this.coldTold = coldTold;
    this.eligible = evaluated.eligible();
    this.withoutRelevant = evaluated.withoutRelevant();
    this.queries = queries;
    this.kinds = kinds;
  }

  /**
   * Ranks the users of a part, or each of their requests by itself; a part without users to rank is
   * fine.
   *
   * @param data the part's rows, with the counts of the whole log
   * @param numbers the numbers in the log of the part's users, ascending
   * @param options without metrics of a program's own
   * @param sample numbers in the log of those to rank, from {@link #sample}; empty for all, where
   *     the options ask for no sample
   * @param scorer of the part's users, over the whole catalogue
   */
  public static RankedUsers of(
      RankingData data,
      int[] numbers,
      RankingOptions options,
      Optional<int[]> sample,
      Scorer scorer) {
    if (!options.own().isEmpty()) {
      throw new IllegalArgumentException(
          "parts of a log are ranked by the built-in metrics; received own metrics "
              + options.own());
    }
    if (options.sampleUsers() > 0 != sample.isPresent()) {
      throw new IllegalArgumentException(
          "the options ask for %s of users, but %s was given; allowed: a sample drawn over all parts, or none of both"
              .formatted(
                  options.sampleUsers() > 0 ? "a sample of " + options.sampleUsers() : "no sample",
                  sample.isPresent() ? "one" : "none"));
    }
    EvaluatedUsers evaluated =
        EvaluatedUsers.of(
            data,
            options,
            user -> sample.isEmpty() || Arrays.binarySearch(sample.get(), numbers[user]) >= 0);
    EvaluatedUsers queries = options.byRequest() ? evaluated.byRequest() : evaluated;
    ItemSlices slices = new ItemSlices(data.counts().toArray());
    boolean cold = slices.size(ItemSlices.COLD) > 0;
    RankingTables tables =
        new RankingTables(
            queries,
            options,
            slices,
            data.items(),
            Summary.metrics(options),
            Summary.sliceMetrics(options),
            cold);
    RankingTables popularity = plain(queries, options, slices, data);
    RankingTables random = plain(queries, options, slices, data);
    boolean coldTied = false;
    boolean coldTold = false;
    if (evaluated.size() > 0) {
      TileRanking ranking = new TileRanking(queries, options, tables, scorer);
      ranking.run(options.threads(), users -> {});
      coldTied = ranking.coldTied();
      coldTold = ranking.coldTold();
      new OrderRanking(queries, options, popularity, Baselines.popularity(data.counts()))
          .run(options.threads());
      new OrderRanking(
              queries,
              options,
              random,
              Baselines.random(data.items(), options.seed(), user -> numbers[user]))
          .run(options.threads());
    }
    if (options.byRequest()) {
      tables = tables.ofUsers(evaluated);
      popularity = popularity.ofUsers(evaluated);
      random = random.ofUsers(evaluated);
    }
    int[] users = new int[evaluated.size()];
    long[] rows = new long[users.length];
    Interactions train = data.train();
    for (int position = 0; position < users.length; position++) {
      int user = evaluated.user(position);
      users[position] = numbers[user];
      rows[position] = train.userEnd(user) - train.userStart(user);
    }
    return new RankedUsers(
        users,
        rows,
        Ranked.of(tables),
        Ranked.of(popularity),
        Ranked.of(random),
        tables.ofSlice().stream().map(MetricTable::values).toArray(double[][][]::new),
        tables.parts().stream().map(part -> part.table().values()).toArray(double[][][]::new),
        evaluated,
        queries.size(),
        data.kinds().map(kinds -> OfKinds.of(kinds, evaluated)).orElse(null),
        cold && evaluated.find(slices::cold),
        coldTied,
        coldTold);
  }

  /** Numbers in the log of those that were ranked, ascending. */
  int[] users() {
    return users;
  }

  /** Training rows of each of them. */
  long[] trainRows() {
    return trainRows;
  }

  /**
   * Users of a part who can be ranked: those with an item to find.
   *
   * @param numbers the numbers in the log of the part's users, ascending
   * @return their numbers in the log, ascending
   */
  public static int[] eligible(RankingData data, int[] numbers, RankingOptions options) {
    int[] users = EvaluatedUsers.of(data, options, user -> true).users();
    return Arrays.stream(users).map(user -> numbers[user]).toArray();
  }

  /**
   * Draws the sample of users that the options ask for; it is the sample that {@link
   * RankingEvaluator} draws where the log lies in one place.
   *
   * @param eligible of each part
   * @return numbers in the log, ascending
   */
  public static int[] sample(List<int[]> eligible, RankingOptions options) {
    int[] users = eligible.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    return EvaluatedUsers.sample(users, options);
  }

  private static RankingTables plain(
      EvaluatedUsers evaluated, RankingOptions options, ItemSlices slices, RankingData data) {
    return new RankingTables(
        evaluated, options, slices, data.items(), Summary.metrics(options), List.of());
  }

  /**
   * The evaluation of all parts.
   *
   * @param parts one of each part, in any order
   * @param options those that the parts were ranked with
   * @param itemRows training rows of each item in the whole log
   * @throws IllegalArgumentException where nobody was ranked
   */
  public static EvaluationResult join(
      List<RankedUsers> parts, RankingOptions options, int[] itemRows) {
    int count = parts.stream().mapToInt(part -> part.users.length).sum();
    if (count == 0) {
      throw new IllegalArgumentException(
          "no user of the %s split has an item left to find; choose another split, or rank seen items as well (--rank-seen)"
              .formatted(options.split()));
    }
    int eligible = parts.stream().mapToInt(part -> part.eligible).sum();
    JoinedUsers join = new JoinedUsers(parts, count);
    ItemSlices slices = new ItemSlices(itemRows);
    List<Metric> metrics = Summary.metrics(options);
    List<Metric> sliceMetrics = Summary.sliceMetrics(options);
    MetricTable all = join.table(metrics, part -> part.model.values);
    List<MetricTable> ofSlice = new ArrayList<>();
    for (int slice = 0; slice < ItemSlices.NAMES.size(); slice++) {
      int at = slice;
      ofSlice.add(join.table(sliceMetrics, part -> part.ofSlice[at]));
    }
    boolean coldUntold =
        parts.stream().anyMatch(part -> part.coldTied)
            && parts.stream().noneMatch(part -> part.coldTold);
    List<RankingTables.Part> apart = new ArrayList<>();
    if (parts.stream().anyMatch(part -> part.findsCold)) {
      for (int kind = 0; kind < 2; kind++) {
        int at = kind;
        boolean cold = kind == 1; // in the order of RankingTables
        MetricTable table =
            cold && coldUntold
                ? new MetricTable(join.users(), sliceMetrics, List.of())
                : join.table(sliceMetrics, part -> part.apart[at]);
        apart.add(new RankingTables.Part(cold, slices.items(cold), table));
      }
    }
    Map<String, MetricTable> judged = new LinkedHashMap<>();
    apart.forEach(part -> judged.put(part.name(), part.table()));
    if (!apart.isEmpty()) {
      judged.put(ItemSlices.NAMES.get(ItemSlices.COLD), ofSlice.get(ItemSlices.COLD));
    }
    MetricTable popularity = join.table(metrics, part -> part.popularity.values);
    MetricTable random = join.table(metrics, part -> part.random.values);
    Map<String, Map<String, Double>> baselines = new LinkedHashMap<>();
    baselines.put(
        "popularity",
        baseline(parts, join, popularity, part -> part.popularity, options, itemRows.length));
    baselines.put(
        "random", baseline(parts, join, random, part -> part.random, options, itemRows.length));
    return new EvaluationResult(
        options.split(),
        count,
        means(parts, all, part -> part.model, options, itemRows.length),
        baselines,
        Summary.intervals(all, options),
        Summary.slices(
            all, ofSlice, apart, new UserSlices(join.trainRows(), Optional.empty()), slices),
        ofKinds(parts, join, options),
        new EvaluationResult.Protocol(
            itemRows.length,
            options.rankSeen(),
            eligible,
            count < eligible ? options.seed() : null,
            parts.stream().mapToInt(part -> part.withoutRelevant).sum(),
            options.byRequest() ? parts.stream().mapToInt(part -> part.queries).sum() : null),
        all,
        judged,
        popularity,
        parts.get(0).dislikes()
            ? Optional.of(disliked(parts, join, options, part -> part.model))
            : Optional.empty());
  }

  /** Whether the log says what users must not get. */
  private boolean dislikes() {
    return kinds != null && !kinds.never.isEmpty();
  }

  private static EvaluationResult.OfKinds ofKinds(
      List<RankedUsers> parts, JoinedUsers join, RankingOptions options) {
    OfKinds kinds = parts.get(0).kinds;
    if (kinds == null) {
      return null;
    }
    MetricTable model = disliked(parts, join, options, part -> part.model);
    MetricTable popularity = disliked(parts, join, options, part -> part.popularity);
    return new EvaluationResult.OfKinds(
        kinds.positives,
        kinds.never,
        parts.stream().mapToInt(part -> part.kinds.withoutAllowed).sum(),
        parts.get(0).dislikes() ? model.count(position -> true) : 0,
        model.means(position -> true),
        popularity.means(position -> true));
  }

  /** What of users' dislikes one of the rankings lists; without metrics where the log says none. */
  private static MetricTable disliked(
      List<RankedUsers> parts,
      JoinedUsers join,
      RankingOptions options,
      Function<RankedUsers, Ranked> order) {
    return join.disliked(parts.get(0).dislikes(), options, part -> order.apply(part).disliked);
  }

  /** The means of a baseline, and what of users' dislikes it lists. */
  private static Map<String, Double> baseline(
      List<RankedUsers> parts,
      JoinedUsers join,
      MetricTable all,
      Function<RankedUsers, Ranked> order,
      RankingOptions options,
      int items) {
    Map<String, Double> means = means(parts, all, order, options, items);
    means.putAll(disliked(parts, join, options, order).means(position -> true));
    return means;
  }

  private static Map<String, Double> means(
      List<RankedUsers> parts,
      MetricTable all,
      Function<RankedUsers, Ranked> order,
      RankingOptions options,
      int items) {
    Map<String, Double> means = all.means(position -> true);
    for (int i = 0; i < options.cutoffs().size(); i++) {
      BitSet seen = new BitSet(items);
      for (RankedUsers part : parts) {
        seen.or(order.apply(part).covered[i]);
      }
      means.put(
          new Metric(Metric.Kind.COVERAGE, options.cutoffs().get(i)).toString(),
          (double) seen.cardinality() / items);
    }
    return means;
  }
}
