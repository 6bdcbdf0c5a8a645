package dev.twotower.eval.falsenegatives;

import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import java.io.Serializable;
import java.util.List;
import java.util.TreeMap;

/**
 * The counts of a share of an epoch's batches, which may be counted on another machine ({@link
 * FalseNegativeMeter#share}). Sums are formed in the batches' order, so they do not depend on who
 * counted which.
 */
public final class EpochShare implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<Long, BatchCounts.Counts> counts = new TreeMap<>();
  private long epochBatches;

  EpochShare() {}

  /** Adds a batch's counts; several threads may do so at once. */
  synchronized void add(long batch, BatchCounts.Counts counted) {
    counts.put(batch, counted);
  }

  /**
   * @param batches of the whole epoch
   */
  EpochShare of(long batches) {
    epochBatches = batches;
    return this;
  }

  /**
   * What all shares together say; each must be of the same measurement.
   *
   * @param shares one or more, in any order
   */
  public static FalseNegatives join(
      Layout layout, int batchSize, MaskSet masks, List<EpochShare> shares) {
    TreeMap<Long, BatchCounts.Counts> all = new TreeMap<>();
    shares.forEach(share -> all.putAll(share.counts));
    EpochCounts epoch = new EpochCounts();
    all.values().forEach(epoch::add);
    return epoch.summary(layout, batchSize, masks, shares.get(0).epochBatches);
  }
}
