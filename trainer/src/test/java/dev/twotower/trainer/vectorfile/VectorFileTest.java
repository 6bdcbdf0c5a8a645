package dev.twotower.trainer.vectorfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.export.VectorExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFileTest {
  private static final int ROWS = 7;

  @TempDir private Path folder;

  /** Row r holds r and r + 0.5. */
  private record Numbered() implements Vectors {
    @Override
    public String name() {
      return "items";
    }

    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public String id(int row) {
      return "it's \"" + row + "\"";
    }

    @Override
    public void read(int from, int count, float[] into) {
      for (int i = 0; i < 2 * count; i++) {
        into[i] = from + i / 2 + i % 2 * 0.5f;
      }
    }
  }

  private Path export() throws IOException {
    Path target = folder.resolve("it's exported");
    VectorExport.write(
        target, EnumSet.allOf(ExportFormat.class), List.of(new Numbered()), Map.of());
    return target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"items.parquet", "items.npy", "vectors.safetensors"})
  void everyFormatThatIsExportedIsReadBack(String name) throws IOException {
    VectorFile read = VectorFile.read(export().resolve(name), "items");
    assertThat(read.values()).hasDimensions(ROWS, 2);
    assertThat(read.values()[5]).containsExactly(5, 5.5f);
    assertThat(read.ids().orElseThrow().get(5)).isEqualTo("it's \"5\"");
  }

  @Test
  void doublesAreReadAndFilesWithoutIdsToo() throws IOException {
    Path file = npy("'<f8'", "False", "(1, 2)", 1.5, 2.5);
    VectorFile read = VectorFile.read(file, "items");
    assertThat(read.values()[0]).containsExactly(1.5f, 2.5f);
    assertThat(read.ids()).isEmpty();
  }

  /** 3 and 2^100 times as much are the same vector, and so are its smallest neighbours. */
  @ParameterizedTest
  @ValueSource(ints = {100, -100, 17, -17})
  void numbersFarFromOneAreDividedByOnePowerOfTwo(int exponent) throws IOException {
    Path file =
        npy(
            "'<f8'",
            "False",
            "(2, 2)",
            Math.scalb(1.5, exponent),
            Math.scalb(-0.75, exponent),
            0,
            Math.scalb(0.375, exponent));
    float[][] values = VectorFile.read(file, "items").values();
    assertThat(values[0]).containsExactly(1.5f, -0.75f);
    assertThat(values[1]).containsExactly(0, 0.375f);
  }

  @Test
  void usualNumbersAndZerosAreTakenAsTheyAre() throws IOException {
    assertThat(VectorFile.read(npy("'<f8'", "False", "(1, 2)", 60_000, 1e-30), "items").values()[0])
        .containsExactly(60_000, 1e-30f);
    assertThat(VectorFile.read(npy("'<f8'", "False", "(1, 2)", 0, 0), "items").values()[0])
        .containsExactly(0, 0);
  }

  @Test
  void idsThatAreNoListOfTextsAreRefusedInWordsOfTheirs() throws IOException {
    Path file = npy("'<f8'", "False", "(1, 2)", 1.5, 2.5);
    Path ids = Files.writeString(folder.resolve("a.ids.json"), "{\"a\":1}");
    assertThatThrownBy(() -> VectorFile.read(file, "items"))
        .isInstanceOf(BadDataException.class)
        .hasMessage(ids + " holds JSON, but no list of texts; allowed: [\"id\", \"id\", ..]");
  }

  @Test
  void whatIsNoVectorFileIsRefusedWithWhatItHolds() throws IOException {
    refusedData(npy("'<i8'", "False", "(1, 2)", 1, 2), "<i8", "float64");
    refusedData(npy("'<f8'", "False", "(2,)", 1, 2), "(2,)");
    refusedData(
        npy("'<f8'", "False", "(9, 2)", 1, 2),
        "promises 9 x 2 numbers of 8 bytes, but it holds 16");
    refusedData(npy("'<f8'", "False", "(99999999999, 2)", 1, 2), "cut short");
    refusedData(npy("'<f8'", "False", "(0, 2)"), "holds no vectors");
    refusedData(npy("'<f8'", "False", "(1, 2)", 1, Double.NaN), "row 0 holds NaN");
    refusedData(Files.writeString(folder.resolve("text.npy"), "id,vector\n"), "is not an npy file");
    refusedData(Files.writeString(folder.resolve("text.parquet"), "id"), "text.parquet");
    refusedData(Files.writeString(folder.resolve("short.safetensors"), "ab"), "cut short");
  }

  @Test
  void aSafetensorsFileThatIsCutOrLacksTheTensorIsNamed() throws IOException {
    Path file = export().resolve("vectors.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.safetensors");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 4));
    refusedData(cut, "cut short");
    // Named otherwise, the only tensor is still the one.
    assertThat(VectorFile.read(file, "users").values()).hasDimensions(ROWS, 2);
  }

  /** Each header is wrong in one way; the tensor it should describe is 2 x 3 floats, 24 bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON at all",
        "[]",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[-8,16]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[8,32]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[24,0]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,12]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24,24]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,'24']}}",
        "{'items':{'dtype':'F32','shape':[0,24],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[-2,-3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':['2',3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[2.7,3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[4294967298,3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[6148914691236517206,3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[1,3],'data_offsets':[0,12]}}",
        "{'items':{'dtype':'F64','shape':[1,3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[6],'data_offsets':[0,24]}}",
        "{'items':{'dtype':32,'shape':[2,3],'data_offsets':[0,24]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,9223372036854775807]}}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]}} {}",
        "{'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},'items':{}}",
        "{'a':{'dtype':'F32','shape':[1,3],'data_offsets':[0,12]},"
            + "'items':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]}}"
      })
  void aSafetensorsHeaderThatDoesNotDescribeTheFileIsRefused(String header) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = Files.write(folder.resolve("hostile.safetensors"), bytes.array());
    refusedData(file, "hostile");
  }

  @Test
  void lengthsOfHeadersAreNotBelieved() throws IOException {
    for (long length : new long[] {-1, 0, 1, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      refusedData(Files.write(folder.resolve("a.safetensors"), bytes.array()), "its header as");
    }
    for (int length : new int[] {-1, Integer.MAX_VALUE, 1 << 20, 100}) {
      ByteBuffer bytes = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 2);
      bytes.put((byte) 0).putInt(length);
      refusedData(Files.write(folder.resolve("a.npy"), bytes.array()), "its header as");
    }
  }

  /** Old regular expressions went through such a header for a quarter of a minute. */
  @Test
  @org.junit.jupiter.api.Timeout(10)
  void aLongHeaderIsReadInOnePass() throws IOException {
    refusedData(npy("'<f8'", "False", "(1, 2), " + "'shape': ".repeat(6000), 1, 2), "allowed");
  }

  @Test
  void whatLiesInAnExportMustBeAsItWasWritten() throws IOException {
    Path export = export();
    for (String name : List.of("items.npy", "vectors.safetensors", "items.parquet")) {
      Path file = export.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      byte[] altered = whole.clone();
      altered[whole.length - 2] ^= 0x40;
      Files.write(file, altered);
      refusedData(file, "SHA-256 expected", "export again");
      Files.write(file, whole);
    }
    Path ids = export.resolve("items.ids.json");
    byte[] whole = Files.readAllBytes(ids);
    Files.delete(ids);
    refused(export.resolve("items.npy"), ids);
    Files.write(ids, whole);
    Path seal = export.resolve("SHA256SUMS");
    Files.delete(seal);
    refused(export.resolve("items.npy"), seal);
  }

  private static void refused(Path read, Path named) {
    assertThatThrownBy(() -> VectorFile.read(read, "items"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(named.toString());
  }

  @Test
  void anExportOfAVersionThatSealedNothingIsRead() throws IOException {
    Path export = export();
    Files.delete(export.resolve("SHA256SUMS"));
    Files.writeString(export.resolve("export.json"), "{\"step\": \"3\"}");
    assertThat(VectorFile.read(export.resolve("items.npy"), "items").values())
        .hasDimensions(ROWS, 2);
  }

  @Test
  void anotherEndingOrNoFileIsAMistakeOfTheCaller() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "1,2");
    assertThatThrownBy(() -> VectorFile.read(csv, "items"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: .parquet, .npy, .safetensors");
    assertThatThrownBy(() -> VectorFile.read(folder.resolve("none.npy"), "items"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.npy");
  }

  private static void refusedData(Path file, String... fragments) {
    assertThatThrownBy(() -> VectorFile.read(file, "items"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContainingAll(fragments);
  }

  private Path npy(String type, String fortran, String shape, double... values) throws IOException {
    String header =
        "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n".formatted(type, fortran, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 8 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    for (double value : values) {
      bytes.putDouble(value);
    }
    return Files.write(folder.resolve("a.npy"), bytes.array());
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Path file = npy("'<f8'", "False", "(1, 2)", 1.5, 2.5);
    Path ids =
        Files.writeString(
            folder.resolve(file.getFileName().toString().replace(".npy", "") + ".ids.json"),
            "[\"a\",\"b\"]");
    assertThatThrownBy(() -> VectorFile.read(file, "items"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(ids + " holds 2 ids, but ")
        .hasMessageContaining(file + " holds 1 vector");
  }
}
