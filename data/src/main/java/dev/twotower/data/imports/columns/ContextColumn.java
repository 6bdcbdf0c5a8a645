package dev.twotower.data.imports.columns;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.ContextOption.Kind;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.CommaNumbers;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ShellWord;
import java.util.ArrayList;
import java.util.List;

/**
 * A context column over the log.
 *
 * @param kind what its values are
 * @param sql its number, null for NaN and what is none; or its text, null for blanks
 * @param text its text as the file has it
 */
public record ContextColumn(String name, Kind kind, String sql, String text) {
  /** Whole numbers up to this are told apart as contexts are kept, in doubles. */
  private static final long EXACT = 1L << 53;

  /**
   * The column an option names: of numbers where the option says so, or where its type does and no
   * two of its numbers become one. Lists travel as one text ({@link ListText}).
   */
  public static ContextColumn resolve(
      QuerySession session, Resolver resolver, SourceTable log, ContextOption option) {
    String flag = (option.isEvent() ? "--column " : "--context ") + option.name();
    Resolver.Expression value = resolver.value(log, flag, option.column());
    if (option.kind() != null && option.kind().isList()) {
      if (!value.isList()) {
        resolver.requireId(log, flag, option.column(), value);
      }
      String text =
          value.isList() || option.kind() == Kind.MULTI ? ListText.sql(value) : value.text();
      return new ContextColumn(
          option.name(), option.kind(), "nullif(trim(" + text + "), '')", text);
    }
    if (value.isList() && !option.isEvent()) {
      resolver.problem(
          "%s: '%s' of %s is a list (%s); allowed as :multi, as in %s, which keeps what is in it"
              .formatted(
                  flag,
                  BadRow.shortened(option.column()),
                  log.label(),
                  BadRow.shortened(value.type()),
                  ShellWord.command(
                      "--context %s",
                      (option.column().equals(option.name())
                              ? option.name()
                              : option.name() + "=" + option.column())
                          + ":multi")));
    } else {
      resolver.requireId(log, flag, option.column(), value);
    }
    boolean numeric =
        option.kind() == null
            ? value.isNumeric() && !beyondExact(session, log, value)
            : option.kind() == Kind.NUMERIC;
    if (!numeric) {
      return new ContextColumn(
          option.name(), Kind.CATEGORICAL, "nullif(trim(" + value.text() + "), '')", value.text());
    }
    String number =
        value.isTimestamp()
            ? "CAST(epoch(" + value.sql() + ") AS DOUBLE)"
            : "TRY_CAST(" + value.text() + " AS DOUBLE)";
    return new ContextColumn(
        option.name(), Kind.NUMERIC, "nullif(" + number + ", 'NaN'::DOUBLE)", value.text());
  }

  /** Whether it holds numbers rather than texts. */
  public boolean numeric() {
    return kind == Kind.NUMERIC;
  }

  /** Whether it is the kind of feedback, which no row may lack. */
  public boolean isEvent() {
    return name.equals(ContextOption.EVENT);
  }

  /** Whether a double would not tell all numbers apart. */
  private static boolean beyondExact(
      QuerySession session, SourceTable log, Resolver.Expression value) {
    String beyond =
        ValueTypes.isWhole(value.type())
            ? "%1$s > %2$d OR %1$s < -%2$d".formatted(value.sql(), EXACT)
            : ValueTypes.isDecimal(value.type())
                ? "TRY_CAST(CAST(%1$s AS DOUBLE) AS %2$s) IS DISTINCT FROM %1$s"
                    .formatted(value.sql(), value.type())
                : "FALSE";
    return session.number(
            "SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT 1)"
                .formatted(log.from(), beyond))
        > 0;
  }

  /**
   * Says which values count as missing, though they are there.
   *
   * @param log the files
   * @param number the column's number in the table log
   * @throws BadDataException when numbers are written with decimal commas
   */
  public void addNotes(
      QuerySession session,
      SourceTable log,
      int number,
      List<String> nullWords,
      List<String> notes) {
    String found =
        numeric()
            ? "k%1$d IS NOT NULL AND c%1$d IS NULL".formatted(number)
            : NullWords.in("c" + number, nullWords);
    if (found.equals("FALSE")) {
      return;
    }
    String column = (numeric() ? "k" : "c") + number;
    long[] count = {0};
    List<String> texts = new ArrayList<>();
    session.forEach(
        "SELECT %1$s, count(*) AS n, sum(n) OVER (), coalesce(bool_or(%2$s) OVER (), FALSE) FROM log WHERE reason IS NULL AND %3$s GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3"
            .formatted(column, CommaNumbers.sql(column), found),
        row -> {
          count[0] = row.getLong(3);
          texts.add("'" + BadRow.shortened(row.getString(1)) + "'");
          if (numeric() && row.getBoolean(4)) {
            throw new BadDataException(
                "context %s: %s are no numbers, such as %s: %s"
                    .formatted(
                        name,
                        Amount.of(count[0], "value"),
                        texts.get(0),
                        CommaNumbers.remedy(log.commas())));
          }
        });
    if (count[0] > 0) {
      notes.add(
          "context %s: %s %s and %s as missing, such as %s%s"
              .formatted(
                  name,
                  Amount.of(count[0], "row holds", "rows hold"),
                  numeric() ? "no number" : "a word for null",
                  count[0] == 1 ? "counts" : "count",
                  String.join(", ", texts),
                  numeric() ? "" : " (--null-words)"));
    }
  }
}
