package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.arrow.RowFile;
import dev.twotower.data.imports.source.SourceTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A damaged Arrow file is refused by name; nothing native reads what it claims (design 13). */
class DamagedArrowTest {
  /** Raised by hand for a longer search. */
  private static final int MUTATIONS = Integer.getInteger("twotower.mutations", 150);

  private static final int[] EXTREMES = {0, 1, -1, 7, 180, 1 << 20, Integer.MAX_VALUE, 1 << 31};

  @TempDir Path temp;

  private static List<String[]> rows() {
    List<String[]> rows = new ArrayList<>();
    for (int row = 0; row < 90; row++) {
      String item = row % 7 == 0 ? "größer " + row % 20 : "item " + row % 20;
      rows.add(new String[] {"u" + row % 9, item, row % 11 == 0 ? "" : "" + (1000 + row)});
    }
    return rows;
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] mutated = bytes.clone();
    int mutations = 1 + random.nextInt(3);
    for (int m = 0; m < mutations; m++) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(6)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt(256);
        case 2, 3 -> {
          int word = Math.min(at & ~3, mutated.length - 4);
          ByteBuffer.wrap(mutated)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(Math.max(0, word), EXTREMES[random.nextInt(EXTREMES.length)]);
        }
        case 4 -> mutated = Arrays.copyOf(mutated, Math.max(16, at));
        default -> {
          byte[] longer = new byte[mutated.length + 8];
          System.arraycopy(mutated, 0, longer, 0, at);
          System.arraycopy(mutated, at, longer, at + 8, mutated.length - at);
          mutated = longer;
        }
      }
    }
    return mutated;
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedByNameOrRead(ArrowFiles.Form form) throws IOException {
    byte[] whole = Files.readAllBytes(ArrowFiles.write(temp.resolve("whole"), form, rows(), 40));
    Path file = temp.resolve("damaged.arrow");
    try (QuerySession session = new QuerySession(temp)) {
      SourceTable table = RowFile.arrow(session, temp.resolve("whole"), 0);
      assertThat(session.number("SELECT count(*) FROM " + table.from())).isEqualTo(90);
    }
    Path scratch = Files.createDirectory(temp.resolve("scratch"));
    int refused = 0;
    int read = 0;
    try (QuerySession session = new QuerySession(scratch)) {
      for (int seed = 0; seed < MUTATIONS; seed++) {
        Files.write(file, mutated(whole, new Random(seed)));
        try {
          SourceTable table = RowFile.arrow(session, file, seed);
          session.number("SELECT count(*) FROM " + table.from());
          read++;
        } catch (BadDataException e) {
          refused++;
          assertThat(e).as("seed %d", seed).hasMessageContaining("damaged.arrow");
        } catch (RuntimeException | Error e) {
          fail("seed %d: %s".formatted(seed, e), e);
        }
        session.run("DROP TABLE IF EXISTS arrow" + seed);
      }
    }
    assertThat(refused).isGreaterThan(MUTATIONS / 4);
    assertThat(read).as("damages in padding").isPositive();
  }

  /** Where a file holds a text, as it stands in the data buffer of its column. */
  private static int find(byte[] bytes, byte[] pattern) {
    for (int at = 0; at <= bytes.length - pattern.length; at++) {
      if (Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  private void refuses(byte[] bytes, String reason) throws IOException {
    Path file = temp.resolve("log.arrow");
    Files.write(file, bytes);
    ImportFolder folder = new ImportFolder(temp);
    assertThatThrownBy(() -> folder.run(folder.table(file)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.arrow")
        .hasMessageContaining(reason);
    folder.assertNothingLeft();
  }

  @Test
  void aTypeThatIsNotReadIsNamedAsThat() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        UnionVector union = UnionVector.empty("user", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(union);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, Channels.newChannel(bytes))) {
      union.allocateNew();
      IntVector numbers = union.getIntVector();
      numbers.allocateNew(2);
      for (int row = 0; row < 2; row++) {
        union.setType(row, Types.MinorType.INT);
        numbers.set(row, row);
      }
      numbers.setValueCount(2);
      union.setValueCount(2);
      root.setRowCount(2);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
    refuses(bytes.toByteArray(), "column 'user' is of type Union");
  }

  @Test
  void offsetsThatLeaveTheirBufferAreRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(ArrowFiles.write(temp.resolve("w"), ArrowFiles.Form.FILE, rows(), 1000));
    // The offsets of "u0", "u1", ...: 0, 2, 4, ...
    ByteBuffer pattern = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    pattern.putInt(0).putInt(2).putInt(4).putInt(6);
    int at = find(whole, pattern.array());
    for (int wrong : new int[] {180 + 1000, -4, Integer.MAX_VALUE}) {
      byte[] bytes = whole.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 8, wrong);
      refuses(bytes, "column 'user': its offsets do not rise");
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 8, 4);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 4 * 90, wrong);
      refuses(bytes, "column 'user': its ");
    }
  }

  @Test
  void textsThatAreNoUtf8AreRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(ArrowFiles.write(temp.resolve("w"), ArrowFiles.Form.FILE, rows(), 1000));
    whole[find(whole, "ö".getBytes(StandardCharsets.UTF_8))] = (byte) 0xff;
    refuses(whole, "column 'item': the text of value 0 is not UTF-8");
  }

  @Test
  void indicesBeyondTheirDictionaryAreRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            ArrowFiles.write(temp.resolve("w"), ArrowFiles.Form.DICTIONARY_FILE, rows(), 1000));
    whole[find(whole, new byte[] {0, 1, 2, 3, 4, 5, 6, 7}) + 3] = 100;
    refuses(whole, "column 'item': an index is beyond its dictionary");
  }

  @Test
  void aFileCutShortIsRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            ArrowFiles.write(temp.resolve("w"), ArrowFiles.Form.FEATHER_ZSTD, rows(), 1000));
    refuses(Arrays.copyOf(whole, whole.length - 1), "cut short or altered");
    refuses(Arrays.copyOf(whole, whole.length / 2), "cut short or altered");
  }
}
