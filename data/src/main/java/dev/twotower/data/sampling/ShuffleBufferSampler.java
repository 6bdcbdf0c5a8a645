package dev.twotower.data.sampling;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Streams;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * {@code requests:G}: whole requests through a shuffle buffer of G requests (the two-level shuffle
 * of CorgiPile, arXiv 2206.05830, with a request as the block). Requests stream in storage order
 * from a random start, wrapping around; each draw takes one of the G in the buffer at random and
 * the stream refills its place. A batch takes whole requests until the next would not fit; that one
 * opens the following batch. Only a request larger than a batch is divided: its rows fill up the
 * current batch, then the next ones. A last batch of one row is kept, so that every row is read.
 *
 * <p>{@code requests:G:P} streams pieces of at most P rows of a request in their place; everything
 * said of a request then holds for a piece.
 *
 * <p>Nothing but the seed, the epoch and the batch number is needed to resume: the draws are
 * replayed from the epoch's start, at one step per request.
 */
final class ShuffleBufferSampler extends EpochSampler {
  private final Interactions interactions;
  private final long seed;
  private final int piece;
  private final long[] bufferStart;
  private final long[] bufferEnd;
  private int buffered;

  private UniformRandomProvider random;
  private long streamStart;
  private long streamRow;
  private boolean wrapped;

  // The request drawn last, less the rows already in a batch; empty when start = end.
  private long pendingStart;
  private long pendingEnd;

  ShuffleBufferSampler(
      Interactions interactions, int batchSize, Layout.Requests layout, long seed) {
    super(batchSize);
    this.interactions = interactions;
    this.seed = seed;
    this.piece = layout.piece();
    // A split never has more requests than rows.
    int capacity = (int) Math.min(layout.buffer(), interactions.rows());
    this.bufferStart = new long[capacity];
    this.bufferEnd = new long[capacity];
  }

  @Override
  protected void open(long epoch) {
    random = Streams.stream(seed, "sampler.requests", epoch);
    long row = random.nextLong(interactions.rows());
    streamStart = interactions.requestStart(interactions.request(row));
    streamRow = streamStart;
    wrapped = false;
    pendingStart = 0;
    pendingEnd = 0;
    buffered = 0;
    while (buffered < bufferStart.length && refill(buffered)) {
      buffered++;
    }
  }

  @Override
  protected boolean fill(long batch, RowBatch into) {
    return assemble(into);
  }

  @Override
  protected boolean skip(long batches) {
    for (long batch = 0; batch < batches; batch++) {
      if (!assemble(null)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Draws the next batch's requests; {@code into} is null when the rows themselves do not matter.
   */
  private boolean assemble(RowBatch into) {
    int size = 0;
    while (size < batchSize() && (pendingStart < pendingEnd || draw())) {
      long length = pendingEnd - pendingStart;
      int room = batchSize() - size;
      if (length > room && length <= batchSize()) {
        break;
      }
      int taken = (int) Math.min(length, room);
      if (into != null) {
        into.addRange(pendingStart, pendingStart + taken);
      }
      pendingStart += taken;
      size += taken;
    }
    return size > 0;
  }

  private boolean draw() {
    if (buffered == 0) {
      return false;
    }
    int slot = random.nextInt(buffered);
    pendingStart = bufferStart[slot];
    pendingEnd = bufferEnd[slot];
    if (!refill(slot)) {
      buffered--;
      bufferStart[slot] = bufferStart[buffered];
      bufferEnd[slot] = bufferEnd[buffered];
    }
    return true;
  }

  /**
   * Puts the stream's next request or piece into the slot; false when the stream has come full
   * circle.
   */
  private boolean refill(int slot) {
    if (!wrapped && streamRow == interactions.rows()) {
      wrapped = true;
      streamRow = 0;
    }
    if (wrapped && streamRow == streamStart) {
      return false;
    }
    bufferStart[slot] = streamRow;
    long requestEnd = interactions.requestEnd(interactions.request(streamRow));
    streamRow = Math.min(requestEnd, streamRow + piece);
    bufferEnd[slot] = streamRow;
    return true;
  }

  /** As if every batch were full; batches that wait for a whole request add a few. */
  @Override
  public long batchesPerEpoch() {
    return (interactions.rows() + batchSize() - 1) / batchSize();
  }
}
