package dev.twotower.eval.batch;

import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;

/** Batches of a sampler, read and numbered one after another; the index is reused. */
public final class IndexedBatches {
  private final BatchSampler sampler;
  private final BatchReader reader;
  private final RowBatch rows;
  private final BatchIds ids;
  private final BatchIndex index;

  /**
   * Begins with the sampler's next batch.
   *
   * @param batchSize rows of a full batch
   * @param index numbers the batches' ids
   */
  public IndexedBatches(BatchSampler sampler, BatchReader reader, int batchSize, BatchIndex index) {
    this.sampler = sampler;
    this.reader = reader;
    this.rows = new RowBatch(batchSize);
    this.ids = reader.newBatch();
    this.index = index;
  }

  /** Goes on to the next batch; false when the epoch is over. */
  public boolean next() {
    return sampler.next(rows) && number();
  }

  private boolean number() {
    reader.read(rows, ids);
    index.index(ids);
    return true;
  }
}
