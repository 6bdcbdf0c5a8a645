package dev.twotower.data.sampling;

import dev.twotower.data.random.Permutation;
import dev.twotower.data.random.Streams;

/**
 * {@code sorted}: storage order cut into blocks of one batch each, visited in a fresh random order.
 * A batch is one contiguous range of rows, so its columns are slices. The cuts move by a random
 * offset each epoch, so that a user's rows are not always divided at the same place; the first and
 * last block are therefore ragged. Offsets that leave either with a single row are drawn again.
 * Batches of 2 have no other offset to move to: over an even number of rows the last row and the
 * first then make one batch, the only one that is not a range; over an odd number one row is alone.
 */
final class SortedSampler extends EpochSampler {
  private final long rows;
  private final long seed;
  private long offset;
  private boolean endsMeet;
  private long blocks;
  private Permutation order;

  SortedSampler(long rows, int batchSize, long seed) {
    super(batchSize);
    this.rows = rows;
    this.seed = seed;
  }

  @Override
  protected void open(long epoch) {
    var random = Streams.stream(seed, "sampler.sorted.offset", epoch);
    do {
      offset = random.nextInt(batchSize());
    } while (leavesOneRow(offset) && batchSize() > 2);
    endsMeet = batchSize() == 2 && offset == 1 && rows % 2 == 0;
    blocks =
        (offset > 0 ? 1 : 0) + (rows - offset + batchSize() - 1) / batchSize() - (endsMeet ? 1 : 0);
    order = new Permutation(blocks, seed, "sampler.sorted", epoch);
  }

  private boolean leavesOneRow(long candidate) {
    return candidate == 1 || (rows - candidate) % batchSize() == 1;
  }

  @Override
  protected boolean fill(long batch, RowBatch into) {
    if (batch >= blocks) {
      return false;
    }
    long block = order.at(batch);
    // With an offset, block 0 is the ragged head [0, offset).
    long end = (offset > 0 ? offset : batchSize()) + block * batchSize();
    long start = block == 0 ? 0 : end - batchSize();
    if (endsMeet && block == 0) {
      into.add(rows - 1);
    }
    into.addRange(start, Math.min(end, rows));
    return true;
  }

  @Override
  protected boolean skip(long count) {
    return count <= blocks;
  }

  /** Of the current epoch; the offset changes it by at most one. */
  @Override
  public long batchesPerEpoch() {
    return blocks;
  }
}
