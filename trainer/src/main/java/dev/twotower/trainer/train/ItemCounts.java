package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Interactions;

/** How often each item occurs in the training split: the source of empirical log q (design 3.4). */
public final class ItemCounts {
  private final int[] rows;
  private final long total;

  public ItemCounts(Interactions train, int items) {
    rows = new int[items];
    for (long row = 0; row < train.rows(); row++) {
      rows[train.item(row)]++;
    }
    total = train.rows();
  }

  public int rows(int item) {
    return rows[item];
  }

  /** log(n_j / N). */
  public float logQ(int item) {
    return (float) Math.log((double) rows[item] / total);
  }
}
