package dev.twotower.trainer.vectorfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays in every form in which NumPy writes vectors. */
class NpyReaderTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;

  @TempDir private Path folder;

  /** Row r, column c: exact in 16 bits. */
  private static double value(int row, int column) {
    return row - 2 + 0.25 * column;
  }

  @ParameterizedTest
  @CsvSource({"2", "4", "8"})
  void everyWidthByteOrderAndLayoutHoldsTheSameNumbers(int size) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (boolean byColumn : new boolean[] {false, true}) {
        String type = (order == ByteOrder.LITTLE_ENDIAN ? "<f" : ">f") + size;
        float[][] read = NpyReader.read(write(type, byColumn, order, size));
        assertThat(read).as(type).hasDimensions(ROWS, COLUMNS);
        for (int row = 0; row < ROWS; row++) {
          for (int column = 0; column < COLUMNS; column++) {
            assertThat(read[row][column]).isEqualTo((float) value(row, column));
          }
        }
      }
    }
  }

  private Path write(String type, boolean byColumn, ByteOrder order, int size) throws IOException {
    return array(
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d), }"
            .formatted(type, byColumn ? "True" : "False", ROWS, COLUMNS),
        ROWS * COLUMNS * size,
        (bytes, at) -> {
          int row = byColumn ? at % ROWS : at / COLUMNS;
          int column = byColumn ? at / ROWS : at % COLUMNS;
          double value = value(row, column);
          bytes.order(order);
          switch (size) {
            case 4 -> bytes.putFloat((float) value);
            case 8 -> bytes.putDouble(value);
            default -> bytes.putShort(half(value));
          }
        });
  }

  /** A number that 11 bits hold, as 16 bits with 5 of exponent. */
  private static short half(double value) {
    if (value == 0) {
      return 0;
    }
    int exponent = Math.getExponent(value);
    int fraction = (int) Math.round((Math.abs(value) / Math.pow(2, exponent) - 1) * 1024);
    return (short) ((value < 0 ? 0x8000 : 0) | exponent + 15 << 10 | fraction);
  }

  private Path array(String header, int bytes, BiConsumer<ByteBuffer, Integer> put)
      throws IOException {
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + 1 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) 1).put((byte) 0).putShort((short) (header.length() + 1));
    file.put((header + "\n").getBytes(StandardCharsets.US_ASCII));
    for (int at = 0; file.hasRemaining(); at++) {
      put.accept(file, at);
    }
    return Files.write(folder.resolve("a.npy"), file.array());
  }

  /** All that are finite, also those below the smallest normal one. */
  @Test
  void everyNumberOf16BitsIsRead() throws IOException {
    int count = 0x7c00;
    String header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, %d), }".formatted(count);
    float[][] read =
        NpyReader.read(
            array(
                header,
                4 * count,
                (bytes, at) -> bytes.putShort((short) (at < count ? at : at - count | 0x8000))));
    for (int bits = 0; bits < count; bits++) {
      int exponent = bits / 1024;
      double expected =
          exponent == 0
              ? bits * Math.pow(2, -24)
              : (1 + bits % 1024 / 1024.0) * Math.pow(2, exponent - 15);
      assertThat(read[0][bits]).isEqualTo((float) expected);
      assertThat(read[1][bits]).isEqualTo((float) -expected);
    }
  }

  /** More than is read at once. */
  @Test
  void aLongArrayByColumnIsPutTogether() throws IOException {
    int rows = 100_003;
    Path file =
        array(
            "{'descr': '>f8', 'fortran_order': True, 'shape': (%d, 2), }".formatted(rows),
            16 * rows,
            (bytes, at) -> bytes.order(ByteOrder.BIG_ENDIAN).putDouble(at));
    float[][] read = NpyReader.read(file);
    for (int row : new int[] {0, 1, 65_535, 65_536, rows - 1}) {
      assertThat(read[row]).containsExactly(row, row + rows);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<i8 | (1, 2)",
        "<f16 | (1, 1)",
        "b1 | (2, 8)",
        "O | (1, 2)",
        "<c8 | (1, 2)",
        "<f4 | (4,)",
        "<f4 | ()",
        "<f4 | (1, 2, 2)"
      })
  void otherArraysAreRefusedWithWhatTheyAre(String type, String shape) throws IOException {
    Path file =
        array(
            "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape),
            16,
            (bytes, at) -> bytes.put((byte) 0));
    assertThatThrownBy(() -> NpyReader.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContainingAll(
            type, shape, "allowed: a two-dimensional array of float16, float32 or float64");
  }
}
