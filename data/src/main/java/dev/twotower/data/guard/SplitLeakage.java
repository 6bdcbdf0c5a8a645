package dev.twotower.data.guard;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.SplitOverlap;
import java.util.Locale;

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

  /** Whether so many rows repeat an item of the user's that seen items belong in the ranking. */
  public boolean returning() {
    return overlap.repeatedItems() > 0 && overlap.repeatedItems() >= RANK_SEEN * overlap.rows();
  }

  /** How many rows repeat an item of the user's, and what that means for the ranking. */
  public String repeats() {
    return share(overlap.repeatedItems())
        + " repeat an item of the user's training "
        + (overlap.split() == Split.TEST ? "or validation " : "")
        + "rows. "
        + (returning()
            ? "From about 10 % on, lists usually find more with seen items in them"
                + " (evaluation.rankSeen=true)."
            : "Below about 10 %, lists usually find more without seen items, as is the default.");
  }

  /** A part of the split's rows, in words. */
  String share(long part) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d %s rows (%.1f %%)",
        part,
        overlap.rows(),
        overlap.split(),
        100.0 * part / Math.max(1, overlap.rows()));
  }
}
