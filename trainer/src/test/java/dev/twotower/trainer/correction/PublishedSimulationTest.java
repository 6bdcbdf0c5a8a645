package dev.twotower.trainer.correction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.EngagedItems;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.StreamingConfig;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.junit.jupiter.api.Test;

/**
 * The simulation of Yi et al. 2019, section 6.1: 1,000 items with q_i proportional to i^2, batches
 * of 128 drawn without replacement so that item i is in a batch with probability 128 q_i, A = 0 and
 * B = 100 at first; from batch 10,000 on, the order of the items' frequencies is reversed. The
 * error is {@code sum |estimate - p| / (2 * 128)}: the share of a batch that is accounted to the
 * wrong items.
 */
class PublishedSimulationTest {
  private static final int ITEMS = 1000;
  private static final int BATCH = 128;
  private static final int SWITCH = 10_000;

  /** The published setting: 5,000 slots, a = 0.01, one hash function. */
  @Test
  void theErrorFallsAndFallsAgainAfterTheDistributionChanges() {
    Simulation simulation = new Simulation(0.01, 1, 5000);
    double untouched = simulation.error();
    double early = simulation.runTo(1000);
    double settled = simulation.runTo(SWITCH);
    double changed = simulation.runTo(SWITCH + 1);
    double adapting = simulation.runTo(SWITCH + 2000);
    double again = simulation.runTo(2 * SWITCH);
    assertThat(untouched).isGreaterThan(0.4);
    assertThat(early).isLessThan(0.75 * untouched);
    assertThat(settled).isLessThan(0.15).isLessThan(early / 2);
    assertThat(changed).isGreaterThan(0.7);
    assertThat(adapting).isLessThan(changed / 2);
    assertThat(again).isLessThan(0.15).isLessThan(adapting);
  }

  /** A higher rate adapts sooner and ends with more variance (figure 4). */
  @Test
  void aHigherRateAdaptsSoonerAndVariesMore() {
    Simulation slow = new Simulation(0.005, 1, 5000);
    Simulation fast = new Simulation(0.05, 1, 5000);
    assertThat(fast.runTo(500)).isLessThan(slow.runTo(500));
    assertThat(fast.runTo(SWITCH)).isGreaterThan(slow.runTo(SWITCH));
  }

  /** More hash functions over the same slots in all reduce the error of collisions (figure 5). */
  @Test
  void moreHashFunctionsReduceTheErrorOfCollisions() {
    double one = new Simulation(0.01, 1, 5000).runTo(SWITCH);
    double two = new Simulation(0.01, 2, 2500).runTo(SWITCH);
    double four = new Simulation(0.01, 4, 1250).runTo(SWITCH);
    assertThat(two).isLessThan(0.6 * one);
    assertThat(four).isLessThan(0.8 * two);
  }

  private static final class Simulation {
    private final StreamingRates rates;
    private final BatchIds ids = new BatchIds(0);
    private final BatchIndex index = new BatchIndex(ITEMS, EngagedItems.none(), false);
    private final UniformRandomProvider random = Streams.stream(1, "published-simulation");
    private final int[] order = PermutationSampler.natural(ITEMS);
    private int batches;

    Simulation(double rate, int hashes, int slots) {
      rates =
          new StreamingRates(
              new StreamingConfig(rate, hashes, slots, 100), Counting.UNIQUE, ITEMS, 1);
    }

    /** Draws batches up to a number of them and returns the error then. */
    double runTo(int batch) {
      while (batches < batch) {
        batches++;
        draw();
      }
      return error();
    }

    private double probability(int item, int batch) {
      double number = batch <= SWITCH ? item : ITEMS - 1 - item;
      // The sum of i^2 below n is (n-1) n (2n-1) / 6.
      return BATCH * number * number * 6 / ((ITEMS - 1.0) * ITEMS * (2 * ITEMS - 1));
    }

    /**
     * Systematic sampling over a random order of the items: a fixed number of distinct items, each
     * with exactly its probability.
     */
    private void draw() {
      PermutationSampler.shuffle(random, order);
      ids.clear();
      double until = random.nextDouble();
      double sum = 0;
      for (int item : order) {
        sum += probability(item, batches);
        if (sum > until) {
          ids.add(0, 0, item);
          until++;
        }
      }
      index.index(ids);
      rates.observe(index);
    }

    double error() {
      double sum = 0;
      for (int item = 0; item < ITEMS; item++) {
        sum += Math.abs(rates.q(item) - probability(item, batches));
      }
      return sum / 2 / BATCH;
    }
  }
}
