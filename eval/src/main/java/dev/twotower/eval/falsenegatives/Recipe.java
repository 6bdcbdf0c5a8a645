package dev.twotower.eval.falsenegatives;

import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;

/**
 * How the trainer reads a log unless it is told otherwise: the one rule that {@code train}, {@code
 * compare} and {@code diagnose} go by. Pieces of requests, drawn through a shuffle buffer, bring
 * many users into a batch; the mask removes what evaluation does not rank.
 *
 * @param layout pieces of at most {@link #PIECE} rows, shorter in small batches
 * @param masks {@code identity+engaged}, or {@code identity+user} (see {@link #masks})
 * @param batchSize rows of a batch
 */
public record Recipe(Layout layout, MaskSet masks, int batchSize) {
  /** Most rows of a request that are read together. */
  public static final int PIECE = 8;

  /** A batch holds as many pieces at least, so that small ones hold many users as well. */
  public static final int PIECES_PER_BATCH = 64;

  public static final int LARGEST_BATCH = 4096;
  public static final int STEPS_PER_EPOCH = 16;

  /** Pieces in the shuffle buffer. */
  public static final int BUFFER = 100_000;

  /**
   * The recipe for a log.
   *
   * @param rows rows of the training split
   * @param typicalUserRows rows of the user that an average row belongs to
   * @param items size of the catalogue
   * @param rankSeen whether evaluation ranks items that a user had before
   */
  public static Recipe of(long rows, double typicalUserRows, int items, boolean rankSeen) {
    return inBatchesOf(batchSize(rows), typicalUserRows, items, rankSeen);
  }

  /** The recipe for a log where the size of batches is given; otherwise as above. */
  public static Recipe inBatchesOf(
      int batchSize, double typicalUserRows, int items, boolean rankSeen) {
    return new Recipe(layout(batchSize), masks(rankSeen, typicalUserRows, items), batchSize);
  }

  /** Rows of a batch: a power of two that leaves about {@link #STEPS_PER_EPOCH} steps an epoch. */
  public static int batchSize(long rows) {
    long least = Math.max(2, Math.min(PIECES_PER_BATCH, rows));
    long most = Math.min(LARGEST_BATCH, rows / STEPS_PER_EPOCH);
    return (int) Long.highestOneBit(Math.max(least, most));
  }

  /** The layout for batches of so many rows. */
  public static Layout.Requests layout(int batchSize) {
    return new Layout.Requests(BUFFER, Math.max(1, Math.min(PIECE, batchSize / PIECES_PER_BATCH)));
  }

  /**
   * {@code engaged} where seen items are not ranked; else {@code user}, and there as well where
   * users had so many of the items that hardly any other would be a negative.
   */
  public static MaskSet masks(boolean rankSeen, double typicalUserRows, int items) {
    return MaskSet.parse(
        rankSeen || crowded(typicalUserRows, items) ? "identity+user" : "identity+engaged");
  }

  /** Whether a typical user had half of the items or more. */
  public static boolean crowded(double typicalUserRows, int items) {
    return 2 * typicalUserRows >= items;
  }

  /** The recipe as an arm of {@code compare} is written. */
  public String arm() {
    return layout + "/" + masks;
  }
}
