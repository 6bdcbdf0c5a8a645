package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** The same small log as a file of each binary type. */
enum Table {
  PARQUET {
    @Override
    void write(Path file) throws IOException {
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = connection.createStatement()) {
        statement.execute(
            "COPY (SELECT 'u' || r % 6 AS \"user\", 'i' || r % 11 AS item, 1600000000 + r AS time"
                + " FROM range(60) t(r)) TO '"
                + file
                + "' (FORMAT parquet)");
      } catch (SQLException refused) {
        throw new IOException(refused);
      }
    }
  },
  ARROW {
    @Override
    void write(Path file) throws IOException {
      arrow(file, 0);
    }
  };

  abstract void write(Path file) throws IOException;

  String ending() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param end where the last item's text is said to end; 0: where it does
   */
  static void arrow(Path file, int end) throws IOException {
    try (RootAllocator allocator = new RootAllocator();
        VarCharVector users = new VarCharVector("user", allocator);
        VarCharVector items = new VarCharVector("item", allocator);
        BigIntVector times = new BigIntVector("time", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(users, items, times);
        OutputStream out = Files.newOutputStream(file);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
      for (int row = 0; row < 60; row++) {
        users.setSafe(row, ("u" + row % 6).getBytes(StandardCharsets.UTF_8));
        items.setSafe(row, ("i" + row % 11).getBytes(StandardCharsets.UTF_8));
        times.setSafe(row, 1_600_000_000L + row);
      }
      root.setRowCount(60);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
    if (end != 0) {
      overwriteLastOffset(file, end);
    }
  }

  /** Finds the offsets of the items by what they must be, and changes the last of them. */
  private static void overwriteLastOffset(Path file, int end) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] expected = new int[61];
    for (int row = 0; row < 60; row++) {
      expected[row + 1] = expected[row] + ("i" + row % 11).length();
    }
    for (int at = 0; at + 4 * expected.length <= bytes.length; at += 4) {
      boolean found = true;
      for (int i = 0; i < expected.length && found; i++) {
        found = view.getInt(at + 4 * i) == expected[i];
      }
      if (found) {
        view.putInt(at + 240, end);
        Files.write(file, bytes);
        return;
      }
    }
    throw new IOException("no offsets in " + List.of(file));
  }
}
