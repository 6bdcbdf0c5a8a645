package dev.twotower.trainer.serving.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorExportTest {
  /** More rows than one block holds, so that the seams are tested too. */
  private static final int ROWS = (1 << 18) / 3 + 5;

  private static final Vectors USERS = new Numbered("users", 2, 3);
  private static final Vectors ITEMS = new Numbered("items", ROWS, 3);

  @TempDir Path folder;

  /** Row r holds 10r, 10r+1, ... and has an id that needs escaping. */
  private record Numbered(String name, int rows, int dimension) implements Vectors {
    @Override
    public String id(int row) {
      return "it's \"" + row + "\"\u00e9\n";
    }

    @Override
    public void read(int from, int count, float[] into) {
      for (int i = 0; i < count * dimension; i++) {
        into[i] = value(from + i / dimension, i % dimension);
      }
    }

    static float value(int row, int column) {
      return 10f * row + column;
    }
  }

  private Path export(ExportFormat... formats) throws IOException {
    Path target = folder.resolve("it's here");
    VectorExport.write(
        target, Set.of(formats), List.of(USERS, ITEMS), Map.of("similarity", "dot product"));
    return target;
  }

  @Test
  void npyHasTheHeaderAndTheValues() throws IOException {
    Path file = export(ExportFormat.NPY).resolve("items.npy");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.get(0)).isEqualTo((byte) 0x93);
    assertThat(ascii(bytes, 1, 5)).isEqualTo("NUMPY");
    int headerLength = bytes.getShort(8);
    assertThat((10 + headerLength) % 64).isZero();
    assertThat(ascii(bytes, 10, headerLength))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (" + ROWS + ", 3), }")
        .endsWith("\n");
    assertThat(bytes.limit()).isEqualTo(10 + headerLength + 4 * 3 * ROWS);
    for (int row : new int[] {0, 1, (1 << 18) / 3 - 1, (1 << 18) / 3, ROWS - 1}) {
      assertThat(bytes.getFloat(10 + headerLength + 4 * (3 * row + 2)))
          .isEqualTo(Numbered.value(row, 2));
    }
  }

  @Test
  void safetensorsHoldsAllSetsBackToBack() throws IOException {
    Path file = export(ExportFormat.SAFETENSORS).resolve("vectors.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong(0);
    JsonNode header = new ObjectMapper().readTree(ascii(bytes, 8, length));
    assertThat(header.at("/__metadata__/similarity").textValue()).isEqualTo("dot product");
    assertThat(header.at("/users/data_offsets").toString()).isEqualTo("[0,24]");
    assertThat(header.at("/items/dtype").textValue()).isEqualTo("F32");
    assertThat(header.at("/items/shape").toString()).isEqualTo("[" + ROWS + ",3]");
    int start = 8 + length + header.at("/items/data_offsets/0").intValue();
    assertThat(bytes.getFloat(start + 4 * 3 * (ROWS - 1))).isEqualTo(Numbered.value(ROWS - 1, 0));
    assertThat(8 + length + header.at("/items/data_offsets/1").intValue()).isEqualTo(bytes.limit());
  }

  @Test
  void parquetReadsBackWithIdsInOrder() throws Exception {
    Path file = export(ExportFormat.PARQUET).resolve("items.parquet");
    String name = file.toString().replace("'", "''");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*), bool_and(vector[2] = 10.0 * \"row\" + 1), max(len(vector)),"
                    + " bool_and(contains(id, '\"' || \"row\" || '\"')) FROM '"
                    + name
                    + "'")) {
      result.next();
      assertThat(result.getInt(1)).isEqualTo(ROWS);
      assertThat(result.getBoolean(2)).isTrue();
      assertThat(result.getInt(3)).isEqualTo(3);
      assertThat(result.getBoolean(4)).isTrue();
    }
  }

  @Test
  void saysHowManyVectorsAreDone() throws IOException {
    List<Long> done = new ArrayList<>();
    Set<ExportFormat> formats = EnumSet.of(ExportFormat.NPY, ExportFormat.HNSW);
    Vectors items = new Numbered("items", 300, 3);
    VectorExport.write(
        folder.resolve("told"),
        formats,
        List.of(USERS, items),
        Map.of(),
        directory -> {},
        done::add);
    // Users and items are read for npy; items are read and linked for the index.
    assertThat(ExportWork.total(formats, 2, 300)).isEqualTo(902);
    assertThat(done).isSorted().contains(2L, 302L, 602L).hasSizeGreaterThan(200);
    // The last row to be linked is told as it begins.
    assertThat(done.get(done.size() - 1)).isBetween(900L, 902L);
  }

  @Test
  void idsAndSummaryLieBesideTheVectors() throws IOException {
    Path directory = folder.resolve("all");
    List<String> files =
        VectorExport.write(
            directory,
            EnumSet.of(ExportFormat.PARQUET, ExportFormat.NPY, ExportFormat.SAFETENSORS),
            List.of(USERS, ITEMS),
            Map.of("a", "b"));
    assertThat(files)
        .containsExactly(
            "export.json",
            "items.ids.json",
            "items.npy",
            "items.parquet",
            "users.ids.json",
            "users.npy",
            "users.parquet",
            "vectors.safetensors");
    ObjectMapper json = new ObjectMapper();
    JsonNode ids = json.readTree(directory.resolve("items.ids.json").toFile());
    assertThat(ids).hasSize(ROWS);
    assertThat(ids.get(7).textValue()).isEqualTo(ITEMS.id(7));
    JsonNode summary = json.readTree(directory.resolve("export.json").toFile());
    assertThat(summary.at("/a").textValue()).isEqualTo("b");
    assertThat(summary.at("/items/rows").intValue()).isEqualTo(ROWS);
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    Vectors broken =
        new Vectors() {
          @Override
          public String name() {
            return "items";
          }

          @Override
          public int rows() {
            return 1;
          }

          @Override
          public int dimension() {
            return 1;
          }

          @Override
          public String id(int row) {
            throw new IllegalStateException("no id");
          }

          @Override
          public void read(int from, int count, float[] into) {}
        };
    Path target = folder.resolve("broken");
    assertThatThrownBy(
            () -> VectorExport.write(target, Set.of(ExportFormat.NPY), List.of(broken), Map.of()))
        .hasMessage("no id");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anExistingTargetAndAnUnknownFormatAreRefused() {
    assertThatThrownBy(
            () -> VectorExport.write(folder, Set.of(ExportFormat.NPY), List.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already exists");
    assertThatThrownBy(() -> ExportFormat.parse("hdf5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'hdf5'; allowed: parquet, npy, safetensors, hnsw, onnx");
    assertThatThrownBy(
            () -> VectorExport.write(folder.resolve("none"), Set.of(), List.of(), Map.of()))
        .hasMessageContaining("no format given");
  }

  private static String ascii(ByteBuffer bytes, int from, int length) {
    byte[] text = new byte[length];
    bytes.get(from, text);
    return new String(text, StandardCharsets.US_ASCII);
  }
}
