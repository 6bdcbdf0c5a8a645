package dev.twotower.trainer.ids.semantic;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.Database;
import dev.twotower.data.duckdb.SqlPath;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shows a person what sits under a prefix of the codes, by item name. */
public final class CodeBrowser {
  private final Path file;
  private final int levels;

  /** Opens a file of codes that 'twotower quantize' wrote. */
  public CodeBrowser(Path file) {
    this.file = file;
    try (Connection connection = Database.connect();
        PreparedStatement query =
            connection.prepareStatement("DESCRIBE SELECT * FROM " + source());
        ResultSet columns = query.executeQuery()) {
      int found = 0;
      while (columns.next()) {
        found += columns.getString(1).matches("code_[0-9]+") ? 1 : 0;
      }
      this.levels = found;
    } catch (SQLException unreadable) {
      throw new BadDataException(
          file + " is not a file of codes: " + unreadable.getMessage(), unreadable);
    }
  }

  /**
   * What sits under a prefix.
   *
   * @param prefix the code's first numbers, joined by '-'; empty for everything
   * @param items items below it
   * @param categories its most frequent categories, with their items
   * @param children the next level's codes, most items first; at full length the items themselves
   */
  public record View(
      String prefix, long items, Map<String, Long> categories, List<Child> children) {}

  /**
   * One code below a prefix, or one item.
   *
   * @param code the text of the longer prefix, or the whole ID
   * @param items items below it
   * @param category the most frequent category
   * @param purity share of the items that have it
   * @param examples names of some items, evenly spread in row order
   * @param ids of the same items
   */
  public record Child(
      String code,
      long items,
      String category,
      double purity,
      List<String> examples,
      List<String> ids) {}

  /**
   * Looks under a prefix.
   *
   * @param prefix numbers of the first levels; none for everything
   * @param most children listed
   * @param examples names listed of each
   * @throws IllegalArgumentException when the prefix is longer than the codes
   */
  public View view(List<Integer> prefix, int most, int examples) {
    if (prefix.size() > levels) {
      throw new IllegalArgumentException(
          "prefix %s has %d levels; the codes in %s have %d"
              .formatted(text(prefix), prefix.size(), file, levels));
    }
    try (Connection connection = Database.connect()) {
      List<Row> rows = rows(connection, prefix);
      Map<String, Long> categories = new LinkedHashMap<>();
      ranked(rows, Row::category).stream()
          .limit(5)
          .forEach(entry -> categories.put(entry.getKey(), (long) entry.getValue().size()));
      List<Child> children =
          ranked(rows, Row::next).stream()
              .limit(most)
              .map(entry -> child(entry.getKey(), entry.getValue(), examples))
              .toList();
      return new View(text(prefix), rows.size(), categories, children);
    } catch (SQLException unreadable) {
      throw new BadDataException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private record Row(String next, String id, String name, String category) {}

  private List<Row> rows(Connection connection, List<Integer> prefix) throws SQLException {
    String where =
        IntStream.range(0, prefix.size())
            .mapToObj(level -> "code_" + (level + 1) + " = " + prefix.get(level))
            .collect(Collectors.joining(" AND "));
    boolean whole = prefix.size() == levels;
    String next =
        whole
            ? "semantic_id"
            : IntStream.rangeClosed(1, prefix.size() + 1)
                .mapToObj(level -> "code_" + level)
                .collect(Collectors.joining(" || '-' || "));
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT %s, id, name, category FROM %s WHERE %s ORDER BY \"row\""
                    .formatted(next, source(), where.isEmpty() ? "TRUE" : where));
        ResultSet found = query.executeQuery()) {
      while (found.next()) {
        rows.add(
            new Row(
                found.getString(1), found.getString(2), found.getString(3), found.getString(4)));
      }
    }
    return rows;
  }

  private static Child child(String code, List<Row> rows, int examples) {
    Map.Entry<String, List<Row>> largest = ranked(rows, Row::category).get(0);
    int shown = Math.min(examples, rows.size());
    List<Row> some =
        IntStream.range(0, shown)
            .mapToObj(i -> rows.get((int) ((long) i * rows.size() / shown)))
            .toList();
    return new Child(
        code,
        rows.size(),
        largest.getKey(),
        (double) largest.getValue().size() / rows.size(),
        some.stream().map(Row::name).toList(),
        some.stream().map(Row::id).toList());
  }

  /** Groups, largest first; equal sizes by first row. */
  private static List<Map.Entry<String, List<Row>>> ranked(
      List<Row> rows, Function<Row, String> key) {
    Map<String, List<Row>> groups =
        rows.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    return groups.entrySet().stream()
        .sorted((a, b) -> Integer.compare(b.getValue().size(), a.getValue().size()))
        .toList();
  }

  private String source() {
    return "read_parquet(" + SqlPath.of(file) + ", hive_partitioning = false)";
  }

  private static String text(List<Integer> prefix) {
    return prefix.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }
}
