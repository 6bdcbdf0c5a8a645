package dev.twotower.data.describe;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTally;
import dev.twotower.data.odd.OddRoles;
import dev.twotower.data.odd.OddTimes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A data set in numbers, ready for JSON (design 4, 10). Everything but {@code splits}, {@code
 * events}, {@code times}, {@code once} and {@code notes} is of the training split. Where the data
 * set is read by kinds of feedback, everything but {@code events} is of positives.
 *
 * @param users users of the data set
 * @param items items of the data set
 * @param requests requests of the data set
 * @param splits counts by split, {@code train}, {@code validation}, {@code test}
 * @param events rows by kind of feedback and split; empty where rows do not say what they are
 * @param times when the rows are; null where there are no times
 * @param once what occurs in a single row
 * @param repeats share of training rows whose item the user had in an earlier one
 * @param sparsity share of all (user, item) pairs that never occur in training
 * @param rowsPerUser over the users who have any
 * @param requestsPerUser over the users who have any
 * @param rowsPerRequest over the requests that have any
 * @param rowsPerItem over the items that have any
 * @param popularity how unevenly rows fall on items
 * @param tree shape of the category tree; null where there is none
 * @param userFeatures features of users, which {@code user.features} may name
 * @param itemFeatures features of items, which {@code item.features} may name
 * @param contextLists of the context columns, those whose values are lists, by requests: where all
 *     rows of a request agree, {@code user.features} may name them
 * @param expected false-negative rates to expect, by layout, batch size and masks
 * @param notes what looks odd ({@link dev.twotower.data.odd}), and whether held-out rows repeat
 *     items so often that seen items belong in the ranking
 */
public record Description(
    int users,
    int items,
    int requests,
    Map<String, SplitCounts> splits,
    Map<String, Map<String, Long>> events,
    Times times,
    Once once,
    double repeats,
    double sparsity,
    Spread rowsPerUser,
    Spread requestsPerUser,
    Spread rowsPerRequest,
    Spread rowsPerItem,
    Popularity popularity,
    TreeShape tree,
    List<FeatureShape> userFeatures,
    List<FeatureShape> itemFeatures,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FeatureShape> contextLists,
    List<ExpectedRate> expected,
    List<String> notes) {

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
   * What occurs in a single row of all splits.
   *
   * @param users users of one row
   * @param items items of one row
   * @param requests requests of one row
   */
  public record Once(long users, long items, long requests) {}

  /**
   * Describes a data set; reads the training split about twice, and once more per batch size.
   *
   * @param batchSizes batch sizes to compute expected rates for; those larger than the training
   *     split are left out
   */
  public static Description of(Dataset dataset, List<Integer> batchSizes) {
    return of(dataset, batchSizes, read -> {}, Clock.systemUTC());
  }

  /** How often {@link #of} reads a split, at most. */
  public static int passes(List<Integer> batchSizes) {
    return Split.values().length + 1 + 2 * batchSizes.size();
  }

  /**
   * Describes a data set, and says how far it has come.
   *
   * @param read receives how often a split was read, up to {@link #passes}
   * @param clock says which rows lie in the future
   */
  public static Description of(
      Dataset dataset, List<Integer> batchSizes, IntConsumer read, Clock clock) {
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
    LogCensus log = LogTally.of(dataset);
    read.accept(++passes);
    return new Description(
        dataset.users(),
        dataset.items(),
        dataset.requests(),
        splits,
        KindTally.of(dataset),
        log.times().map(Times::of).orElse(null),
        new Once(log.users().single(), log.items().single(), log.requests().single()),
        1
            - training.distinctPairs()
                / (double) Math.max(1, dataset.interactions(Split.TRAIN).rows()),
        1 - training.distinctPairs() / ((double) dataset.users() * dataset.items()),
        training.rowsPerUser(),
        training.requestsPerUser(),
        training.rowsPerRequest(),
        training.rowsPerItem(),
        training.popularity(),
        dataset.tree().map(TreeShape::of).orElse(null),
        FeatureShape.of(dataset.userTable()),
        FeatureShape.of(dataset.itemTable()),
        FeatureShape.lists(RequestFeatures.of(dataset)),
        expected(dataset, batchSizes, passes, read),
        notes(dataset, log, clock));
  }

  private static List<String> notes(Dataset dataset, LogCensus log, Clock clock) {
    List<String> notes = new ArrayList<>();
    log.times()
        .ifPresent(
            times ->
                OddTimes.of(times, clock.instant(), false)
                    .forEach(
                        group ->
                            notes.add(
                                group.found()
                                    + "; import again with --where to leave such rows out, or"
                                    + " correct them in --column time='EXPRESSION'")));
    notes.addAll(OddRoles.notes(log, dataset.manifest().schema().requests()));
    if (!dataset.kinds().isEmpty() && dataset.feedback().isNone()) {
      return notes; // What repeats depends on which kinds of rows are positives.
    }
    SplitLeakage test = SplitLeakage.of(dataset, Split.TEST);
    if (test.overlap().repeatedItems() > 0) {
      notes.add(test.repeats());
    }
    return notes;
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
