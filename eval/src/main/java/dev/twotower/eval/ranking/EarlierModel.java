package dev.twotower.eval.ranking;

import java.util.BitSet;
import java.util.Optional;

/**
 * What a model that continues another one has from it, for slices of their own.
 *
 * @param newItems the items that the earlier model had no training rows of; empty where that was
 *     not written down
 * @param users users whose vector comes from the earlier model alone: it has trained their row, and
 *     they have no training rows now
 * @param items items of the same kind
 */
public record EarlierModel(Optional<BitSet> newItems, BitSet users, BitSet items) {
  /** None: the model started from nothing. */
  static final EarlierModel NONE = new EarlierModel(Optional.empty(), new BitSet(), new BitSet());
}
