package dev.twotower.spark.prepare;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.imports.splits.ValidationDraw;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * What becomes of one user's rows: requests, duplicates, splits, by the rules of import. A function
 * of the user's rows and of what is known of the whole log.
 *
 * @param duplicates what happens to rows that repeat
 * @param sessionGap a longer pause, in what rows are ordered by, ends a session; 0 where requests
 *     are the log's, or one per user
 * @param weighted whether the log has weights
 * @param kinds whether rows are of kinds of feedback, which their first context says
 * @param rule the split rule's text; rules do not travel themselves
 * @param cuts where {@code time:FRACTION} cuts; null for other rules
 * @param draw the share of train rows to draw as validation; 0 for none
 * @param seed of the draws
 * @param cold items held out of training; null for none
 */
record UserRules(
    Duplicates duplicates,
    long sessionGap,
    boolean weighted,
    boolean kinds,
    String rule,
    TimeCuts cuts,
    double draw,
    long seed,
    BitSet cold)
    implements Serializable {
  private static final int TRAIN = 0;
  private static final int VALIDATION = 1;
  private static final int TEST = 2;

  UserRules withCuts(TimeCuts found) {
    return new UserRules(duplicates, sessionGap, weighted, kinds, rule, found, draw, seed, cold);
  }

  UserRules withDraw(double share) {
    return new UserRules(duplicates, sessionGap, weighted, kinds, rule, cuts, share, seed, cold);
  }

  UserRules withCold(BitSet items) {
    return new UserRules(duplicates, sessionGap, weighted, kinds, rule, cuts, draw, seed, items);
  }

  /**
   * Requests in order, each with its rows by time and place, duplicates resolved.
   *
   * @param rows the user's rows by time and place
   */
  List<List<UserRow>> requests(List<UserRow> rows) {
    List<UserRow> keyed = sessionGap > 0 ? sessions(rows) : rows;
    // Rows come by time, so requests appear in the order of their first row; but among equal times
    // a request is placed by its earliest place in the log.
    Map<String, List<UserRow>> byRequest = new LinkedHashMap<>();
    for (UserRow row : keyed) {
      byRequest.computeIfAbsent(row.request(), key -> new ArrayList<>()).add(row);
    }
    List<Placed> placed = new ArrayList<>();
    for (List<UserRow> each : byRequest.values()) {
      placed.add(
          new Placed(each.get(0).order(), each.stream().min(UserRow.BY_PLACE).orElseThrow(), each));
    }
    placed.sort(
        Comparator.comparingLong(Placed::first).thenComparing(Placed::place, UserRow.BY_PLACE));
    List<List<UserRow>> requests = new ArrayList<>();
    for (Placed each : placed) {
      requests.add(resolve(each.rows()));
    }
    return requests;
  }

  private record Placed(long first, UserRow place, List<UserRow> rows) {}

  private List<UserRow> sessions(List<UserRow> rows) {
    List<UserRow> keyed = new ArrayList<>(rows.size());
    int session = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (i > 0 && rows.get(i).order() - rows.get(i - 1).order() > sessionGap) {
        session++;
      }
      keyed.add(rows.get(i).withRequest(Integer.toString(session)));
    }
    return keyed;
  }

  /** Item, split and kind of feedback, and the whole row where repeats are dropped. */
  private record Key(int item, int split, int kind, long hash, int hash2) {}

  private List<UserRow> resolve(List<UserRow> rows) {
    if (duplicates == Duplicates.KEEP) {
      return rows;
    }
    boolean drop = duplicates == Duplicates.DROP;
    Map<Key, UserRow> kept = new HashMap<>();
    Map<Key, Double> weights = new HashMap<>();
    for (UserRow row : rows) {
      Key key =
          new Key(
              row.item(),
              row.split(),
              kinds ? row.kind() : 0,
              drop ? row.hash() : 0,
              drop ? row.hash2() : 0);
      Comparator<UserRow> first = drop ? UserRow.BY_PLACE : UserRow.BY_TIME;
      kept.merge(key, row, (a, b) -> first.compare(a, b) <= 0 ? a : b);
      weights.merge(key, row.weight(), Double::sum);
    }
    List<UserRow> resolved = new ArrayList<>(kept.size());
    kept.forEach(
        (key, row) -> resolved.add(drop ? row : row.withWeight(weighted ? weights.get(key) : 1)));
    resolved.sort(UserRow.BY_TIME);
    return resolved;
  }

  /**
   * Gives every row its split, and takes training rows of held-out items away.
   *
   * @param user number of the user in the log
   * @return the requests that have rows left
   */
  List<List<UserRow>> split(int user, List<List<UserRow>> requests) {
    List<List<UserRow>> placed = place(requests);
    if (cold != null) {
      placed =
          placed.stream()
              .map(
                  rows ->
                      rows.stream()
                          .filter(row -> row.split() != TRAIN || !cold.get(row.item()))
                          .toList())
              .toList();
    }
    if (draw > 0) {
      int train =
          (int) placed.stream().flatMap(List::stream).filter(r -> r.split() == TRAIN).count();
      IntUnaryOperator trainRows = any -> train;
      ValidationDraw drawn = new ValidationDraw(draw, trainRows, seed);
      placed =
          placed.stream()
              .map(
                  rows ->
                      rows.stream()
                          .map(
                              row ->
                                  row.split() == TRAIN && drawn.next(user)
                                      ? row.withSplit(VALIDATION)
                                      : row)
                          .toList())
              .toList();
    }
    return placed.stream().filter(rows -> !rows.isEmpty()).toList();
  }

  private List<List<UserRow>> place(List<List<UserRow>> requests) {
    SplitRule ofRows = SplitRule.parse(rule).ofRows();
    List<List<UserRow>> placed = new ArrayList<>();
    if (ofRows instanceof SplitRule.LeaveLastOut) {
      List<UserRow> all =
          requests.stream().flatMap(Collection::stream).sorted(UserRow.BY_TIME).toList();
      IdentityHashMap<UserRow, Integer> held = new IdentityHashMap<>();
      if (all.size() >= 3) {
        held.put(all.get(all.size() - 1), TEST);
        held.put(all.get(all.size() - 2), VALIDATION);
      }
      for (List<UserRow> rows : requests) {
        placed.add(rows.stream().map(row -> row.withSplit(held.getOrDefault(row, TRAIN))).toList());
      }
      return placed;
    }
    for (int i = 0; i < requests.size(); i++) {
      int back = requests.size() - i;
      int ofRequest = requests.size() < 3 || back > 2 ? TRAIN : back == 2 ? VALIDATION : TEST;
      placed.add(
          requests.get(i).stream()
              .map(
                  row -> {
                    if (ofRows instanceof SplitRule.LeaveLastRequestOut) {
                      return row.withSplit(ofRequest);
                    }
                    return ofRows instanceof SplitRule.Time && cuts != null
                        ? row.withSplit(cuts.split(row.order()))
                        : row;
                  })
              .toList());
    }
    return placed;
  }
}
