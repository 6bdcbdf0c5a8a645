package dev.twotower.data.imports;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.CommaNumbers;
import dev.twotower.data.imports.source.SourceTable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Columns that folder names of the form {@code KEY=VALUE} add to the rows beneath them, as Hive and
 * Spark lay out tables. They do so only where they are asked to, as texts, and never in place of a
 * column of the file (design 9).
 */
final class Partitions {
  /** What Hive calls the folder of rows without a value. */
  private static final String NOTHING = "__HIVE_DEFAULT_PARTITION__";

  private Partitions() {}

  /**
   * Adds the columns that the folders of a file name.
   *
   * @param file the path as given, and from there on
   * @param decimals columns whose numbers have a decimal comma, which becomes a point
   * @throws IllegalArgumentException when no folder names one
   * @throws BadDataException when a folder names a column that the file has, or one twice
   */
  static SourceTable add(Path file, SourceTable table, Set<String> decimals) {
    Map<String, String> keys = keys(file);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "--partitions: no folder above %s is named KEY=VALUE; leave it out".formatted(file));
    }
    StringBuilder select = new StringBuilder("SELECT *");
    List<Column> columns = new ArrayList<>(table.columns());
    Set<String> written = new HashSet<>(table.written());
    keys.forEach(
        (key, value) -> {
          for (Column column : table.columns()) {
            if (column.name().equalsIgnoreCase(key)) {
              throw new BadDataException(
                  "%s has a column '%s', and a folder above it is named '%s=%s'; rename one of them, or leave out --partitions"
                      .formatted(
                          file, column.name(), key, BadRow.shortened(String.valueOf(value))));
            }
          }
          String text =
              value != null && decimals.contains(key) && CommaNumbers.isAmong(value)
                  ? CommaNumbers.point(value)
                  : value;
          String sql = text == null ? "CAST(NULL AS VARCHAR)" : literal(text);
          select.append(
              ", %1$s AS %2$s, %1$s AS %3$s"
                  .formatted(sql, ident(key), ident(SourceTable.textColumn(key))));
          columns.add(new Column(key, "VARCHAR"));
          written.add(key);
        });
    return new SourceTable(
        table.files(),
        table.label(),
        select + " FROM " + table.from(),
        columns,
        table.numerals(),
        written,
        table.joins());
  }

  /**
   * The columns most of whose values are numbers with a decimal comma or whole, and one has a
   * comma, as of columns of csv files.
   *
   * @param ids of columns those that are ids, and stay as they are
   */
  static Set<String> decimals(List<Path> files, UnaryOperator<Set<String>> ids) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Path file : files) {
      keys(file)
          .forEach(
              (key, value) -> {
                Set<String> all = values.computeIfAbsent(key, each -> new HashSet<>());
                if (value != null) {
                  all.add(value);
                }
              });
    }
    values.keySet().removeAll(ids.apply(Set.copyOf(values.keySet())));
    values
        .values()
        .removeIf(
            all ->
                all.stream().noneMatch(CommaNumbers::isOne)
                    || 2 * all.stream().filter(CommaNumbers::isAmong).count() <= all.size());
    return values.keySet();
  }

  private static Map<String, String> keys(Path file) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < file.getNameCount() - 1; i++) {
      String name = file.getName(i).toString();
      int equals = name.indexOf('=');
      if (equals <= 0) {
        continue;
      }
      String key = decoded(name.substring(0, equals));
      String value = decoded(name.substring(equals + 1));
      for (String other : keys.keySet()) {
        if (other.equalsIgnoreCase(key)) {
          throw new BadDataException(
              "two folders above %s name the column '%s'; leave out --partitions, or name the inner folder"
                  .formatted(file, key));
        }
      }
      keys.put(key, value.equals(NOTHING) ? null : value);
    }
    return keys;
  }

  /** Hive writes characters that paths cannot hold as %XX. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
