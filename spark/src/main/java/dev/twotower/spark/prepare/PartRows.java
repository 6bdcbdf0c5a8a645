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
      List.of("part", "u", "i", "q", "t", "m", "w", "s", "h", "g", "f", "p");

  private final Iterator<Row> rows;
  private final Iterator<Row> numbers;
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
   * @param rows by user, time and place
   * @param numbers of the users of these rows, in the same order: number and id
   * @param items numbers of items by id
   * @param codes for each context the codes by text; null for one of numbers
   */
  PartRows(
      Iterator<Row> rows,
      Iterator<Row> numbers,
      Map<String, Integer> items,
      List<Map<String, Integer>> codes) {
    this.rows = rows;
    this.numbers = numbers;
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
    String id = next.getString(1);
    Row numbered = numbers.hasNext() ? numbers.next() : null;
    if (numbered == null || !numbered.getString(1).equals(id)) {
      throw new IllegalStateException(
          "rows of user '%s' where those of %s were due".formatted(id, numbered));
    }
    List<UserRow> found = new ArrayList<>();
    while (next != null && next.getString(1).equals(id)) {
      found.add(row(next));
      next = rows.hasNext() ? rows.next() : null;
    }
    return new User(Math.toIntExact(numbered.getLong(0)), id, found);
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
        items.get(row.getString(2)),
        row.getString(3),
        row.getLong(4),
        row.getLong(5),
        row.getDouble(6),
        row.getInt(7),
        row.getLong(8),
        row.getInt(9),
        row.getInt(10),
        row.getLong(11),
        context);
  }
}
