package dev.twotower.eval.guard;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a held-out split shares with the training rows of the same users.
 *
 * @param split the held-out split
 * @param rows its rows
 * @param repeatedItems rows whose item the user also engaged with in training; they are excluded
 *     from the ranking unless asked, so they are never found
 * @param dividedRequests rows whose request also has training rows: the model has seen a part of
 *     what it is asked for
 * @param ownFuture rows older than one of the user's training rows: the model has seen the user's
 *     future
 */
public record SplitLeakage(
    Split split, long rows, long repeatedItems, long dividedRequests, long ownFuture) {

  /** Compares a held-out split with the training split, in one pass over the held-out users. */
  public static SplitLeakage of(Split split, Interactions train, Interactions heldOut) {
    long repeated = 0;
    long divided = 0;
    long future = 0;
    IntOpenHashSet seen = new IntOpenHashSet();
    int current = -1;
    long latest = Long.MIN_VALUE;
    for (long row = 0; row < heldOut.rows(); row++) {
      int user = heldOut.user(row);
      if (user != current) {
        current = user;
        seen.clear();
        latest = Long.MIN_VALUE;
        for (long own = train.userStart(user); own < train.userEnd(user); own++) {
          seen.add(train.item(own));
          latest = Math.max(latest, train.time(own));
        }
      }
      int request = heldOut.request(row);
      repeated += seen.contains(heldOut.item(row)) ? 1 : 0;
      divided += train.requestStart(request) < train.requestEnd(request) ? 1 : 0;
      future += heldOut.time(row) < latest ? 1 : 0;
    }
    return new SplitLeakage(split, heldOut.rows(), repeated, divided, future);
  }

  /**
   * What a reader of results on this split should know, in words; empty where all is well.
   *
   * @param seenItemsRanked whether items the user engaged with before stay in its ranking; then
   *     those it repeats count like any other
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
              + " belong to a request that also has training rows: results measure how well a"
              + " request is completed, not how well the next one is predicted.");
    }
    if (repeatedItems > 0 && !seenItemsRanked) {
      warnings.add(
          share(repeatedItems)
              + " repeat an item of the user's training rows: seen items are not ranked, so they"
              + " do not count as relevant. Where people come back for the same things, set"
              + " evaluation.rankSeen=true.");
    }
    return warnings;
  }

  private String share(long part) {
    return String.format(
        Locale.ROOT, "%,d of %,d %s rows (%.1f %%)", part, rows, split, 100.0 * part / rows);
  }
}
