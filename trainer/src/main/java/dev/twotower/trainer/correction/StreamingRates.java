package dev.twotower.trainer.correction;

import dev.twotower.data.random.Streams;
import dev.twotower.masking.BatchIndex;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.StreamingConfig;
import it.unimi.dsi.fastutil.HashCommon;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Streaming frequency estimation (Yi et al., RecSys 2019, algorithms 2 and 3): each item has a slot
 * in every hash function's arrays A (the batch of its last hit) and B (the mean number of batches
 * between hits). At a hit in batch t,
 *
 * <pre>
 *   B = (1 - a) B + a (t - A),   A = t
 * </pre>
 *
 * and the item's gap is the largest B of its slots, because items that share a slot shorten its
 * gap.
 *
 * <p>When counting {@code unique}, each distinct item of the batch is one hit, and q = 1/gap is the
 * probability that a batch contains it. When counting {@code rows}, each row is a hit; 1/gap is
 * then the item's rows per batch, and q is its share of all rows.
 *
 * <p>If a slot is hit c times in one batch, each gap counts as (t - A)/c, rather than the first as
 * t - A and the others as 0: the mean is the same, but the order of rows does not matter, and an
 * estimate read just after a burst does not reflect the burst alone.
 */
public final class StreamingRates implements Proposal {
  private final Counting counting;
  private final double rate;
  private final int slots;
  private final long[] keys;
  private final int[] lastHit;
  private final double[] gap;
  private final int[] hits;
  private int[] hitSlots = new int[0];
  private int hitSlotCount;
  private int batches;
  private long rows;

  /**
   * Nothing observed yet.
   *
   * @param items size of the catalogue, for the default number of slots
   * @param seed of the hash functions
   */
  public StreamingRates(StreamingConfig config, Counting counting, int items, long seed) {
    this.counting = counting;
    this.rate = config.rate();
    this.slots = config.slots() > 0 ? config.slots() : Math.multiplyExact(5, items);
    this.keys = new long[config.hashes()];
    Arrays.setAll(keys, hash -> Streams.key(seed, "correction.streaming", hash));
    this.lastHit = new int[Math.multiplyExact(keys.length, slots)];
    this.gap = new double[lastHit.length];
    this.hits = new int[lastHit.length];
    Arrays.fill(gap, config.start());
  }

  /** Takes note of the rows of the next batch. */
  public void observe(BatchIndex batch) {
    batches++;
    rows += batch.size();
    int most = keys.length * batch.size();
    hitSlots = hitSlots.length < most ? new int[most] : hitSlots;
    hitSlotCount = 0;
    switch (counting) {
      case ROWS -> {
        for (int row = 0; row < batch.size(); row++) {
          hit(batch.item(batch.rowColumn(row)));
        }
      }
      case UNIQUE -> {
        for (int column = 0; column < batch.rowColumns(); column++) {
          hit(batch.item(column));
        }
      }
    }
    for (int at = 0; at < hitSlotCount; at++) {
      int slot = hitSlots[at];
      double kept = hits[slot] == 1 ? 1 - rate : Math.pow(1 - rate, hits[slot]);
      double newest = (double) (batches - lastHit[slot]) / hits[slot];
      gap[slot] = kept * gap[slot] + (1 - kept) * newest;
      lastHit[slot] = batches;
      hits[slot] = 0;
    }
  }

  private void hit(int item) {
    for (int hash = 0; hash < keys.length; hash++) {
      int slot = slot(hash, item);
      if (hits[slot]++ == 0) {
        hitSlots[hitSlotCount++] = slot;
      }
    }
  }

  private int slot(int hash, int item) {
    long mixed = HashCommon.murmurHash3(keys[hash] ^ item) >>> 32;
    return hash * slots + (int) (mixed * slots >>> 32);
  }

  @Override
  public Counting counting() {
    return counting;
  }

  @Override
  public double q(int item) {
    double longest = 0;
    for (int hash = 0; hash < keys.length; hash++) {
      longest = Math.max(longest, gap[slot(hash, item)]);
    }
    return switch (counting) {
      case UNIQUE -> Math.min(1, 1 / longest);
      case ROWS -> Math.min(1, batches / (longest * rows));
    };
  }

  /**
   * Takes over what another estimate has seen, as of before the first batch: its last batch becomes
   * batch 0. Hits of items that share a slot add up, so their rates do. A slot with no item that
   * the other knows stays as it is.
   *
   * @param from counts the same
   * @param items for each item the other's, or -1 where it is new
   * @param batchShare the other's rows per batch as a share of this one's: gaps are counted in
   *     batches
   */
  public void take(StreamingRates from, int[] items, double batchShare) {
    double[] hitsPerBatch = new double[gap.length];
    double[] latest = new double[gap.length];
    Arrays.fill(latest, Double.NEGATIVE_INFINITY);
    for (int item = 0; item < items.length; item++) {
      if (items[item] < 0) {
        continue;
      }
      double longest = 0;
      double last = Double.POSITIVE_INFINITY;
      for (int hash = 0; hash < from.keys.length; hash++) {
        int slot = from.slot(hash, items[item]);
        longest = Math.max(longest, from.gap[slot]);
        // Other items of a slot only make its last hit later.
        last = Math.min(last, (from.lastHit[slot] - from.batches) * batchShare);
      }
      for (int hash = 0; hash < keys.length; hash++) {
        int slot = slot(hash, item);
        hitsPerBatch[slot] += 1 / (longest * batchShare);
        latest[slot] = Math.max(latest[slot], last);
      }
    }
    for (int slot = 0; slot < gap.length; slot++) {
      if (hitsPerBatch[slot] > 0) {
        gap[slot] = 1 / hitsPerBatch[slot];
        lastHit[slot] = (int) Math.rint(latest[slot]);
      }
    }
  }

  /** Writes everything that later estimates depend on. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(batches);
    out.writeLong(rows);
    out.writeInt(gap.length);
    for (int slot = 0; slot < gap.length; slot++) {
      out.writeInt(lastHit[slot]);
      out.writeDouble(gap[slot]);
    }
  }

  /** Takes up where {@link #write} left off, with the same configuration. */
  public void read(DataInput in) throws IOException {
    batches = in.readInt();
    rows = in.readLong();
    int written = in.readInt();
    if (written != gap.length) {
      throw new IOException(
          "the streaming estimate that was saved has %d slots, the configuration asks for %d: %d hash functions (loss.streaming.hashes) of %d slots each (loss.streaming.slots, or five per item)"
              .formatted(written, gap.length, keys.length, slots));
    }
    for (int slot = 0; slot < gap.length; slot++) {
      lastHit[slot] = in.readInt();
      gap[slot] = in.readDouble();
    }
  }
}
