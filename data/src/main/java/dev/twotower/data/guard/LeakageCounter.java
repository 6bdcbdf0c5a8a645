package dev.twotower.data.guard;

import dev.twotower.data.dataset.Split;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.BitSet;

/**
 * Counts what held-out rows share with the rows before them, user by user; a user's rows come in
 * any order. Nothing but one user's rows is held, and a bit for each item.
 */
public final class LeakageCounter {
  private static final Split[] SPLITS = Split.values();

  private final boolean timed;
  private final IntArrayList[] items = new IntArrayList[SPLITS.length];
  private final IntArrayList[] requests = new IntArrayList[SPLITS.length];
  private final LongArrayList[] times = new LongArrayList[SPLITS.length];
  private final long[] rows = new long[SPLITS.length];
  private final long[] repeated = new long[SPLITS.length];
  private final long[] divided = new long[SPLITS.length];
  private final long[] future = new long[SPLITS.length];
  private final BitSet seen = new BitSet();
  private final BitSet trainedRequests = new BitSet();

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
    items[split.index()].add(item);
    requests[split.index()].add(request);
    times[split.index()].add(time);
  }

  /** Counts the current user's rows; those that follow are another's. */
  public void endUser() {
    int train = Split.TRAIN.index();
    if (items[train].size() < rowsOfUser()) {
      count(train);
    }
    for (int split = 0; split < SPLITS.length; split++) {
      items[split].clear();
      requests[split].clear();
      times[split].clear();
    }
  }

  private int rowsOfUser() {
    int sum = 0;
    for (IntArrayList each : items) {
      sum += each.size();
    }
    return sum;
  }

  private void count(int train) {
    long latest = Long.MIN_VALUE;
    int firstRequest = Integer.MAX_VALUE;
    for (int row = 0; row < items[train].size(); row++) {
      latest = Math.max(latest, times[train].getLong(row));
      firstRequest = Math.min(firstRequest, requests[train].getInt(row));
    }
    // Relative to the user's first request, so that the set stays small.
    for (int row = 0; row < items[train].size(); row++) {
      trainedRequests.set(requests[train].getInt(row) - firstRequest);
    }
    for (int split = 0; split < SPLITS.length; split++) {
      if (split != train) {
        rows[split] += items[split].size();
        for (int row = 0; row < items[split].size(); row++) {
          int request = requests[split].getInt(row) - firstRequest;
          repeated[split] += seen.get(items[split].getInt(row)) ? 1 : 0;
          divided[split] += request >= 0 && trainedRequests.get(request) ? 1 : 0;
          future[split] += timed && times[split].getLong(row) < latest ? 1 : 0;
        }
      }
      for (int row = 0; row < items[split].size(); row++) {
        seen.set(items[split].getInt(row));
      }
    }
    trainedRequests.clear();
    for (IntArrayList each : items) {
      for (int row = 0; row < each.size(); row++) {
        seen.clear(each.getInt(row));
      }
    }
  }

  /** What was counted of a held-out split. */
  public SplitLeakage of(Split split) {
    int index = split.index();
    return new SplitLeakage(split, rows[index], repeated[index], divided[index], future[index]);
  }
}
