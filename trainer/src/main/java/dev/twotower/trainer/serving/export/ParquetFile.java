package dev.twotower.trainer.serving.export;

import dev.twotower.data.duckdb.Database;
import dev.twotower.trainer.tensor.FloatRows;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Writes Parquet through DuckDB, which holds the vectors in memory meanwhile. */
final class ParquetFile {
  private ParquetFile() {}

  static void write(Vectors vectors, Path file) throws IOException {
    try (Connection connection = Database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE vectors (\"row\" INTEGER, id VARCHAR, vector FLOAT["
              + vectors.dimension()
              + "]"
              + (vectors.named() ? ", name VARCHAR" : "")
              + (vectors.counted() ? ", popularity INTEGER" : "")
              + ")");
      append(vectors, connection.unwrap(DuckDBConnection.class));
      String target = file.toString().replace("'", "''");
      statement.execute(
          "COPY (FROM vectors ORDER BY \"row\") TO '" + target + "' (FORMAT parquet)");
    } catch (SQLException refused) {
      throw new IOException("writing " + file + " failed: " + refused.getMessage(), refused);
    }
  }

  private static void append(Vectors vectors, DuckDBConnection connection) throws SQLException {
    int block = FloatRows.block(vectors);
    int dimension = vectors.dimension();
    float[] values = new float[block * dimension];
    try (DuckDBAppender appender = connection.createAppender("vectors")) {
      for (int from = 0; from < vectors.rows(); from += block) {
        int count = Math.min(block, vectors.rows() - from);
        vectors.read(from, count, values);
        for (int i = 0; i < count; i++) {
          appender
              .beginRow()
              .append(from + i)
              .append(vectors.id(from + i))
              .append(Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension));
          if (vectors.named()) {
            appender.append(vectors.label(from + i));
          }
          if (vectors.counted()) {
            appender.append(vectors.popularity(from + i));
          }
          appender.endRow();
        }
      }
    }
  }
}
