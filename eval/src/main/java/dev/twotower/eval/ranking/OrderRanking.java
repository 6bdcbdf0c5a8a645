package dev.twotower.eval.ranking;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Scratch;
import dev.twotower.data.parallel.Workers;
import java.util.Arrays;

/** Ranks all evaluated users by a known order, and fills their tables. */
final class OrderRanking {
  private static final int BLOCK_USERS = 128;

  private final EvaluatedUsers evaluated;
  private final RankingTables tables;
  private final KnownOrder order;
  private final int k;
  private final int[] before;

  OrderRanking(
      EvaluatedUsers evaluated, RankingOptions options, RankingTables tables, KnownOrder order) {
    this.evaluated = evaluated;
    this.tables = tables;
    this.order = order;
    this.k = Math.min(options.largestCutoff(), order.items());
    this.before = before();
  }

  /**
   * For each user, the items of its window that are ahead of its best relevant one, left out or
   * not: positions enter a tree of partial sums in their order (Fenwick 1994), and each user asks
   * when its item is next.
   */
  private int[] before() {
    long[] questions = new long[evaluated.size()];
    for (int position = 0; position < questions.length; position++) {
      questions[position] = (long) best(position) << 32 | position;
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
      int position = (int) question;
      int window = order.window(evaluated.user(position));
      counts[position] = sum(sums, window + order.items()) - sum(sums, window);
    }
    return counts;
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
    int window = order.window(evaluated.user(position));
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
    int user = evaluated.user(position);
    int window = order.window(user);
    int[] leftOut = evaluated.excluded(user);
    int size = order.first(window, leftOut, ranked);
    int place = best(position);
    int ahead = before[position];
    for (int item : leftOut) {
      ahead -= order.place(window, item) < place ? 1 : 0;
    }
    writer.user(position, ranked, size, 1.0 / (ahead + 1));
  }
}
