package dev.twotower.trainer.candidates;

import dev.twotower.masking.BatchIds;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last rows of earlier batches, first in, first out, in a ring of slots. The vector of an item
 * is in the slot of its newest row.
 */
public final class RowQueue {
  private final int[] users;
  private final int[] requests;
  private final int[] items;
  private final double[][] contexts;
  private final int[] newest;
  private int next;
  private int size;

  /**
   * An empty queue.
   *
   * @param capacity most rows it holds
   * @param contexts context values of a row
   * @param catalogue number of items
   */
  public RowQueue(int capacity, int contexts, int catalogue) {
    this.users = new int[capacity];
    this.requests = new int[capacity];
    this.items = new int[capacity];
    this.contexts = new double[contexts][capacity];
    this.newest = new int[catalogue];
    Arrays.fill(newest, -1);
  }

  /** Rows it holds. */
  public int size() {
    return size;
  }

  /** Appends the remembered rows to a batch's candidates, oldest first. */
  public void appendTo(BatchIds batch) {
    int slot = size < items.length ? 0 : next;
    for (int row = 0; row < size; row++) {
      int at = batch.appendCandidate(users[slot], requests[slot], items[slot]);
      for (int c = 0; c < contexts.length; c++) {
        batch.setContext(c, at, contexts[c][slot]);
      }
      slot = following(slot);
    }
  }

  /** Remembers the rows of a batch, and forgets the oldest there is no room for. */
  public void remember(BatchIds batch) {
    for (int row = Math.max(0, batch.size() - items.length); row < batch.size(); row++) {
      if (size == items.length) {
        forget(next);
      } else {
        size++;
      }
      users[next] = batch.user(row);
      requests[next] = batch.request(row);
      items[next] = batch.item(row);
      for (int c = 0; c < contexts.length; c++) {
        contexts[c][next] = batch.context(c, row);
      }
      newest[items[next]] = next;
      next = following(next);
    }
  }

  private void forget(int slot) {
    if (newest[items[slot]] == slot) {
      newest[items[slot]] = -1;
    }
  }

  private int following(int slot) {
    return slot + 1 == items.length ? 0 : slot + 1;
  }

  /** The slot of an item's newest row, which holds its vector; -1 when no row carries the item. */
  public int slot(int item) {
    return newest[item];
  }

  /** Writes the remembered rows. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(next);
    out.writeInt(size);
    for (int slot = 0; slot < size; slot++) {
      out.writeInt(users[slot]);
      out.writeInt(requests[slot]);
      out.writeInt(items[slot]);
      for (double[] context : contexts) {
        out.writeDouble(context[slot]);
      }
    }
  }

  /** Takes up where {@link #write} left off, with the same configuration. */
  public void read(DataInput in) throws IOException {
    next = in.readInt();
    size = in.readInt();
    if (size < 0 || size > items.length || next < 0 || next >= items.length) {
      throw new IOException(
          "the queue that was saved has %d rows, the next at place %d; the configuration asks for %d (loss.queue)"
              .formatted(size, next, items.length));
    }
    for (int slot = 0; slot < size; slot++) {
      users[slot] = in.readInt();
      requests[slot] = in.readInt();
      items[slot] = in.readInt();
      if (items[slot] < 0 || items[slot] >= newest.length) {
        throw new IOException(
            "the queue that was saved holds item %d; the data set has %d"
                .formatted(items[slot], newest.length));
      }
      for (double[] context : contexts) {
        context[slot] = in.readDouble();
      }
    }
    Arrays.fill(newest, -1);
    int slot = size < items.length ? 0 : next;
    for (int row = 0; row < size; row++) {
      newest[items[slot]] = slot;
      slot = following(slot);
    }
  }
}
