package dev.twotower.data.describe;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A data set in numbers, ready for JSON (design 4, 10). Everything but {@code splits} is of the
 * training split.
 *
 * @param users users of the data set
 * @param items items of the data set
 * @param requests requests of the data set
 * @param splits counts by split, {@code train}, {@code validation}, {@code test}
 * @param sparsity share of all (user, item) pairs that never occur in training
 * @param rowsPerUser over the users who have any
 * @param requestsPerUser over the users who have any
 * @param rowsPerRequest over the requests that have any
 * @param rowsPerItem over the items that have any
 * @param popularity how unevenly rows fall on items
 * @param tree shape of the category tree; null where there is none
 * @param expected false-negative rates to expect, by layout, batch size and masks
 */
public record Description(
    int users,
    int items,
    int requests,
    Map<String, SplitCounts> splits,
    double sparsity,
    Spread rowsPerUser,
    Spread requestsPerUser,
    Spread rowsPerRequest,
    Spread rowsPerItem,
    Popularity popularity,
    TreeShape tree,
    List<ExpectedRate> expected) {

  /** Batch sizes to compute rates for when none are asked for. */
  public static final List<Integer> BATCH_SIZES = List.of(256, 1024, 4096);

  /**
   * Counts of one split.
   *
   * @param users users with at least one row
   * @param items items with at least one row
   * @param requests requests with at least one row
   */
  public record SplitCounts(long rows, int users, int items, int requests) {}

  /**
   * Describes a data set; reads the training split about twice, and once more per batch size.
   *
   * @param batchSizes batch sizes to compute expected rates for; those larger than the training
   *     split are left out
   */
  public static Description of(Dataset dataset, List<Integer> batchSizes) {
    return of(dataset, batchSizes, read -> {});
  }

  /** How often {@link #of} reads a split, at most. */
  public static int passes(List<Integer> batchSizes) {
    return Split.values().length + 2 * batchSizes.size();
  }

  /**
   * Describes a data set, and says how far it has come.
   *
   * @param read receives how often a split was read, up to {@link #passes}
   */
  public static Description of(Dataset dataset, List<Integer> batchSizes, IntConsumer read) {
    for (int batchSize : batchSizes) {
      if (batchSize < 2) {
        throw new IllegalArgumentException(
            "batch size " + batchSize + "; allowed: 2 and up; change --batch-size");
      }
    }
    Map<String, SplitCounts> splits = new LinkedHashMap<>();
    int passes = 0;
    read.accept(passes);
    SplitTally training = null;
    for (Split split : Split.values()) {
      var tally = new SplitTally(dataset.interactions(split), dataset.users(), dataset.items());
      splits.put(split.toString(), tally.counts());
      training = split == Split.TRAIN ? tally : training;
      read.accept(++passes);
    }
    return new Description(
        dataset.users(),
        dataset.items(),
        dataset.requests(),
        splits,
        1 - training.distinctPairs() / ((double) dataset.users() * dataset.items()),
        training.rowsPerUser(),
        training.requestsPerUser(),
        training.rowsPerRequest(),
        training.rowsPerItem(),
        training.popularity(),
        dataset.tree().map(TreeShape::of).orElse(null),
        expected(dataset, batchSizes, passes, read));
  }

  private static List<ExpectedRate> expected(
      Dataset dataset, List<Integer> batchSizes, int before, IntConsumer read) {
    int passes = before;
    var rates = new ExpectedRates(dataset.trainCounts(), dataset.users());
    var expected = new ArrayList<ExpectedRate>();
    for (int batchSize : batchSizes) {
      if (batchSize <= dataset.trainCounts().total()) {
        expected.addAll(rates.iid(batchSize));
        read.accept(++passes);
        expected.addAll(rates.sorted(batchSize));
        read.accept(++passes);
      }
    }
    return expected;
  }
}
