package dev.twotower.data.describe;

import dev.twotower.data.dataset.Interactions;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;

/** Counts one split in a single pass, in storage order. */
final class SplitTally {
  private final long rows;
  private final long[] rowsOfItem;
  private final LongArrayList rowsOfUser = new LongArrayList();
  private final LongArrayList requestsOfUser = new LongArrayList();
  private final LongArrayList rowsOfRequest = new LongArrayList();
  private long distinctPairs;

  SplitTally(Interactions split, int users, int items) {
    rows = split.rows();
    rowsOfItem = new long[items];
    // The last user, plus 1, seen with an item.
    int[] seenBy = new int[items];
    for (int user = 0; user < users; user++) {
      long end = split.userEnd(user);
      long row = split.userStart(user);
      if (row == end) {
        continue;
      }
      rowsOfUser.add(end - row);
      long requests = 0;
      while (row < end) {
        long requestEnd = split.requestEnd(split.request(row));
        rowsOfRequest.add(requestEnd - row);
        requests++;
        for (; row < requestEnd; row++) {
          int item = split.item(row);
          rowsOfItem[item]++;
          distinctPairs += seenBy[item] == user + 1 ? 0 : 1;
          seenBy[item] = user + 1;
        }
      }
      requestsOfUser.add(requests);
    }
  }

  Description.SplitCounts counts() {
    int items = (int) Arrays.stream(rowsOfItem).filter(count -> count > 0).count();
    return new Description.SplitCounts(rows, rowsOfUser.size(), items, rowsOfRequest.size());
  }

  /** Distinct (user, item) pairs. */
  long distinctPairs() {
    return distinctPairs;
  }

  Spread rowsPerUser() {
    return Spread.of(rowsOfUser.toLongArray());
  }

  Spread requestsPerUser() {
    return Spread.of(requestsOfUser.toLongArray());
  }

  Spread rowsPerRequest() {
    return Spread.of(rowsOfRequest.toLongArray());
  }

  Spread rowsPerItem() {
    return Spread.of(Arrays.stream(rowsOfItem).filter(count -> count > 0).toArray());
  }

  Popularity popularity() {
    return Popularity.of(rowsOfItem);
  }
}
