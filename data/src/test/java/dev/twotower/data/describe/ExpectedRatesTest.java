package dev.twotower.data.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.MemoryInteractions;
import java.util.ArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExpectedRatesTest {
  /** Counts of ordered pairs over some batches, by the definitions of design 4. */
  private static final class Pairs {
    double sameUser;
    double collisions;
    double valid;
    double validOthers;
    double squares;

    void addBatch(MemoryInteractions rows, long from, long to, double weight) {
      for (long a = from; a < to; a++) {
        for (long c = from; c < to; c++) {
          boolean same = rows.user(a) == rows.user(c);
          squares += same ? weight : 0;
          if (rows.item(a) == rows.item(c)) {
            continue;
          }
          valid += weight;
          validOthers += same ? 0 : weight;
          if (engaged(rows, rows.user(a), rows.item(c))) {
            sameUser += same ? weight : 0;
            collisions += same ? 0 : weight;
          }
        }
      }
    }

    private static boolean engaged(MemoryInteractions rows, int user, int item) {
      for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
        if (rows.item(row) == item) {
          return true;
        }
      }
      return false;
    }
  }

  private static MemoryInteractions log(long seed, int users, int items) {
    var random = Streams.stream(seed, "test.log");
    var user = new ArrayList<Integer>();
    for (int u = 0; u < users; u++) {
      // Some users have no rows, some many.
      int count = random.nextInt(4) == 0 ? random.nextInt(30) : random.nextInt(4);
      for (int i = 0; i < count; i++) {
        user.add(u);
      }
    }
    user.add(users);
    user.add(users);
    int[] column = user.stream().mapToInt(Integer::intValue).toArray();
    int[] item = new int[column.length];
    for (int row = 0; row < item.length; row++) {
      item[row] = Math.min(random.nextInt(items), random.nextInt(items));
    }
    return new MemoryInteractions(column, column, item);
  }

  @Property
  void iidIsTheRatioOverAllPairs(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int users,
      @ForAll @IntRange(min = 2, max = 40) int items) {
    var rows = log(seed, users, items);
    var all = new Pairs();
    all.addBatch(rows, 0, rows.rows(), 1);
    var rates = new ExpectedRates(new TrainCounts(rows, items), users + 1).iid(2);
    double valid = Math.max(all.valid, 1e-9);
    assertThat(rates.get(0).sameUserRate()).isCloseTo(all.sameUser / valid, within(1e-9));
    assertThat(rates.get(0).collisionRate()).isCloseTo(all.collisions / valid, within(1e-9));
    assertThat(rates.get(0).falseNegativeRate())
        .isCloseTo((all.sameUser + all.collisions) / valid, within(1e-9));
    double validOthers = Math.max(all.validOthers, 1e-9);
    assertThat(rates.get(1).masks()).isEqualTo("identity+user");
    assertThat(rates.get(1).falseNegativeRate())
        .isCloseTo(all.collisions / validOthers, within(1e-9));
  }

  @Property
  void sortedSameUserPairsAreExactOverAllOffsets(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int users,
      @ForAll @IntRange(min = 2, max = 40) int items,
      @ForAll @IntRange(min = 2, max = 50) int size) {
    var rows = log(seed, users, items);
    int batchSize = (int) Math.min(size, rows.rows());
    Pairs pairs = overAllOffsets(rows, batchSize);
    var sums = new ExpectedRates(new TrainCounts(rows, items), users + 1).sortedPairs(batchSize);
    assertThat(sums.sameUser()).isCloseTo(pairs.sameUser, within(1e-6));
    assertThat(sums.mates() + rows.rows()).isCloseTo(pairs.squares, within(1e-6));
  }

  @Test
  void sortedCollisionsAreCloseWhereNeighboursAreNoMoreAlikeThanOthers() {
    var rows = log(5, 400, 100);
    Pairs pairs = overAllOffsets(rows, 64);
    var rates = new ExpectedRates(new TrainCounts(rows, 100), 401).sorted(64);
    assertThat(rates.get(0).sameUserRate())
        .isCloseTo(pairs.sameUser / pairs.valid, withinPercentage(1));
    assertThat(rates.get(0).collisionRate())
        .isCloseTo(pairs.collisions / pairs.valid, withinPercentage(3));
    assertThat(rates.get(1).falseNegativeRate())
        .isCloseTo(pairs.collisions / pairs.validOthers, withinPercentage(3));
    assertThat(rates.get(0).effectiveUsers())
        .isCloseTo(64 * rows.rows() / pairs.squares, withinPercentage(0.001));
  }

  /** Every cut of the log into blocks, each offset weighing the same. */
  private static Pairs overAllOffsets(MemoryInteractions rows, int batchSize) {
    var pairs = new Pairs();
    for (int offset = 0; offset < batchSize; offset++) {
      for (long from = (long) offset - batchSize; from < rows.rows(); from += batchSize) {
        pairs.addBatch(
            rows, Math.max(0, from), Math.min(rows.rows(), from + batchSize), 1.0 / batchSize);
      }
    }
    return pairs;
  }

  @Test
  void aUserWhoFillsTheBatchLeavesOnlyFalseNegatives() {
    // Users of four rows in batches of two: neighbours share a user three times in four.
    int[] user = {0, 0, 0, 0, 1, 1, 1, 1};
    int[] item = {0, 1, 2, 3, 4, 5, 6, 7};
    var rates = new ExpectedRates(new TrainCounts(new MemoryInteractions(user, user, item), 8), 2);
    // Of the 7 pairs of neighbours, each as likely to share a batch, 6 are of one user.
    assertThat(rates.sorted(2).get(0).sameUserRate()).isCloseTo(6 / 7.0, within(1e-12));
    assertThat(rates.sorted(2).get(1).falseNegativeRate()).isZero();
    // Of the 56 ordered pairs, 2 * 12 are of one user.
    assertThat(rates.iid(2).get(0).sameUserRate()).isCloseTo(24 / 56.0, within(1e-12));
    assertThat(rates.iid(8).get(0).effectiveUsers()).isCloseTo(2, within(1e-12));
  }

  @Test
  void refusesImpossibleBatches() {
    int[] column = {0, 0, 1};
    var rates =
        new ExpectedRates(new TrainCounts(new MemoryInteractions(column, column, column), 2), 2);
    assertThatThrownBy(() -> rates.iid(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch size 4; allowed: 2..3");
  }
}
