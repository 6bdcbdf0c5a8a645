package dev.twotower.eval.ranking;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Scratch;
import dev.twotower.eval.topk.BlockScan;
import dev.twotower.eval.topk.TiledScorer;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/**
 * The softmax loss of held-out items, for curves beside the loss of training. For a user u and a
 * held-out item p it is
 *
 * <pre>log( sum over j of w_j e^(s(u,j)/tau) ) - log( w_p e^(s(u,p)/tau) )</pre>
 *
 * in nats, where j runs over the items with training rows that u's ranking holds: all of them, not
 * those of a batch. A loss over a batch with a sampling correction estimates this with w = 1, and
 * one without correction with w = q, the rate at which items are drawn as candidates (package of
 * the correction in the trainer), both but for a constant that no model changes. It does not depend
 * on batches or masks, so it can be compared between epochs, batch sizes and layouts.
 *
 * <p>The mean is over pairs of user (or, where requests are ranked for by themselves, request) and
 * distinct held-out item, of a sample of users that depends on data, options and seed alone. Users
 * and items without training rows are left out: many a model has no vector for them.
 */
public final class HeldOutLoss {
  /** Scores that are looked at: beyond them, fewer users are. */
  private static final long MOST_SCORES = 20_000_000;

  private static final int FEWEST_USERS = 100;
  private static final int MOST_USERS = 1_000;

  private final EvaluatedUsers evaluated;
  private final IntPredicate trained;
  private final double[] logWeights;
  private final int threads;

  /**
   * Draws the users.
   *
   * @param options who is ranked, and what; of its sample of users another sample is drawn
   * @param weights w of each item, from 0; those of items without training rows do not matter
   */
  public HeldOutLoss(RankingData data, RankingOptions options, double[] weights) {
    int items = data.items();
    long most = Math.max(FEWEST_USERS, Math.min(MOST_USERS, MOST_SCORES / items));
    int asked = options.sampleUsers() == 0 ? MOST_USERS : options.sampleUsers();
    EvaluatedUsers users =
        EvaluatedUsers.of(
            data, options.withSampleUsers((int) Math.min(asked, most), options.seed()));
    this.evaluated = options.byRequest() ? users.byRequest() : users;
    this.threads = options.threads();
    this.logWeights = new double[items];
    Arrays.setAll(
        logWeights,
        item -> data.counts().rows(item) == 0 ? Double.NEGATIVE_INFINITY : Math.log(weights[item]));
    this.trained = user -> data.train().userStart(user) < data.train().userEnd(user);
  }

  /**
   * The mean over all pairs; empty where there is none.
   *
   * @param temperature tau, above 0
   */
  public OptionalDouble of(Scorer scorer, double temperature) {
    EvaluatedUsers.Queries queries = evaluated.queries(scorer);
    TiledScorer tiles = queries.scorer();
    double[] sums = new double[evaluated.size()];
    int[] pairs = new int[evaluated.size()];
    Chunks blocks = Chunks.ofAtMost(tiles.blockUsers(), evaluated.size());
    tiles
        .workers(threads)
        .each(
            blocks.count(),
            new Scratch<>(BlockScan::new),
            (scan, block) -> {
              int from = blocks.from(block);
              Users users = new Users(from, blocks.to(block), temperature);
              users.scan(queries, scan);
              for (int user = 0; user < users.size(); user++) {
                pairs[from + user] = users.pairs(user);
                sums[from + user] = users.sum(user);
              }
            });
    long all = Arrays.stream(pairs).asLongStream().sum();
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(Arrays.stream(sums).sum() / all);
  }

  /** A block of users. */
  private final class Users {
    private final int from;
    private final double temperature;
    private final int[][] leftOut;

    /** Of the exponents so far, and what their exponentials sum up to relative to it. */
    private final double[] largest;

    private final double[] sum;

    /** The exponents of held-out items; negative infinity for one without training rows. */
    private final double[][] relevant;

    Users(int from, int to, double temperature) {
      this.from = from;
      this.temperature = temperature;
      this.leftOut = new int[to - from][];
      this.largest = new double[to - from];
      this.sum = new double[to - from];
      this.relevant = new double[to - from][];
      Arrays.fill(largest, Double.NEGATIVE_INFINITY);
      for (int user = 0; user < leftOut.length; user++) {
        leftOut[user] = evaluated.excluded(evaluated.user(from + user));
        relevant[user] = new double[end(user) - start(user)];
        Arrays.fill(relevant[user], Double.NEGATIVE_INFINITY);
      }
    }

    private int start(int user) {
      return evaluated.start(from + user);
    }

    private int end(int user) {
      return evaluated.start(from + user + 1);
    }

    int size() {
      return leftOut.length;
    }

    void scan(EvaluatedUsers.Queries queries, BlockScan scan) {
      TiledScorer tiles = queries.scorer();
      try (TiledScorer.Block block = tiles.block(queries.numbers(), from, leftOut.length)) {
        scan.scan(block, tiles.items(), leftOut, this::add);
      }
    }

    private void add(int user, float[] scores, int first, int count) {
      double top = largest[user];
      for (int i = 0; i < count; i++) {
        top = Math.max(top, exponent(scores[i], first + i));
      }
      if (top == Double.NEGATIVE_INFINITY) {
        return;
      }
      double total = sum[user] * Math.exp(largest[user] - top);
      for (int i = 0; i < count; i++) {
        total += Math.exp(exponent(scores[i], first + i) - top);
      }
      largest[user] = top;
      sum[user] = total;
      int[] items = evaluated.items();
      for (int at = start(user); at < end(user); at++) {
        if (items[at] >= first && items[at] < first + count) {
          relevant[user][at - start(user)] = exponent(scores[items[at] - first], items[at]);
        }
      }
    }

    private double exponent(float score, int item) {
      return score / temperature + logWeights[item];
    }

    int pairs(int user) {
      return trained.test(evaluated.user(from + user))
          ? (int) Arrays.stream(relevant[user]).filter(Double::isFinite).count()
          : 0;
    }

    double sum(int user) {
      return pairs(user) == 0
          ? 0
          : Arrays.stream(relevant[user])
              .filter(Double::isFinite)
              .map(each -> largest[user] + Math.log(sum[user]) - each)
              .sum();
    }
  }
}
