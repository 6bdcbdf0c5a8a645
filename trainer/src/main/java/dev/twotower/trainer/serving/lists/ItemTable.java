package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.QuotedNames;
import dev.twotower.data.imports.columns.SqlExpression;
import dev.twotower.data.imports.columns.SqlRefusal;
import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBAppender;

/**
 * The items as a table that one condition of SQL chooses from: {@code id}, {@code name}, each
 * feature but vectors (texts, numbers, lists of texts), {@code category} as the list of an item's
 * categories from the top, and {@code "category.1"} and so on by level; these and features also
 * under the names that they had in the log's files.
 */
final class ItemTable {
  /** Between the texts of a list on their way into the table. */
  private static final char SEPARATOR = 31;

  private final Dataset data;
  private final Map<String, Column> columns = new LinkedHashMap<>();

  /** Appends an item's value. */
  private interface Value {
    void to(DuckDBAppender appender, int item) throws SQLException;
  }

  private record Column(String type, boolean list, Value value) {}

  ItemTable(Dataset data) {
    this.data = data;
    EntityTable items = CategoryFeatures.of(data);
    columns.put("id", text(items::id));
    columns.put("name", text(items::name));
    for (FeatureColumn feature : items.features()) {
      add(feature);
    }
    new OwnNames(data)
        .columns()
        .forEach(
            (own, column) -> {
              if (columns.containsKey(column)
                  && columns.keySet().stream().noneMatch(own::equalsIgnoreCase)) {
                columns.put(own, columns.get(column));
              }
            });
  }

  private interface Text {
    String of(int item);
  }

  private static Column text(Text text) {
    return new Column("VARCHAR", false, (appender, item) -> append(appender, text.of(item)));
  }

  private static void append(DuckDBAppender appender, String text) throws SQLException {
    if (text == null || text.isEmpty()) {
      appender.appendNull();
    } else {
      appender.append(text);
    }
  }

  private void add(FeatureColumn feature) {
    if (columns.keySet().stream().anyMatch(feature.name()::equalsIgnoreCase)) {
      return;
    }
    if (feature.kind() == FeatureKind.NUMERIC) {
      Value number =
          (appender, item) -> {
            float value = feature.value(item);
            if (Float.isNaN(value)) {
              appender.appendNull();
            } else {
              appender.append(value);
            }
          };
      columns.put(feature.name(), new Column("FLOAT", false, number));
    } else if (feature.kind() == FeatureKind.CATEGORICAL) {
      columns.put(feature.name(), text(item -> label(feature, feature.code(item))));
    } else if (feature.kind() == FeatureKind.MULTI) {
      Text joined =
          item ->
              IntStream.of(feature.codes(item))
                  .mapToObj(code -> label(feature, code))
                  .collect(Collectors.joining(String.valueOf(SEPARATOR)));
      Value list = (appender, item) -> append(appender, joined.of(item));
      columns.put(feature.name(), new Column("VARCHAR", true, list));
    }
  }

  /** A code's text; of a category its own name, without those above it. */
  private String label(FeatureColumn feature, int code) {
    boolean category = feature.name().matches("category(\\.[0-9]+)?");
    if (code == 0
        || !category
        || data.tree().isEmpty()
        || data.itemTable().features().contains(feature)) {
      return code == 0 ? "" : feature.text(code);
    }
    CategoryTree tree = data.tree().get();
    List<String> path = tree.path(code - 1);
    return path.isEmpty() ? "" : path.get(path.size() - 1);
  }

  /**
   * The items that a condition holds for, ascending.
   *
   * @throws IllegalArgumentException when it is none, saying why
   */
  int[] where(String option, String condition) throws IOException {
    Path scratch = Files.createTempDirectory("twotower-items");
    try (QuerySession session = new QuerySession(scratch)) {
      fill(session);
      session.confine(List.of());
      return where(session, option, condition);
    } finally {
      WorkFolder.delete(scratch);
    }
  }

  private int[] where(QuerySession session, String option, String condition) {
    try {
      String sql = SqlExpression.parse(session, condition).sql();
      List<Integer> found = new ArrayList<>();
      session.forEach(
          "SELECT \"row\" FROM items WHERE coalesce(CAST("
              + sql
              + " AS BOOLEAN), FALSE) ORDER BY \"row\"",
          row -> found.add(row.getInt(1)));
      return found.stream().mapToInt(Integer::intValue).toArray();
    } catch (QuerySession.QueryException refused) {
      List<String> names = List.copyOf(columns.keySet());
      throw new IllegalArgumentException(
          "%s: received '%s', which is no file and no condition: %s; allowed: a file of item ids, one a line, or a condition of SQL over the columns %s%s"
              .formatted(
                  option,
                  condition,
                  SqlRefusal.told(session, option, condition, names, refused),
                  names,
                  QuotedNames.hint(session, option, condition, names)),
          refused);
    }
  }

  private void fill(QuerySession session) {
    List<String> definitions = new ArrayList<>(List.of("\"row\" INTEGER"));
    List<String> selected = new ArrayList<>(List.of("\"row\""));
    columns.forEach(
        (name, column) -> {
          String quoted = QuerySession.ident(name);
          definitions.add(quoted + " " + column.type());
          selected.add(
              column.list()
                  ? "string_split(%s, chr(%d)) AS %s".formatted(quoted, (int) SEPARATOR, quoted)
                  : quoted);
        });
    session.run("CREATE TABLE filled (" + String.join(", ", definitions) + ")");
    session.append(
        "filled",
        appender -> {
          for (int item = 0; item < data.items(); item++) {
            appender.beginRow();
            appender.append(item);
            for (Column column : columns.values()) {
              column.value().to(appender, item);
            }
            appender.endRow();
          }
        });
    session.run("CREATE VIEW items AS SELECT " + String.join(", ", selected) + " FROM filled");
  }
}
