package dev.twotower.data.dataset;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Counts what held-out rows share with the rows before them, user by user; a user's rows come in
 * any order. It holds the rows of one user and two bits per item. Nearly all rows are training
 * rows; of these it keeps only what a held-out row may be compared with.
 */
final class OverlapCounter {
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
  private final long[] moment = new long[SPLITS.length];
  private final Bits wanted = new Bits();
  private final Bits seen = new Bits();
  private final Bits trainedRequests = new Bits();
  private long latest = Long.MIN_VALUE;
  private int lastRequest = -1;
  private int firstRequest = Integer.MAX_VALUE;
  private boolean comparable;

  /**
   * @param timed whether times are moments; a mere order of rows does not tell what is older
   */
  OverlapCounter(boolean timed) {
    this.timed = timed;
    for (int split = 0; split < SPLITS.length; split++) {
      items[split] = new IntArrayList();
      requests[split] = new IntArrayList();
      times[split] = new LongArrayList();
    }
  }

  /** Adds a row of the current user. */
  void add(Split split, int item, int request, long time) {
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
  void endUser() {
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
    mark(wanted, true);
    for (int row = 0; row < trainItems.size(); row++) {
      if (wanted.has(trainItems.getInt(row))) {
        seen.set(trainItems.getInt(row), true);
      }
    }
    // Relative to the user's first request, so that the set stays small.
    for (int each = 0; each < trainRequests.size(); each++) {
      trainedRequests.set(trainRequests.getInt(each) - firstRequest, true);
    }
    for (int split = 0; split < SPLITS.length; split++) {
      if (split != TRAIN) {
        rows[split] += items[split].size();
        for (int row = 0; row < items[split].size(); row++) {
          int request = requests[split].getInt(row) - firstRequest;
          repeated[split] += seen.has(items[split].getInt(row)) ? 1 : 0;
          divided[split] += request >= 0 && trainedRequests.has(request) ? 1 : 0;
          future[split] += timed && times[split].getLong(row) < latest ? 1 : 0;
          moment[split] += timed && times[split].getLong(row) == latest ? 1 : 0;
        }
        for (int row = 0; row < items[split].size(); row++) {
          seen.set(items[split].getInt(row), true);
        }
      }
    }
    for (int each = 0; each < trainRequests.size(); each++) {
      trainedRequests.set(trainRequests.getInt(each) - firstRequest, false);
    }
    mark(wanted, false);
    mark(seen, false);
  }

  /** Sets the bits of the user's held-out items. */
  private void mark(Bits bits, boolean value) {
    for (IntArrayList each : items) {
      for (int row = 0; row < each.size(); row++) {
        bits.set(each.getInt(row), value);
      }
    }
  }

  /** Counts the rows of a data set that does not say what its splits share, in one pass. */
  static List<SplitOverlap> count(Function<Split, Interactions> splits, int users) {
    OverlapCounter counter = new OverlapCounter(splits.apply(Split.TRAIN).timed());
    for (int user = 0; user < users; user++) {
      for (Split split : SPLITS) {
        Interactions rows = splits.apply(split);
        for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
          counter.add(split, rows.item(row), rows.request(row), rows.time(row));
        }
      }
      counter.endUser();
    }
    return counter.heldOut();
  }

  /** What was counted of the held-out splits. */
  List<SplitOverlap> heldOut() {
    return List.of(of(Split.VALIDATION), of(Split.TEST));
  }

  private SplitOverlap of(Split split) {
    int index = split.index();
    return new SplitOverlap(
        split, rows[index], repeated[index], divided[index], future[index], moment[index]);
  }

  /** Bits that are set and unset one by one, which BitSet pays for with a walk to its last one. */
  private static final class Bits {
    private long[] words = new long[16];

    boolean has(int bit) {
      int word = bit >> 6;
      return word < words.length && (words[word] & 1L << bit) != 0;
    }

    void set(int bit, boolean value) {
      int word = bit >> 6;
      if (word >= words.length) {
        words = Arrays.copyOf(words, Math.max(word + 1, 2 * words.length));
      }
      words[word] = value ? words[word] | 1L << bit : words[word] & ~(1L << bit);
    }
  }
}
