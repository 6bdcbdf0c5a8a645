package dev.twotower.trainer.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.sampling.Layout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HitRatesTest {
  private static final int ITEMS = 30;
  private static final int BATCH = 16;

  @TempDir private Path folder;
  private Dataset data;
  private Interactions train;
  private TrainCounts counts;

  /** Users repeat a few items of their own; one item is in a single row. */
  @BeforeEach
  void writeData() {
    Random random = new Random(5);
    DatasetBuilder builder = new DatasetBuilder();
    for (int user = 0; user < 40; user++) {
      for (int row = 0; row < 24; row++) {
        int item = (user * 7 + (int) Math.pow(random.nextInt(4), 2)) % (ITEMS - 1);
        builder.row(Split.TRAIN, user, item, user * 8 + row / 3, row);
      }
    }
    builder.row(Split.TRAIN, 40, ITEMS - 1, 320, 0).items(ITEMS + 1);
    data = builder.write(folder.resolve("data"));
    train = data.interactions(Split.TRAIN);
    counts = new TrainCounts(train, data.items());
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  /** Every subset of 2 of 5 rows: 3 of 10 miss an item of 2 rows, 6 of 10 one of 1 row. */
  @Test
  void iidCountsSubsets() {
    DatasetBuilder builder = new DatasetBuilder();
    int[] items = {0, 0, 1, 2, 2};
    for (int row = 0; row < items.length; row++) {
      builder.row(Split.TRAIN, row, items[row], row, row);
    }
    try (Dataset tiny = builder.write(folder.resolve("tiny"))) {
      Interactions rows = tiny.interactions(Split.TRAIN);
      HitRates rates = HitRates.of(Layout.IID, new TrainCounts(rows, 3), 2, 1);
      assertThat(rates.q(0)).isCloseTo(0.7, offset(1e-12));
      assertThat(rates.q(1)).isCloseTo(0.4, offset(1e-12));
      HitRates whole = HitRates.of(Layout.IID, new TrainCounts(rows, 3), 5, 1);
      assertThat(whole.q(1)).isEqualTo(1);
    }
  }

  /** Every offset of the cuts, batch by batch. */
  @Test
  void sortedCountsCuts() {
    double[] hits = new double[data.items()];
    double batches = 0;
    for (int offset = 0; offset < BATCH; offset++) {
      Set<Long> seen = new HashSet<>();
      for (long row = 0; row < train.rows(); row++) {
        long batch = Math.floorDiv(row - offset, BATCH);
        batches += seen.add(batch * 1000 + 999) ? 1 : 0;
        hits[train.item(row)] += seen.add(batch * 1000 + train.item(row)) ? 1 : 0;
      }
    }
    HitRates rates = HitRates.of(Layout.SORTED, counts, BATCH, 1);
    for (int item = 0; item < ITEMS; item++) {
      assertThat(rates.q(item)).as("item %d", item).isCloseTo(hits[item] / batches, offset(1e-12));
    }
  }

  /** Three standard errors of a share of as many batches as are simulated. */
  @Test
  void simulatedEpochsAgreeWithWhatIsExact() {
    int batches = 4 * (int) (train.rows() / BATCH);
    for (Layout layout : Arrays.asList(Layout.IID, Layout.SORTED)) {
      HitRates exact = HitRates.of(layout, counts, BATCH, 1);
      HitRates measured = HitRates.measured(layout, train, data.items(), BATCH, 1);
      for (int item = 0; item < ITEMS; item++) {
        double q = exact.q(item);
        assertThat(measured.q(item))
            .as("%s item %d", layout, item)
            .isCloseTo(q, offset(3 * Math.sqrt(q * (1 - q) / batches)));
      }
    }
  }

  /** Burstier batches hold an item less often, at the same row rate. */
  @Test
  void aShuffleBufferLiesBetweenSortedAndIid() {
    double sorted = sum(HitRates.of(Layout.SORTED, counts, BATCH, 1));
    double buffered = sum(HitRates.of(new Layout.Requests(20), counts, BATCH, 1));
    double iid = sum(HitRates.of(Layout.IID, counts, BATCH, 1));
    assertThat(buffered).isStrictlyBetween(sorted, iid);
  }

  @Test
  void anItemOfOneRowIsInOneBatchAnEpochAndAnUnseenOneInNone() {
    HitRates rates = HitRates.of(new Layout.Requests(20), counts, BATCH, 1);
    assertThat(rates.q(ITEMS - 1)).isCloseTo((double) BATCH / train.rows(), offset(0.005));
    assertThat(rates.q(ITEMS)).isZero();
  }

  private static double sum(HitRates rates) {
    double sum = 0;
    for (int item = 0; item < ITEMS; item++) {
      sum += rates.q(item);
    }
    return sum;
  }
}
