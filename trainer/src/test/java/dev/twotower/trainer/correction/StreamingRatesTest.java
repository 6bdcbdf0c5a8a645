package dev.twotower.trainer.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.EngagedItems;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.StreamingConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class StreamingRatesTest {
  private static final int ITEMS = 20;

  /** So many slots that no two of the items share one. */
  private static final int PLENTY = 1 << 20;

  /** Algorithm 2 of the paper as it stands there, without hashing. */
  private static final class Published {
    final double rate;
    final double start;
    final Map<Integer, Integer> lastHit = new HashMap<>();
    final Map<Integer, Double> gap = new HashMap<>();

    Published(double rate, double start) {
      this.rate = rate;
      this.start = start;
    }

    void hit(int batch, int item) {
      double before = gap.getOrDefault(item, start);
      gap.put(item, (1 - rate) * before + rate * (batch - lastHit.getOrDefault(item, 0)));
      lastHit.put(item, batch);
    }

    double q(int item) {
      return 1 / gap.getOrDefault(item, start);
    }
  }

  @Property(tries = 50)
  void distinctItemsFollowThePublishedAlgorithm(
      @ForAll @DoubleRange(min = 0.01, max = 0.9) double rate, @ForAll long seed) {
    StreamingRates rates = rates(new StreamingConfig(rate, 3, PLENTY, 100), Counting.UNIQUE);
    Published published = new Published(rate, 100);
    Random random = new Random(seed);
    for (int batch = 1; batch <= 60; batch++) {
      List<Integer> items = batch(random);
      observe(rates, items);
      for (int item : new LinkedHashSet<>(items)) {
        published.hit(batch, item);
      }
      for (int item = 0; item < ITEMS; item++) {
        assertThat(rates.q(item)).isCloseTo(Math.min(1, published.q(item)), offset(1e-9));
      }
    }
  }

  @Property(tries = 50)
  void theOrderOfRowsDoesNotMatter(@ForAll Counting counting, @ForAll long seed) {
    // Few slots, so that items share them.
    StreamingConfig config = new StreamingConfig(0.1, 2, 7, 100);
    StreamingRates one = rates(config, counting);
    StreamingRates other = rates(config, counting);
    Random random = new Random(seed);
    for (int batch = 0; batch < 40; batch++) {
      List<Integer> items = batch(random);
      observe(one, items);
      Collections.shuffle(items, random);
      observe(other, items);
    }
    for (int item = 0; item < ITEMS; item++) {
      assertThat(one.q(item)).isEqualTo(other.q(item));
    }
  }

  /**
   * Without shared slots: items keep their q, whatever their numbers; new ones start as they do.
   */
  @Property(tries = 30)
  void whatIsTakenOverGoesOnUnderOtherNumbers(@ForAll Counting counting, @ForAll long seed) {
    StreamingConfig config = new StreamingConfig(0.1, 3, PLENTY, 100);
    StreamingRates whole = rates(config, counting);
    Random random = new Random(seed);
    for (int batch = 0; batch < 30; batch++) {
      observe(whole, batch(random));
    }
    int[] numbers = new int[ITEMS];
    Arrays.setAll(numbers, item -> ITEMS - 1 - item);
    numbers[0] = -1;
    StreamingRates taken = rates(config, counting);
    taken.take(whole, numbers, 1);
    StreamingRates fresh = rates(config, counting);
    for (int batch = 0; batch < 20; batch++) {
      List<Integer> items = batch(random);
      observe(whole, items);
      List<Integer> renumbered = items.stream().map(item -> ITEMS - 1 - item).toList();
      observe(taken, renumbered);
      observe(fresh, renumbered);
      for (int item = 1; item < ITEMS; item++) {
        assertThat(taken.q(item)).isCloseTo(whole.q(numbers[item]), offset(1e-12));
      }
      assertThat(taken.q(0)).isEqualTo(fresh.q(0));
    }
  }

  @Property(tries = 30)
  void whatIsWrittenGoesOnExactly(@ForAll Counting counting, @ForAll long seed) throws Exception {
    StreamingConfig config = new StreamingConfig(0.05, 2, 0, 100);
    StreamingRates whole = rates(config, counting);
    Random random = new Random(seed);
    for (int batch = 0; batch < 30; batch++) {
      observe(whole, batch(random));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    whole.write(new DataOutputStream(bytes));
    StreamingRates resumed = rates(config, counting);
    resumed.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    for (int batch = 0; batch < 30; batch++) {
      List<Integer> items = batch(random);
      observe(whole, items);
      observe(resumed, items);
    }
    for (int item = 0; item < ITEMS; item++) {
      assertThat(resumed.q(item)).isEqualTo(whole.q(item));
    }
  }

  /**
   * The trap: rows against batches under bursts. Item 0 has 16 rows in every 16th batch, item 1 one
   * row in each; item 2 fills the batches up to 64 rows. By rows 0 and 1 are equally frequent, by
   * batches one is 16 times as likely to be there as the other.
   */
  @Example
  void underBurstsRowsAndBatchesAreDifferentThings() {
    StreamingConfig config = new StreamingConfig(0.01, 2, PLENTY, 100);
    StreamingRates byRows = rates(config, Counting.ROWS);
    StreamingRates byBatches = rates(config, Counting.UNIQUE);
    for (int batch = 1; batch <= 32_000; batch++) {
      List<Integer> items = new ArrayList<>();
      items.add(1);
      items.addAll(Collections.nCopies(batch % 16 == 0 ? 16 : 0, 0));
      items.addAll(Collections.nCopies(64 - items.size(), 2));
      observe(byRows, items);
      observe(byBatches, items);
    }
    assertThat(byRows.q(0)).isCloseTo(1.0 / 64, offset(1e-3));
    assertThat(byRows.q(1)).isCloseTo(1.0 / 64, offset(1e-3));
    assertThat(byBatches.q(0)).isCloseTo(1.0 / 16, offset(1e-3));
    assertThat(byBatches.q(1)).isCloseTo(1, offset(1e-3));
  }

  /** A frequent item's rate is right just after its own burst, too. */
  @Example
  void aRateReadRightAfterABurstIsNotThatOfTheBurst() {
    StreamingRates rates = rates(new StreamingConfig(0.01, 1, PLENTY, 100), Counting.ROWS);
    for (int batch = 1; batch <= 2000; batch++) {
      List<Integer> items = new ArrayList<>(Collections.nCopies(500, 0));
      items.addAll(Collections.nCopies(500, 1));
      observe(rates, items);
      if (batch > 100) {
        assertThat(rates.q(0)).isCloseTo(0.5, offset(1e-6));
      }
    }
  }

  private static List<Integer> batch(Random random) {
    List<Integer> items = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      items.add((int) (ITEMS * Math.pow(random.nextDouble(), 2)));
    }
    return items;
  }

  private static StreamingRates rates(StreamingConfig config, Counting counting) {
    return new StreamingRates(config, counting, ITEMS, 1);
  }

  static void observe(StreamingRates rates, Iterable<Integer> items) {
    BatchIds ids = new BatchIds(0);
    items.forEach(item -> ids.add(0, 0, item));
    Set<Integer> distinct = new LinkedHashSet<>();
    items.forEach(distinct::add);
    BatchIndex index = new BatchIndex(Collections.max(distinct) + 1, EngagedItems.none(), false);
    index.index(ids);
    rates.observe(index);
  }
}
