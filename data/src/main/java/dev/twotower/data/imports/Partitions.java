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
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Columns that folder names of the form {@code KEY=VALUE} add to the rows beneath them, as Hive and
 * Spark lay out tables. They do so only where they are asked to, and never in place of a column of
 * the file (design 9).
 *
 * <p>As in a csv file, a column is a number where all its values are written as whole numbers
 * without leading zeros; others are text. Texts of which most are numbers with a decimal comma,
 * where those were asked for, stay as they are in conditions and expressions, and are numbers for
 * whatever needs numbers.
 */
final class Partitions {
  /** What Hive calls the folder of rows without a value. */
  private static final String NOTHING = "__HIVE_DEFAULT_PARTITION__";

  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,17}");

  /** Nothing is known of the folders of a log, as where none of them names a column. */
  static final Partitions NONE = new Partitions(Set.of(), Set.of(), Set.of());

  private final Set<String> whole;
  private final Set<String> commas;
  private final Set<String> numerals;

  /**
   * @param whole columns of whole numbers
   * @param commas columns whose numbers have a decimal comma
   * @param numerals those of them that have numbers alone
   */
  private Partitions(Set<String> whole, Set<String> commas, Set<String> numerals) {
    this.whole = whole;
    this.commas = commas;
    this.numerals = numerals;
  }

  /**
   * What the columns of a log's files are.
   *
   * @param ids of columns those that are ids, which have no decimal commas; empty where no decimal
   *     commas are asked for
   */
  static Partitions of(List<Path> files, Optional<UnaryOperator<Set<String>>> ids) {
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
    Set<String> commas = ids.map(known -> commas(values, known)).orElse(Set.of());
    Set<String> whole = new HashSet<>();
    Set<String> numerals = new HashSet<>();
    values.forEach(
        (key, all) -> {
          if (!all.isEmpty() && all.stream().allMatch(WHOLE.asMatchPredicate())) {
            whole.add(key);
          } else if (commas.contains(key) && all.stream().allMatch(CommaNumbers::isAmong)) {
            numerals.add(key);
          }
        });
    return new Partitions(whole, commas, numerals);
  }

  /**
   * The columns most of whose values are numbers with a decimal comma or whole, and one has a
   * comma, as of columns of csv files.
   */
  private static Set<String> commas(
      Map<String, Set<String>> values, UnaryOperator<Set<String>> ids) {
    Set<String> commas = new HashSet<>(values.keySet());
    commas.removeAll(ids.apply(Set.copyOf(commas)));
    commas.removeIf(
        key -> {
          Set<String> all = values.get(key);
          return all.stream().noneMatch(CommaNumbers::isOne)
              || 2 * all.stream().filter(CommaNumbers::isAmong).count() <= all.size();
        });
    return commas;
  }

  /** Whether a column has numbers with a decimal comma. */
  boolean haveCommas() {
    return !commas.isEmpty();
  }

  /**
   * Adds the columns that the folders of a file name.
   *
   * @param file the path as given, and from there on
   * @throws IllegalArgumentException when no folder names one
   * @throws BadDataException when a folder names a column that the file has, or one twice
   */
  SourceTable add(Path file, SourceTable table) {
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
          String type = whole.contains(key) ? "BIGINT" : "VARCHAR";
          String pointed =
              value != null && commas.contains(key) && CommaNumbers.isAmong(value)
                  ? CommaNumbers.point(value)
                  : value;
          select.append(
              ", CAST(%s AS %s) AS %s, %s AS %s"
                  .formatted(
                      sql(value),
                      type,
                      ident(key),
                      sql(pointed),
                      ident(SourceTable.textColumn(key))));
          if (numerals.contains(key)) {
            select.append(
                ", CAST(%s AS DOUBLE) AS %s"
                    .formatted(sql(pointed), ident(SourceTable.numberColumn(key))));
          }
          columns.add(new Column(key, type));
          written.add(key);
        });
    Set<String> numbers = new HashSet<>(table.numerals());
    keys.keySet().stream().filter(numerals::contains).forEach(numbers::add);
    return new SourceTable(
        table.files(),
        table.label(),
        select + " FROM " + table.from(),
        columns,
        numbers,
        written,
        table.joins());
  }

  private static String sql(String text) {
    return text == null ? "CAST(NULL AS VARCHAR)" : literal(text);
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
