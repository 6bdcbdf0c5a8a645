package dev.twotower.trainer.rounds;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.FloatRows;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows of shared tables that a part changed in a round, with the steps that touched each:
 * {@code touched.bin}. Numbers are big-endian. First the tables: name, n, n row numbers, n counts.
 * Then the arrays: name, table (empty for dense parameters, which are whole), width, n rows of
 * floats.
 */
final class Touched {
  private final Map<String, int[]> counts = new LinkedHashMap<>();

  /**
   * @param sizes rows of each shared table, by name
   */
  Touched(Map<String, Integer> sizes) {
    sizes.forEach((table, rows) -> counts.put(table, new int[rows]));
  }

  /** Counts the rows that a step has touched. */
  void add(Map<String, long[]> rowsOfTables) {
    rowsOfTables.forEach(
        (table, rows) -> {
          int[] count = counts.get(table);
          if (count != null) {
            for (long row : rows) {
              count[(int) row]++;
            }
          }
        });
  }

  /** Writes the rows touched, of all arrays. */
  void write(Path file, Map<String, NDArray> arrays) throws IOException {
    Map<String, int[]> rows = new LinkedHashMap<>();
    counts.forEach(
        (table, count) ->
            rows.put(
                table, IntStream.range(0, count.length).filter(row -> count[row] > 0).toArray()));
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
      out.writeInt(rows.size());
      for (Map.Entry<String, int[]> table : rows.entrySet()) {
        out.writeUTF(table.getKey());
        out.writeInt(table.getValue().length);
        for (int row : table.getValue()) {
          out.writeInt(row);
        }
        for (int row : table.getValue()) {
          out.writeInt(counts.get(table.getKey())[row]);
        }
      }
      out.writeInt(arrays.size());
      for (Map.Entry<String, NDArray> array : arrays.entrySet()) {
        String table = ModelArrays.table(counts.keySet(), array.getKey());
        ArrayMatrix matrix = new ArrayMatrix(array.getKey(), array.getValue());
        out.writeUTF(array.getKey());
        out.writeUTF(table);
        out.writeInt(matrix.dimension());
        int[] wanted = table.isEmpty() ? new int[] {0} : rows.get(table);
        write(out, matrix, wanted);
      }
    }
  }

  private static void write(DataOutputStream out, ArrayMatrix matrix, int[] rows)
      throws IOException {
    int width = matrix.dimension();
    int block = FloatRows.block(matrix);
    float[] values = new float[block * width];
    ByteBuffer bytes = ByteBuffer.allocate(4 * width);
    int at = 0;
    for (int from = 0; from < matrix.rows() && at < rows.length; from += block) {
      int count = Math.min(block, matrix.rows() - from);
      if (rows[at] >= from + count) {
        continue;
      }
      matrix.read(from, count, values);
      for (; at < rows.length && rows[at] < from + count; at++) {
        bytes.clear();
        bytes.asFloatBuffer().put(values, (rows[at] - from) * width, width);
        out.write(bytes.array());
      }
    }
  }

  /** Hears of the rows that a part changed. */
  interface Reader {
    /** The rows touched of a table, ascending, and the steps that touched each. */
    void table(String table, int[] rows, int[] counts);

    /**
     * A row of an array.
     *
     * @param table empty for dense parameters
     * @param at the place among the table's rows touched; 0 for dense parameters
     */
    void row(String array, String table, int at, float[] values);
  }

  /** Reads what {@link #write} wrote. */
  static void read(Path file, Collection<String> arrays, Reader reader) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      Map<String, Integer> sizes = new LinkedHashMap<>();
      int tables = in.readInt();
      for (int t = 0; t < tables; t++) {
        String table = in.readUTF();
        int[] rows = ints(in, in.readInt());
        reader.table(table, rows, ints(in, rows.length));
        sizes.put(table, rows.length);
      }
      int count = in.readInt();
      for (int a = 0; a < count; a++) {
        String array = in.readUTF();
        String table = in.readUTF();
        int width = in.readInt();
        int rows = table.isEmpty() ? 1 : sizes.get(table);
        if (!arrays.contains(array)) {
          in.skipNBytes(4L * width * rows);
          continue;
        }
        byte[] bytes = new byte[4 * width];
        float[] values = new float[width];
        for (int row = 0; row < rows; row++) {
          in.readFully(bytes);
          ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
          reader.row(array, table, row, values);
        }
      }
    }
  }

  private static int[] ints(DataInputStream in, int count) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(4, count)];
    in.readFully(bytes);
    int[] numbers = new int[count];
    ByteBuffer.wrap(bytes).asIntBuffer().get(numbers);
    return numbers;
  }

  @Override
  public String toString() {
    Map<String, Long> touched = new LinkedHashMap<>();
    counts.forEach(
        (table, count) -> touched.put(table, Arrays.stream(count).filter(c -> c > 0).count()));
    return "touched" + touched;
  }
}
