package dev.twotower.data.guard;

import dev.twotower.data.dataset.Split;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.BitSet;

/**
 * Counts what held-out rows share with the rows before them, user by user; a user's rows come in
 * any order. Nothing but one user's rows is held, and two bits for each item. Nearly all rows are
 * training rows, and of those no more is kept than a held-out row may be compared with.
 */
public final class LeakageCounter {
  private static final Split[] SPLITS = Split.values();
  private static final int TRAIN = Split.TRAIN.index();

  private final boolean timed;
  private final IntArrayList trainItems = new IntArrayList();

  /** Each request once where its rows come together. */
  private final IntArrayList trainRequests = new IntArrayList();

  private final IntArrayList[] items = new IntArrayList[SPLITS.length];
  private final IntArrayList[] requests = new IntArrayList[SPLITS.length];
  private final LongArrayList[] times = new LongArrayList[SPLITS.length];
  private final long[] rows = new long[SPLITS.length];
  private final long[] repeated = new long[SPLITS.length];
  private final long[] divided = new long[SPLITS.length];
  private final long[] future = new long[SPLITS.length];
  private final BitSet heldOut = new BitSet();
  private final BitSet seen = new BitSet();
  private final BitSet trainedRequests = new BitSet();
  private long latest = Long.MIN_VALUE;
  private int lastRequest = -1;
  private int firstRequest = Integer.MAX_VALUE;
  private boolean comparable;

  /**
   * @param timed whether times are moments; a mere order of rows does not tell what is older
   */
  public LeakageCounter(boolean timed) {
    this.timed = timed;
    for (int split = 0; split < SPLITS.length; split++) {
      items[split] = new IntArrayList();
      requests[split] = new IntArrayList();
      times[split] = new LongArrayList();
    }
  }

  /** Adds a row of the current user. */
  public void add(Split split, int item, int request, long time) {
    if (split == Split.TRAIN) {
      trainItems.add(item);
      latest = Math.max(latest, time);
      if (request != lastRequest) {
        trainRequests.add(request);
        firstRequest = Math.min(firstRequest, request);
        lastRequest = request;
      }
    } else {
      comparable = true;
      items[split.index()].add(item);
      requests[split.index()].add(request);
      times[split.index()].add(time);
    }
  }

  /** Counts the current user's rows; those that follow are another's. */
  public void endUser() {
    if (comparable) {
      count();
      for (int split = 0; split < SPLITS.length; split++) {
        items[split].clear();
        requests[split].clear();
        times[split].clear();
      }
    }
    trainItems.clear();
    trainRequests.clear();
    latest = Long.MIN_VALUE;
    lastRequest = -1;
    firstRequest = Integer.MAX_VALUE;
    comparable = false;
  }

  private void count() {
    mark(heldOut, true);
    for (int row = 0; row < trainItems.size(); row++) {
      if (heldOut.get(trainItems.getInt(row))) {
        seen.set(trainItems.getInt(row));
      }
    }
    // Relative to the user's first request, so that the set stays small.
    for (int each = 0; each < trainRequests.size(); each++) {
      trainedRequests.set(trainRequests.getInt(each) - firstRequest);
    }
    for (int split = 0; split < SPLITS.length; split++) {
      if (split != TRAIN) {
        rows[split] += items[split].size();
        for (int row = 0; row < items[split].size(); row++) {
          int request = requests[split].getInt(row) - firstRequest;
          repeated[split] += seen.get(items[split].getInt(row)) ? 1 : 0;
          divided[split] += request >= 0 && trainedRequests.get(request) ? 1 : 0;
          future[split] += timed && times[split].getLong(row) < latest ? 1 : 0;
        }
        for (int row = 0; row < items[split].size(); row++) {
          seen.set(items[split].getInt(row));
        }
      }
    }
    trainedRequests.clear();
    mark(heldOut, false);
    mark(seen, false);
  }

  /** Sets the bits of the user's held-out items. */
  private void mark(BitSet bits, boolean value) {
    for (IntArrayList each : items) {
      for (int row = 0; row < each.size(); row++) {
        bits.set(each.getInt(row), value);
      }
    }
  }

  /** What was counted of a held-out split. */
  public SplitLeakage of(Split split) {
    int index = split.index();
    return new SplitLeakage(split, rows[index], repeated[index], divided[index], future[index]);
  }
}
