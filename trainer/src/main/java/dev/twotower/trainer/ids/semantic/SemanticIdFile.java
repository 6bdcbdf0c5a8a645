package dev.twotower.trainer.ids.semantic;

import dev.twotower.data.duckdb.Database;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Codes as Parquet, one row per item: row, id, name, category (its path, empty without one),
 * semantic_id (the text form), code_1 to code_L, and token if there is one.
 */
public final class SemanticIdFile {
  private SemanticIdFile() {}

  public static void write(SemanticIds ids, ItemVectors items, Path file) throws IOException {
    String codes =
        IntStream.rangeClosed(1, ids.levels())
            .mapToObj(level -> ", code_" + level + " INTEGER")
            .collect(Collectors.joining());
    String token = ids.tokens().length == 0 ? "" : ", token INTEGER";
    try (Connection connection = Database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE codes (\"row\" INTEGER, id VARCHAR, name VARCHAR, category VARCHAR,"
              + " semantic_id VARCHAR"
              + codes
              + token
              + ")");
      append(ids, items, connection.unwrap(DuckDBConnection.class));
      String target = file.toString().replace("'", "''");
      statement.execute("COPY (FROM codes ORDER BY \"row\") TO '" + target + "' (FORMAT parquet)");
    } catch (SQLException refused) {
      throw new IOException("writing " + file + " failed: " + refused.getMessage(), refused);
    }
  }

  /**
   * Reads the codes of a file that {@link #write} wrote, the token last where there is one.
   *
   * @param levels levels of its codes
   * @return numbers by the item's id
   */
  public static Map<String, int[]> read(Path file, int levels, boolean token) throws IOException {
    String columns =
        IntStream.rangeClosed(1, levels)
            .mapToObj(level -> ", code_" + level)
            .collect(Collectors.joining());
    String source = "read_parquet('" + file.toString().replace("'", "''") + "')";
    Map<String, int[]> codes = new HashMap<>();
    try (Connection connection = Database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id" + columns + (token ? ", token" : "") + " FROM " + source)) {
      while (rows.next()) {
        int[] numbers = new int[levels + (token ? 1 : 0)];
        for (int at = 0; at < numbers.length; at++) {
          numbers[at] = rows.getInt(at + 2);
        }
        codes.put(rows.getString(1), numbers);
      }
      return codes;
    } catch (SQLException refused) {
      throw new IOException("reading " + file + " failed: " + refused.getMessage(), refused);
    }
  }

  private static void append(SemanticIds ids, ItemVectors items, DuckDBConnection connection)
      throws SQLException {
    try (DuckDBAppender appender = connection.createAppender("codes")) {
      for (int row = 0; row < ids.rows(); row++) {
        appender
            .beginRow()
            .append(row)
            .append(items.ids().get(row))
            .append(items.names().get(row))
            .append(items.category(row))
            .append(ids.text(row));
        for (int code : ids.codes()[row]) {
          appender.append(code);
        }
        if (ids.tokens().length > 0) {
          appender.append(ids.tokens()[row]);
        }
        appender.endRow();
      }
    }
  }
}
