package dev.twotower.trainer.ids.semantic;

import dev.twotower.data.duckdb.Database;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
