package dev.twotower.trainer.auto;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Streams;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * How much an item of a user tells of the user's other items, by a sample of pairs of rows of one
 * user (package description).
 */
final class PairInformation {
  /** Added to both counts, so that pairs that never met say little. */
  private static final double PRIOR = 0.5;

  private static final int PAIRS = 3000;

  /** Rows that are looked at, about; of a longer log, those of a sample of users. */
  private static final double MOST_ROWS = 4_000_000;

  /** Likewise users: more pairs meet among more of them, whatever they tell. */
  private static final double MOST_USERS = 25_000;

  private final Interactions train;
  private final UniformRandomProvider random = Streams.stream(0, "pair information");

  /** Users that are looked at, all of which have rows; the rows of those before each. */
  private final int[] users;

  private final long[] upTo;

  /** Users of item i, each once, rising: from {@code starts[i]} to {@code starts[i + 1]}. */
  private final int[] starts;

  private final int[] readers;

  private PairInformation(Interactions train, int users, int items) {
    this.train = train;
    this.users = sample(users);
    upTo = new long[this.users.length + 1];
    for (int i = 0; i < this.users.length; i++) {
      upTo[i + 1] = upTo[i] + rows(this.users[i]);
    }
    starts = new int[items + 1];
    visit(items, (user, item) -> starts[item + 1]++);
    for (int item = 0; item < items; item++) {
      starts[item + 1] += starts[item];
    }
    readers = new int[starts[items]];
    int[] next = Arrays.copyOf(starts, items);
    visit(items, (user, item) -> readers[next[item]++] = user);
  }

  private int[] sample(int count) {
    int[] all = IntStream.range(0, count).filter(user -> rows(user) > 0).toArray();
    double share = Math.min(MOST_ROWS / train.rows(), MOST_USERS / all.length);
    return share >= 1
        ? all
        : Arrays.stream(all).filter(user -> random.nextDouble() < share).toArray();
  }

  private long rows(int user) {
    return train.userEnd(user) - train.userStart(user);
  }

  /** Of a row, counted over the users that are looked at. */
  private int userOf(long row) {
    int at = Arrays.binarySearch(upTo, row);
    return users[at < 0 ? -at - 2 : at];
  }

  private interface Visitor {
    void visit(int user, int item);
  }

  /** Every item of every user looked at, once. */
  private void visit(int items, Visitor visitor) {
    int[] last = new int[items];
    Arrays.fill(last, -1);
    for (int user : users) {
      for (long row = train.userStart(user); row < train.userEnd(user); row++) {
        int item = train.item(row);
        if (last[item] != user) {
          last[item] = user;
          visitor.visit(user, item);
        }
      }
    }
  }

  /**
   * What was found.
   *
   * @param ofOthers the mean over pairs of different items, in nats; 0 where no user has two
   * @param repeats share of rows whose item the user had in an earlier one
   * @param ofRepeats the mean over those rows, in nats: what an item tells of its coming again
   */
  record Told(double ofOthers, double repeats, double ofRepeats) {}

  static Told of(Interactions train, int users, int items) {
    PairInformation pairs = new PairInformation(train, users, items);
    return pairs.users.length == 0 ? new Told(0, 0, 0) : pairs.told(items);
  }

  private Told told(int items) {
    long rows = upTo[users.length];
    long repeated = rows - starts[items];
    double ofRepeats = 0;
    int[] last = new int[items];
    Arrays.fill(last, -1);
    for (int user : users) {
      for (long row = train.userStart(user); row < train.userEnd(user); row++) {
        int item = train.item(row);
        ofRepeats += last[item] == user ? told(item, item) : 0;
        last[item] = user;
      }
    }
    return new Told(sampled(), (double) repeated / rows, repeated == 0 ? 0 : ofRepeats / repeated);
  }

  private double sampled() {
    double sum = 0;
    int pairs = 0;
    for (int draw = 0; draw < PAIRS; draw++) {
      int user = userOf(random.nextLong(upTo[users.length]));
      long from = train.userStart(user);
      long rows = rows(user);
      if (rows < 2) {
        continue;
      }
      int one = train.item(from + random.nextLong(rows));
      int other = train.item(from + random.nextLong(rows));
      if (one != other) {
        sum += told(one, other);
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** What one item of a user tells of another, or of itself; that user is left out. */
  private double told(int one, int other) {
    double met = (one == other ? readers(one) : both(one, other)) - 1;
    double expected = (readers(one) - 1.0) * (readers(other) - 1.0) / Math.max(1, users.length - 1);
    return Math.log((met + PRIOR) / (expected + PRIOR));
  }

  private int readers(int item) {
    return starts[item + 1] - starts[item];
  }

  private int both(int one, int other) {
    int a = starts[one];
    int b = starts[other];
    int both = 0;
    while (a < starts[one + 1] && b < starts[other + 1]) {
      int difference = Integer.compare(readers[a], readers[b]);
      both += difference == 0 ? 1 : 0;
      a += difference <= 0 ? 1 : 0;
      b += difference >= 0 ? 1 : 0;
    }
    return both;
  }
}
