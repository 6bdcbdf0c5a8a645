package dev.twotower.trainer.command.fuzz;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** One log as files of several types; it comes as csv with the columns user, item, time, place. */
final class LogFiles {
  private LogFiles() {}

  private static List<String[]> rows(String csv) {
    return csv.lines().skip(1).map(line -> line.split(",")).toList();
  }

  static String json(String csv) {
    StringBuilder json = new StringBuilder();
    for (String[] row : rows(csv)) {
      json.append(
          "{\"user\":\"%s\",\"item\":\"%s\",\"time\":%s,\"place\":\"%s\"}\n"
              .formatted((Object[]) row));
    }
    return json.toString();
  }

  static void arrow(Path file, String csv) throws IOException {
    List<String[]> rows = rows(csv);
    try (RootAllocator allocator = new RootAllocator();
        VarCharVector users = new VarCharVector("user", allocator);
        VarCharVector items = new VarCharVector("item", allocator);
        BigIntVector times = new BigIntVector("time", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(users, items, times);
        OutputStream out = Files.newOutputStream(file);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
      for (int row = 0; row < rows.size(); row++) {
        users.setSafe(row, rows.get(row)[0].getBytes(StandardCharsets.UTF_8));
        items.setSafe(row, rows.get(row)[1].getBytes(StandardCharsets.UTF_8));
        times.setSafe(row, Long.parseLong(rows.get(row)[2]));
      }
      root.setRowCount(rows.size());
      writer.start();
      writer.writeBatch();
      writer.end();
    }
  }

  static void parquet(Path file, String csv) throws IOException {
    Path source = Files.writeString(file.resolveSibling("source.csv"), csv);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (FROM '" + source + "') TO '" + file + "' (FORMAT parquet)");
    } catch (SQLException refused) {
      throw new IOException(refused);
    }
    Files.delete(source);
  }
}
