package dev.twotower.eval.ranking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.List;

/** The users of all parts in the log's order. */
final class JoinedUsers {
  private final List<RankedUsers> parts;
  private final int[] users;
  private final long[] trainRows;

  /** For each position the part and the position in it. */
  private final int[] partOf;

  private final int[] placeIn;

  JoinedUsers(List<RankedUsers> parts, int count) {
    this.parts = parts;
    int[] users = new int[count];
    int[] partOf = new int[count];
    int[] placeIn = new int[count];
    int[] order = new int[count];
    int at = 0;
    for (int part = 0; part < parts.size(); part++) {
      for (int place = 0; place < parts.get(part).users().length; place++, at++) {
        users[at] = parts.get(part).users()[place];
        partOf[at] = part;
        placeIn[at] = place;
        order[at] = at;
      }
    }
    IntArrays.quickSort(order, (a, b) -> Integer.compare(users[a], users[b]));
    this.users = Arrays.stream(order).map(i -> users[i]).toArray();
    this.partOf = Arrays.stream(order).map(i -> partOf[i]).toArray();
    this.placeIn = Arrays.stream(order).map(i -> placeIn[i]).toArray();
    this.trainRows = new long[count];
    for (int position = 0; position < count; position++) {
      trainRows[position] = parts.get(this.partOf[position]).trainRows()[this.placeIn[position]];
    }
  }

  interface Values {
    double[][] of(RankedUsers part);
  }

  int[] users() {
    return users;
  }

  /** Training rows of each user. */
  long[] trainRows() {
    return trainRows;
  }

  MetricTable table(List<Metric> metrics, Values values) {
    return filled(new MetricTable(users, metrics, List.of()), values);
  }

  /** What of users' dislikes is listed; without metrics where the log says none. */
  MetricTable disliked(boolean any, RankingOptions options, Values values) {
    List<String> names = any ? RankingTables.disliked(options) : List.of();
    return filled(new MetricTable(users, List.of(), names), values);
  }

  private MetricTable filled(MetricTable table, Values values) {
    for (int position = 0; position < users.length; position++) {
      double[][] from = values.of(parts.get(partOf[position]));
      for (int metric = 0; metric < table.names().size(); metric++) {
        table.set(metric, position, from[metric][placeIn[position]]);
      }
    }
    return table;
  }
}
