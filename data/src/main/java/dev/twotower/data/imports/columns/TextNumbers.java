package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.CommaNumbers;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says which value makes a column text that an expression takes for a column of numbers. */
public final class TextNumbers {
  private TextNumbers() {}

  /**
   * Why SQL refuses an expression; empty where it names no column of texts of which most are
   * numbers.
   */
  public static Optional<String> problem(
      QuerySession session, SourceTable table, String expression) {
    for (QuerySession.Column column : table.columns()) {
      if (!column.type().equals("VARCHAR")
          || table.numerals().contains(column.name())
          || !QuotedNames.standsIn(expression, column.name())) {
        continue;
      }
      Optional<String> found = first(session, table, column);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> first(
      QuerySession session, SourceTable table, QuerySession.Column column) {
    String text = NullWords.untyped("nullif(trim(" + SourceTable.text(column) + "), '')");
    String number = "(TRY_CAST(x AS DOUBLE) IS NOT NULL OR " + CommaNumbers.sql("x") + ")";
    List<String> told = new ArrayList<>();
    session.forEach(
        "SELECT %3$s, x FROM (SELECT %1$s AS ord, %2$s AS x FROM %4$s) WHERE TRY_CAST(x AS DOUBLE) IS NULL AND x IS NOT NULL AND (SELECT count(*) FILTER (%5$s) * 2 >= count(x) FROM (SELECT %2$s AS x FROM %4$s)) ORDER BY ord LIMIT 1"
            .formatted(SourceTable.ORDER, text, SourceTable.PLACE, table.from(), number),
        row -> {
          SourceTable.SourceFile file = table.files().get(row.getInt(1));
          String value = row.getString(3);
          told.add(
              "column '%s' is text, not numbers: %s %s %d has '%s'; %s"
                  .formatted(
                      column.name(),
                      file.fileName(),
                      file.unit(),
                      file.lines(session, List.of(row.getLong(2))).get(0),
                      BadRow.shortened(value),
                      CommaNumbers.isOne(value)
                          ? CommaNumbers.remedy(table.commas())
                          : "leave such rows out with --where, or give TRY_CAST(%s AS DOUBLE) in place of the column"
                              .formatted(QuotedNames.sql(session, column.name()))));
        });
    return told.stream().findFirst();
  }
}
