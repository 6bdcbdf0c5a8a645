package dev.twotower.data.imports.source;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file joined to a table on the columns both have. Keys are matched by their text, so that a csv
 * number, a Parquet float and a text of it are one key, and 007 and 7 are two.
 *
 * @param label the joined file's name
 * @param keys the shared columns
 * @param marker the column that is true where a row found its partner
 * @param select the joined columns, of {@code r}
 * @param other the joined relation, one row per key
 * @param example a key of the joined file, for messages; null where it has none
 */
public record TableJoin(
    String label, List<String> keys, String marker, String select, String other, String example) {
  static TableJoin of(QuerySession session, SourceTable table, SourceTable other) {
    requireTold(table, other);
    List<String> shared =
        table.columnNames().stream()
            .filter(other.columnNames()::contains)
            .filter(column -> !table.unnamed().contains(column))
            .filter(column -> !other.unnamed().contains(column))
            .toList();
    if (shared.isEmpty()) {
      throw new BadDataException(
          "%s (columns %s) and %s (columns %s) share no column, so they cannot be joined"
              .formatted(table.label(), table.columnNames(), other.label(), other.columnNames()));
    }
    List<String> select = new ArrayList<>();
    for (String column : other.columnNames()) {
      if (!table.columnNames().contains(column)) {
        select.add(ident(column));
        select.add(ident(SourceTable.textColumn(column)));
        if (other.numerals().contains(column)) {
          select.add(ident(SourceTable.numberColumn(column)));
        }
      }
    }
    for (TableJoin inner : other.joins()) {
      select.add(ident(inner.marker()));
    }
    String query = new RepeatedKeys(session, other, texts(shared), "a joined file").single();
    List<String> examples =
        session.texts(
            "SELECT concat_ws(', ', %s) FROM (%s) LIMIT 1"
                .formatted(String.join(", ", texts(shared)), query));
    return new TableJoin(
        other.label(),
        shared,
        "@joined." + table.joins().size() + "." + other.label(),
        select.stream().map(column -> ", r." + column).collect(Collectors.joining()),
        query,
        examples.isEmpty() ? null : examples.get(0));
  }

  /** SQL would take one of two columns whose names differ only in case for the other. */
  private static void requireTold(SourceTable table, SourceTable other) {
    for (String left : table.columnNames()) {
      for (String right : other.columnNames()) {
        if (left.equalsIgnoreCase(right) && !left.equals(right)) {
          throw new BadDataException(
              "%s has the column '%s', %s has '%s', which differ only in case; rename one of them"
                  .formatted(table.label(), left, other.label(), right));
        }
      }
    }
  }

  private static List<String> texts(List<String> columns) {
    return columns.stream().map(SourceTable::textColumn).map(QuerySession::ident).toList();
  }

  /** The relation {@code left} with this file's columns. */
  String query(String left) {
    return "SELECT l.*%s, r.\"@partner\" AS %s FROM (%s) l LEFT JOIN (SELECT *, TRUE AS \"@partner\" FROM (%s)) r ON %s"
        .formatted(
            select,
            ident(marker),
            left,
            other,
            texts(keys).stream()
                .map(key -> "l.%1$s = r.%1$s".formatted(key))
                .collect(Collectors.joining(" AND ")));
  }

  /**
   * The note about the rows that found no partner; null if all did.
   *
   * @param rows rows of the table
   * @param met rows that found theirs
   * @throws BadDataException when none did
   */
  public String coverage(String table, long rows, long met) {
    if (met == 0 && rows > 0) {
      throw new BadDataException(
          "%s: no row of %s has a match in it; the keys %s are matched by their text%s"
              .formatted(
                  label,
                  table,
                  keys,
                  example == null
                      ? ", and it has none"
                      : ", and its first is '" + BadRow.shortened(example) + "'"));
    }
    return met == rows
        ? null
        : "%s of %s without a match in %s (by %s); its columns are missing there"
            .formatted(Amount.number(rows - met), Amount.of(rows, "row"), label, keys);
  }
}
