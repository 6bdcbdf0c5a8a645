package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged Parquet file is bad data, told with its name, wherever it is found out. */
class DamagedParquetTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private Path parquet(String name, String query) throws IOException {
    Path file = temp.resolve(name);
    try (QuerySession session = new QuerySession(Files.createTempDirectory(temp, "scratch"))) {
      session.run(
          "COPY (%s) TO %s (FORMAT parquet)"
              .formatted(query, QuerySession.literal(file.toString())));
    }
    return file;
  }

  private static void damage(Path file, int seed) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(seed);
    // The pages, not the footer.
    for (int i = 4; i < bytes.length / 2; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    Files.write(file, bytes);
  }

  @Test
  void ofTheLog() throws IOException {
    String query =
        "SELECT 'u' || i % 9 AS user, 'i' || hash(i) AS item, i AS time FROM range(5000) t(i)";
    for (int seed = 0; seed < 3; seed++) {
      Path log = parquet("log.parquet", query);
      damage(log, seed);
      assertThatThrownBy(() -> folder.run(folder.table(log)))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("log.parquet");
      folder.assertNothingLeft();
    }
    Path cut = parquet("cut.parquet", query);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 5));
    assertThatThrownBy(() -> folder.run(folder.table(cut)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("cut.parquet");
  }

  @Test
  void ofAFileBesideIt() throws IOException {
    Path log = folder.log();
    String query =
        "SELECT substr('abcd', 1 + (i % 4)::INTEGER, 1) || CASE WHEN i < 4 THEN '' ELSE"
            + " CAST(hash(i) AS VARCHAR) END AS item, 'n' || hash(i) AS title, i AS price FROM"
            + " range(5000) t(i)";
    Path items = parquet("items.parquet", query);
    damage(items, 1);
    assertThatThrownBy(
            () -> folder.run(folder.table(log).items(items.toString()).itemName("title")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("items.parquet");
    assertThatThrownBy(() -> folder.run(folder.table(log).join(items.toString()).context("price")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("items.parquet");
    folder.assertNothingLeft();
  }

  @Test
  void columnsThatDifferOnlyInCaseAreRefused() {
    Path log = temp.resolve("log.arrow");
    ArrowFiles.write(
        log,
        ArrowFiles.Form.FILE,
        List.of(new String[] {"u", "a", "1"}, new String[] {"u", "b", "2"}),
        10);
    try {
      byte[] bytes = Files.readAllBytes(log);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      Files.write(log, text.replace("item", "User").getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(
            "log.arrow has the columns 'user' and 'User', which differ only in case");
  }

  @Test
  void namesOfNestedColumnsAreTheirOwn() throws IOException {
    Path log =
        parquet(
            "log.parquet",
            "SELECT 'u' AS user, {'user': i, 'item': [i]} AS s, 'i' || i AS item, i AS time FROM"
                + " range(5) t(i)");
    assertThat(folder.run(folder.table(log)).rowsRead()).isEqualTo(5);
  }

  @Test
  void namesWithinALastColumnAreItsOwn() throws IOException {
    Path log =
        parquet(
            "log.parquet",
            "SELECT 'u' AS user, 'i' || i AS item, i AS time, [[{'user': 'x', 'list': 1}]] AS"
                + " event, {'time': 2} AS last FROM range(4) t(i)");
    assertThat(folder.run(folder.table(log)).rowsRead()).isEqualTo(4);
  }

  @Test
  void valuesBeyondWhatTheFooterSaysOfThemAreRefused() throws IOException {
    long late = 6_871_947_682_189_934_649L;
    Path log =
        parquet(
            "log.parquet",
            "SELECT 'u' AS user, 'i' || i AS item, CASE i WHEN 2 THEN %d ELSE i END AS time FROM range(4) t(i)"
                .formatted(late));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).order(ByteOrder.LITTLE_ENDIAN);
    int footer = bytes.capacity() - 8 - bytes.getInt(bytes.capacity() - 8);
    int changed = 0;
    for (int at = footer; at <= bytes.capacity() - 8; at++) {
      if (bytes.getLong(at) == late) {
        bytes.putLong(at, 3);
        changed++;
      }
    }
    assertThat(changed).isPositive();
    Files.write(log, bytes.array());
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.parquet");
    folder.assertNothingLeft();
  }
}
