package dev.twotower.eval.ranking;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Scratch;
import dev.twotower.data.parallel.Workers;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Ranks all evaluated users by a known order, and fills their tables. */
final class OrderRanking {
  private static final int BLOCK_USERS = 128;

  private final EvaluatedUsers evaluated;
  private final RankingTables tables;
  private final KnownOrder order;
  private final int k;

  /** Whether the places of all relevant items are asked for, and not only of each user's best. */
  private final boolean allPlaces;

  private final int[] before;

  OrderRanking(
      EvaluatedUsers evaluated, RankingOptions options, RankingTables tables, KnownOrder order) {
    this.evaluated = evaluated;
    this.tables = tables;
    this.order = order;
    this.k = Math.min(options.largestCutoff(), order.items());
    this.allPlaces = options.asks(Metric.Kind.AUC);
    this.before = before();
  }

  /**
   * For each user, the items of its window that are ahead of its best relevant one, left out or
   * not; where all are asked for, the same for each relevant item, in the order of {@link
   * EvaluatedUsers#items}. Positions enter a tree of partial sums in their order (Fenwick 1994),
   * and each item asks when it is next.
   */
  private int[] before() {
    int[] owners = owners();
    long[] questions = new long[owners.length];
    for (int asked = 0; asked < questions.length; asked++) {
      int position = owners[asked];
      int place =
          allPlaces ? order.place(window(position), evaluated.items()[asked]) : best(position);
      questions[asked] = (long) place << 32 | asked;
    }
    Arrays.sort(questions);
    int[] sums = new int[order.size() + 1];
    int[] counts = new int[questions.length];
    int entered = 0;
    for (long question : questions) {
      for (; entered < (int) (question >> 32); entered++) {
        for (int i = order.position(entered) + 1; i < sums.length; i += i & -i) {
          sums[i]++;
        }
      }
      int asked = (int) question;
      int window = window(owners[asked]);
      counts[asked] = sum(sums, window + order.items()) - sum(sums, window);
    }
    return counts;
  }

  /** The position of the user that each question is about. */
  private int[] owners() {
    if (!allPlaces) {
      return IntStream.range(0, evaluated.size()).toArray();
    }
    int[] owners = new int[evaluated.items().length];
    for (int position = 0; position < evaluated.size(); position++) {
      Arrays.fill(owners, evaluated.start(position), evaluated.start(position + 1), position);
    }
    return owners;
  }

  private int window(int position) {
    return order.window(evaluated.user(position));
  }

  private static int sum(int[] sums, int count) {
    int sum = 0;
    for (int i = count; i > 0; i -= i & -i) {
      sum += sums[i];
    }
    return sum;
  }

  /** The place in the whole order of the user's best relevant item. */
  private int best(int position) {
    int window = window(position);
    int best = Integer.MAX_VALUE;
    for (int i = evaluated.start(position); i < evaluated.start(position + 1); i++) {
      best = Math.min(best, order.place(window, evaluated.items()[i]));
    }
    return best;
  }

  void run(int threads) {
    Chunks blocks = Chunks.ofAtMost(BLOCK_USERS, evaluated.size());
    Scratch<RankingTables.Writer> writers = new Scratch<>(() -> tables.new Writer());
    new Workers(threads)
        .each(
            blocks.count(),
            writers,
            (writer, block) -> {
              int[] ranked = new int[k];
              for (int position = blocks.from(block); position < blocks.to(block); position++) {
                rank(writer, position, ranked);
              }
            });
    writers.made().forEach(RankingTables.Writer::close);
  }

  private void rank(RankingTables.Writer writer, int position, int[] ranked) {
    int window = window(position);
    int[] leftOut = evaluated.excluded(evaluated.user(position));
    int size = order.first(window, leftOut, ranked);
    if (!allPlaces) {
      int place = best(position);
      int ahead = before[position];
      for (int item : leftOut) {
        ahead -= order.place(window, item) < place ? 1 : 0;
      }
      writer.user(position, ranked, size, 1.0 / (ahead + 1), RankingTables.NOT_ASKED);
      return;
    }
    int[] leftOutPlaces = Arrays.stream(leftOut).map(item -> order.place(window, item)).toArray();
    Arrays.sort(leftOutPlaces);
    int from = evaluated.start(position);
    int[] places = new int[evaluated.start(position + 1) - from];
    Arrays.setAll(places, i -> order.place(window, evaluated.items()[from + i]));
    int[] ordered = places.clone();
    Arrays.sort(ordered);
    int others = order.items() - leftOut.length - places.length;
    double[] below = new double[places.length];
    int first = Integer.MAX_VALUE;
    for (int i = 0; i < below.length; i++) {
      int ahead = before[from + i] - ahead(leftOutPlaces, places[i]);
      first = Math.min(first, ahead);
      int othersAhead = ahead - ahead(ordered, places[i]);
      below[i] = others == 0 ? 1 : (double) (others - othersAhead) / others;
    }
    writer.user(position, ranked, size, 1.0 / (first + 1), below);
  }

  /** How many of some places, rising, are ahead of one. */
  private static int ahead(int[] places, int place) {
    int at = Arrays.binarySearch(places, place);
    return at < 0 ? -at - 1 : at;
  }
}
