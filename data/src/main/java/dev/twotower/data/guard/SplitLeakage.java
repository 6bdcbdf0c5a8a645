package dev.twotower.data.guard;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a held-out split shares with the training rows of the same users.
 *
 * @param split the held-out split
 * @param rows its rows
 * @param repeatedItems rows whose item the user also engaged with in training, or for the test
 *     split in validation; they are excluded from the ranking unless asked, so they are never found
 * @param dividedRequests rows whose request also has training rows: the model has seen a part of
 *     what it is asked for
 * @param ownFuture rows older than one of the user's training rows: the model has seen the user's
 *     future; 0 in a log without times
 */
public record SplitLeakage(
    Split split, long rows, long repeatedItems, long dividedRequests, long ownFuture) {

  /** Compares a held-out split with the training split, in one pass over the held-out users. */
  public static SplitLeakage of(Split split, Interactions train, Interactions heldOut) {
    return of(split, Map.of(Split.TRAIN, train, split, heldOut));
  }

  /**
   * Compares a held-out split of a data set with what is known of the same users before it: the
   * training rows, and for the test split items of the validation rows too, which it does not rank.
   * Where all rows of a user are one request, that says nothing and is not counted.
   */
  public static SplitLeakage of(Dataset data, Split split) {
    Map<Split, Interactions> rows = new EnumMap<>(Split.class);
    for (Split each : Split.values()) {
      if (each.index() <= split.index()) {
        rows.put(each, data.interactions(each));
      }
    }
    SplitLeakage leakage = of(split, rows);
    return data.manifest().schema().requests().equals(Manifest.Schema.ONE_REQUEST_PER_USER)
        ? leakage.withoutRequests()
        : leakage;
  }

  private static SplitLeakage of(Split split, Map<Split, Interactions> splits) {
    LeakageCounter counter = new LeakageCounter(splits.get(split).timed());
    Interactions heldOut = splits.get(split);
    long next;
    for (long row = 0; row < heldOut.rows(); row = next) {
      int user = heldOut.user(row);
      next = heldOut.userEnd(user);
      splits.forEach(
          (each, rows) -> {
            for (long own = rows.userStart(user); own < rows.userEnd(user); own++) {
              counter.add(each, rows.item(own), rows.request(own), rows.time(own));
            }
          });
      counter.endUser();
    }
    return counter.of(split);
  }

  /**
   * The same without {@link #dividedRequests}: those are how leave-last-out divides a log with
   * requests, and not a mistake.
   */
  public SplitLeakage withoutRequests() {
    return new SplitLeakage(split, rows, repeatedItems, 0, ownFuture);
  }

  /**
   * What a reader of results on this split should know, in words; empty where all is well.
   *
   * @param seenItemsRanked whether items that the user engaged with before stay in the user's
   *     ranking; then those it repeats count like any other
   */
  public List<String> warnings(boolean seenItemsRanked) {
    List<String> warnings = new ArrayList<>();
    if (ownFuture > 0) {
      warnings.add(
          share(ownFuture)
              + " are older than a training row of the same user: the model has seen that user's"
              + " future. Import with --split leave-last-out or time:FRACTION.");
    }
    if (dividedRequests > 0) {
      warnings.add(
          share(dividedRequests)
              + " belong to a request that also has training rows: results measure how well a request"
              + " is completed, not how well the next one is predicted. For that, import with --split"
              + " leave-last-request-out.");
    }
    if (repeatedItems > 0 && !seenItemsRanked) {
      warnings.add(
          share(repeatedItems)
              + " repeat an item of the user's training "
              + (split == Split.TEST ? "or validation " : "")
              + "rows: seen items are not ranked, so they"
              + " do not count as relevant. If people come back for the same things, set"
              + " evaluation.rankSeen=true.");
    }
    return warnings;
  }

  private String share(long part) {
    return String.format(
        Locale.ROOT, "%,d of %,d %s rows (%.1f %%)", part, rows, split, 100.0 * part / rows);
  }
}
