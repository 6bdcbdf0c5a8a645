package dev.twotower.data.imports.csv;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.SourceTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lines within a csv file that repeat its header, as {@code cat a.csv b.csv} leaves them. They are
 * not rows; if they name the columns in another order, neither are the lines after them.
 */
final class RepeatedHeader {
  /** Beyond this many columns only lines in the header's own order are looked for. */
  private static final int MOST_COLUMNS = 64;

  private RepeatedHeader() {}

  /**
   * Takes such lines out of a file's table, into one of their record numbers.
   *
   * @return whether there are any
   * @throws BadDataException when the columns are in another order after one
   */
  static boolean removed(CsvFile file, CsvTypes.Typed typed, QuerySession session) {
    session.run("CREATE TABLE " + file.headers() + " (record BIGINT)");
    List<String> names = file.head().names();
    List<String> header = file.head().header();
    if (header.size() != names.size() || excluded(header, typed)) {
      return false;
    }
    boolean anyOrder = names.size() > 1 && names.size() <= MOST_COLUMNS;
    String all = header.stream().map(RepeatedHeader::folded).collect(Collectors.joining(", "));
    List<String> tests = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      String value = value(names, c);
      tests.add(
          anyOrder
              ? "%s IN (%s)".formatted(value, all)
              : "%s = %s".formatted(value, folded(header.get(c))));
    }
    List<Long> found = new ArrayList<>();
    session.forEach(
        "SELECT %s, %s FROM %s WHERE %s"
            .formatted(
                ident(SourceTable.RECORD),
                IntStream.range(0, names.size())
                    .mapToObj(c -> value(names, c))
                    .collect(Collectors.joining(", ")),
                file.table(),
                String.join(" AND ", tests)),
        row -> {
          List<String> values = new ArrayList<>();
          for (int c = 0; c < names.size(); c++) {
            values.add(row.getString(c + 2));
          }
          List<String> folded = header.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
          if (values.equals(folded)) {
            found.add(row.getLong(1));
          } else if (new HashSet<>(values).size() == names.size()) {
            throw new BadDataException(
                "%s line %d names the columns in another order, %s instead of %s; import the parts as files of one folder, which matches columns by name"
                    .formatted(
                        file.path(),
                        file.lines(session, List.of(row.getLong(1))).get(0),
                        values,
                        folded));
          }
        });
    if (found.isEmpty()) {
      return false;
    }
    String records = found.stream().map(String::valueOf).collect(Collectors.joining("), ("));
    session.run("INSERT INTO %s VALUES (%s)".formatted(file.headers(), records));
    session.run(
        "DELETE FROM %s WHERE %s IN (SELECT record FROM %s)"
            .formatted(file.table(), ident(SourceTable.RECORD), file.headers()));
    return true;
  }

  /** A field as it is compared: the first of a file may be led by a mark of UTF-8, even quoted. */
  private static String value(List<String> names, int column) {
    return column > 0
        ? "lower(trim(%s))".formatted(ident(names.get(column)))
        : "lower(trim(ltrim(%s, chr(65279)), ' \"'))".formatted(ident(names.get(column)));
  }

  /** Whether the values of some column are all numbers or times, which none of the names is. */
  private static boolean excluded(List<String> header, CsvTypes.Typed typed) {
    boolean names = header.stream().allMatch(RepeatedHeader::isWord);
    return names
        && typed.columns().stream()
            .anyMatch(
                column ->
                    !column.type().equals("VARCHAR") || typed.numerals().contains(column.name()));
  }

  /** Whether a text is of no type but text, not even a word for null, infinity or a day. */
  private static boolean isWord(String name) {
    return name.matches("\\p{L}.*")
        && !name.toLowerCase(Locale.ROOT).matches("inf(inity)?|epoch|now|today|tomorrow|yesterday")
        && NullWords.USUAL.stream().noneMatch(name::equalsIgnoreCase);
  }

  private static String folded(String name) {
    return "lower(" + literal(name) + ")";
  }
}
