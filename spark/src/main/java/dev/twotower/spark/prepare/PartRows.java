package dev.twotower.spark.prepare;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * The users of a part, one after the other, from rows sorted by user, time and place. Only one
 * user's rows are held.
 */
final class PartRows implements Iterator<PartRows.User> {
  /** Columns of the sorted rows, before those of contexts. */
  static final List<String> COLUMNS =
      List.of("part", "n", "u", "i", "q", "t", "m", "w", "s", "h", "g", "f", "p");

  private final Iterator<Row> rows;
  private final Map<String, Integer> items;
  private final List<Map<String, Integer>> codes;
  private Row next;

  /**
   * A user.
   *
   * @param number in the log
   * @param rows by time and place in the log
   */
  record User(int number, String id, List<UserRow> rows) {}

  /**
   * @param items numbers of items by id
   * @param codes for each context the codes by text; null for one of numbers
   */
  PartRows(Iterator<Row> rows, Map<String, Integer> items, List<Map<String, Integer>> codes) {
    this.rows = rows;
    this.items = items;
    this.codes = codes;
    this.next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public User next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    int number = (int) next.getLong(1);
    String id = next.getString(2);
    List<UserRow> found = new ArrayList<>();
    while (next != null && next.getLong(1) == number) {
      found.add(row(next));
      next = rows.hasNext() ? rows.next() : null;
    }
    return new User(number, id, found);
  }

  private UserRow row(Row row) {
    double[] context = new double[codes.size()];
    for (int c = 0; c < context.length; c++) {
      int at = COLUMNS.size() + c;
      if (codes.get(c) == null) {
        context[c] = row.isNullAt(at) ? Double.NaN : row.getDouble(at);
      } else {
        context[c] = row.isNullAt(at) ? 0 : codes.get(c).getOrDefault(row.getString(at).trim(), 0);
      }
    }
    return new UserRow(
        items.get(row.getString(3)),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        row.getDouble(7),
        row.getInt(8),
        row.getLong(9),
        row.getInt(10),
        row.getString(11),
        row.getLong(12),
        context);
  }
}
