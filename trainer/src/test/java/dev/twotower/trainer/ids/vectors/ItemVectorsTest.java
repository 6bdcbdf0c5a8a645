package dev.twotower.trainer.ids.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemVectorsTest {
  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void write() {
    int[][] words = {{1, 2}, {1, 2}, {3}, {}};
    data =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 0, 0, 0)
            .row(Split.TRAIN, 0, 1, 0, 1)
            .itemNames(List.of("red tea", "tea red", "soap", "?"))
            .itemFeature(MemoryFeature.multi("words", List.of("", "red", "tea", "soap"), words))
            .tree(new int[] {-1, -1}, List.of("food", "home"), new int[] {0, 0, 1, -1})
            .write(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    data.close();
  }

  @Test
  void itemsOfTheSameWordsGetTheSameVectorAndOthersAnOrthogonalOne() {
    ItemVectors vectors = FeatureVectors.of(data, List.of("words"), 3, 1);
    assertThat(vectors.values()[0]).isEqualTo(vectors.values()[1]);
    assertThat(dot(vectors.values()[0], vectors.values()[0])).isCloseTo(1, within(1e-4));
    assertThat(dot(vectors.values()[0], vectors.values()[2])).isCloseTo(0, within(1e-4));
    assertThat(vectors.values()[3]).containsOnly(0);
    assertThat(vectors.names()).containsExactly("red tea", "tea red", "soap", "?");
    assertThat(vectors.category(0)).isEqualTo("food");
    assertThat(vectors.category(3)).isEmpty();
    assertThat(vectors.train()).isPresent();
  }

  @Test
  void theCategoryPathIsAFeatureToo() {
    ItemVectors vectors = FeatureVectors.of(data, List.of("category"), 2, 1);
    assertThat(dot(vectors.values()[0], vectors.values()[1])).isCloseTo(1, within(1e-4));
    assertThat(dot(vectors.values()[0], vectors.values()[2])).isCloseTo(0, within(1e-4));
  }

  @Test
  void columnsAndDimensionsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> FeatureVectors.of(data, List.of("colour"), 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'colour'")
        .hasMessageContaining("words");
    assertThatThrownBy(() -> FeatureVectors.of(data, List.of("words"), 5, 1))
        .hasMessageContaining("--dimension: received 5; allowed: 1 to 4");
  }

  @Test
  void anIdMayNotComeTwiceInAFileThatStandsAlone() throws IOException {
    Path file = parquet("SELECT 'i2' AS id, [1.5, 2] AS vector UNION ALL SELECT 'i2', [3, 4]");
    assertThatThrownBy(() -> ItemVectors.ofFile(file))
        .isInstanceOf(BadDataException.class)
        .hasMessage(file + " holds item 'i2' twice");
  }

  @Test
  void aFileWithIdsMayHoldSomeItemsInAnyOrder() throws IOException {
    Path file = parquet("SELECT 'i2' AS id, [1.5, 2] AS vector UNION ALL SELECT 'i0', [3, 4]");
    ItemVectors vectors = ItemVectors.ofFile(file, data);
    assertThat(vectors.names()).containsExactly("soap", "red tea");
    assertThat(vectors.values()[0]).containsExactly(1.5f, 2);
    assertThat(vectors.category(0)).isEqualTo("home");
    assertThat(vectors.train()).isEmpty();
    ItemVectors alone = ItemVectors.ofFile(file);
    assertThat(alone.names()).containsExactly("i2", "i0");
    assertThat(alone.tree()).isEmpty();
  }

  @Test
  void filesThatDoNotFitTheDataSetAreRefused() throws IOException {
    Path stranger = parquet("SELECT 'i9' AS id, [1, 2] AS vector");
    assertThatThrownBy(() -> ItemVectors.ofFile(stranger, data))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("'i9' is not an item of");
    Path twice = parquet("SELECT unnest(['i1', 'i1']) AS id, [1, 2] AS vector");
    assertThatThrownBy(() -> ItemVectors.ofFile(twice, data))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("'i1' twice");
    Path nameless = folder.resolve("three.npy");
    Files.write(nameless, NpyBytes.of(3, 2));
    assertThatThrownBy(() -> ItemVectors.ofFile(nameless, data))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("3 vectors without ids")
        .hasMessageContaining("4 items");
  }

  @Test
  void theChecksumTellsNumbersAndCategoriesApart() {
    ItemVectors words = FeatureVectors.of(data, List.of("words"), 2, 1);
    assertThat(words.checksum())
        .isEqualTo(FeatureVectors.of(data, List.of("words"), 2, 1).checksum())
        .isNotEqualTo(FeatureVectors.of(data, List.of("words"), 3, 1).checksum());
    ItemVectors moved =
        new ItemVectors(
            words.source(),
            words.ids(),
            words.names(),
            words.tree().map(tree -> tree.withItems(new int[] {0, 1, 1, -1})),
            words.train(),
            words.values());
    assertThat(words.checksum()).isNotEqualTo(moved.checksum());
  }

  private Path parquet(String query) {
    Path file = folder.resolve("vectors-" + query.hashCode() + ".parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute("COPY (" + query + ") TO '" + file + "' (FORMAT parquet)");
    } catch (java.sql.SQLException broken) {
      throw new AssertionError(broken);
    }
    return file;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  /** A small npy file, as NumPy writes it. */
  private static final class NpyBytes {
    static byte[] of(int rows, int columns) {
      String header =
          "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }\n"
              .formatted(rows, columns);
      var bytes =
          ByteBuffer.allocate(10 + header.length() + 4 * rows * columns)
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
      bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
      bytes.put(header.getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < rows * columns; i++) {
        bytes.putFloat(i);
      }
      return bytes.array();
    }
  }
}
