package dev.twotower.data.guard;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.SplitOverlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the overlap of a held-out split with the rows before it means for results.
 *
 * @param overlap the rows counted. Repeated items are excluded from the ranking unless asked, so
 *     they are never found. Of a divided request, the model has seen a part of what it is asked
 *     for. With rows older than training rows, it has seen the user's future
 */
public record SplitLeakage(SplitOverlap overlap) {
  /** Share of repeats from which lists that may hold seen items find more (docs/concepts.md). */
  private static final double RANK_SEEN = 0.1;

  /**
   * The overlap of a held-out split of a data set. Where all rows of a user are one request,
   * divided requests say nothing and are not counted.
   */
  public static SplitLeakage of(Dataset data, Split split) {
    SplitLeakage leakage = new SplitLeakage(data.overlap(split));
    return data.manifest().schema().requests().equals(Manifest.Schema.ONE_REQUEST_PER_USER)
        ? leakage.withoutRequests()
        : leakage;
  }

  /**
   * The same without divided requests: those are how leave-last-out divides a log with requests,
   * and not a mistake.
   */
  public SplitLeakage withoutRequests() {
    return new SplitLeakage(
        new SplitOverlap(
            overlap.split(),
            overlap.rows(),
            overlap.repeatedItems(),
            0,
            overlap.ownFuture(),
            overlap.sameMoment()));
  }

  /**
   * The same for a reader who knows the rule of the split: that leave-last-out divides requests is
   * no news.
   *
   * @param manifest what the data set says of itself
   */
  public SplitLeakage under(Manifest manifest) {
    boolean divides =
        manifest.split().startsWith("leave-last-out")
            || manifest.schema().requests().equals(Manifest.Schema.ONE_REQUEST_PER_USER);
    return divides ? withoutRequests() : this;
  }

  /**
   * What a reader of results on this split should know, in words; empty where all is well.
   *
   * @param seenItemsRanked whether items that the user engaged with before stay in the user's
   *     ranking; then those it repeats count like any other
   */
  public List<String> warnings(boolean seenItemsRanked) {
    List<String> warnings = new ArrayList<>();
    if (overlap.ownFuture() > 0) {
      warnings.add(
          share(overlap.ownFuture())
              + " are older than a training row of the same user: the model has seen that user's"
              + " future. Import with --split leave-last-out or time:FRACTION.");
    }
    if (overlap.sameMoment() > 0) {
      warnings.add(
          share(overlap.sameMoment())
              + " are of the same moment as the user's last training row: the log does not say"
              + " which came first. If what happened at one time belongs together, import it as"
              + " requests (--session-gap, --column request=COLUMN) with --split"
              + " leave-last-request-out.");
    }
    if (overlap.dividedRequests() > 0) {
      warnings.add(
          share(overlap.dividedRequests())
              + " belong to a request that also has training rows: results measure how well a"
              + " request is completed, not how well the next one is predicted. For that, import"
              + " with --split leave-last-request-out.");
    }
    if (!seenItemsRanked) {
      repeats().ifPresent(warnings::add);
    }
    return warnings;
  }

  /**
   * How many rows repeat an item of the user's, and whether seen items should therefore be ranked;
   * empty where none does.
   */
  public Optional<String> repeats() {
    if (overlap.repeatedItems() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        share(overlap.repeatedItems())
            + " repeat an item of the user's training "
            + (overlap.split() == Split.TEST ? "or validation " : "")
            + "rows: while seen items are not ranked, they do not count as relevant. "
            + (overlap.repeatedItems() >= RANK_SEEN * overlap.rows()
                ? "From about 10 % on, lists usually find more with seen items in them: try"
                    + " evaluation.rankSeen=true."
                : "Below about 10 %, lists usually find more without seen items."));
  }

  private String share(long part) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d %s rows (%.1f %%)",
        part,
        overlap.rows(),
        overlap.split(),
        100.0 * part / overlap.rows());
  }
}
