package dev.twotower.data.sampling.tree;

import dev.twotower.data.random.Permutation;

/**
 * Batches of items drawn without regard to the tree, each item once per epoch: what hierarchical
 * batches are compared with. A last batch too small to fill is left out.
 */
public final class UniformItemSampler extends ItemSampler {
  private final int items;
  private final int batchSize;
  private final long seed;
  private Permutation order;
  private long orderOf = -1;

  /**
   * A sampler at the first batch of epoch 0.
   *
   * @param batchSize 2..items
   */
  public UniformItemSampler(int items, int batchSize, long seed) {
    super(batchSize, batchSize < 1 ? 0 : items / batchSize);
    if (batchSize < 2 || batchSize > items) {
      throw new IllegalArgumentException(
          "batch size " + batchSize + "; allowed: 2.." + items + " (the items)");
    }
    this.items = items;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  @Override
  protected void fill(long epoch, long batch, ItemBatch into) {
    if (orderOf != epoch) {
      order = new Permutation(items, seed, "sampler.items", epoch);
      orderOf = epoch;
    }
    for (long place = batch * batchSize; place < (batch + 1) * batchSize; place++) {
      into.add((int) order.at(place));
    }
  }
}
