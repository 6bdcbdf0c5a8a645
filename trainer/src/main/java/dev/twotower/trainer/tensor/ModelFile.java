package dev.twotower.trainer.tensor;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Named arrays of a model in a safetensors file, of any size. */
public final class ModelFile {
  private ModelFile() {}

  /** Writes arrays to a new file, in the order of their names: equal arrays make equal files. */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    List<ArrayMatrix> matrices = new ArrayList<>();
    new TreeMap<>(arrays).forEach((name, array) -> matrices.add(new ArrayMatrix(name, array)));
    SafetensorsFile.write(matrices, Map.of("format", "pt"), file);
  }

  /**
   * Writes the rows of a file's tensor to some rows of an array, which lies in a larger array:
   * those of a part's users to the whole log's.
   *
   * @param into the array; the tensor has its name and one row more than {@code rows}, the last
   *     being the unknown row, which stays as it is
   * @param rows for each row of the tensor the row of the array, ascending
   */
  public static void scatter(Path file, ArrayMatrix into, int[] rows) throws IOException {
    SafetensorsFile.read(
        file,
        Map.of(into.name(), new int[] {rows.length + 1, into.dimension()}),
        (name, from, values) -> {
          int width = into.dimension();
          int count = Math.min(values.length / width, rows.length - from);
          if (count > 0) {
            into.write(
                Arrays.copyOfRange(rows, from, from + count), Arrays.copyOf(values, count * width));
          }
        });
  }

  /**
   * Fills an array with some rows of a file's tensor: those of a part's users out of the whole
   * log's.
   *
   * @param into the array, of one row more than {@code rows}, the unknown row, which stays as it is
   * @param rows for each row of the array the row of the tensor, ascending
   * @param all rows of the tensor
   */
  public static void gather(Path file, ArrayMatrix into, int[] rows, int all) throws IOException {
    int width = into.dimension();
    int[] next = {0};
    SafetensorsFile.read(
        file,
        Map.of(into.name(), new int[] {all, width}),
        (name, from, values) -> {
          int first = next[0];
          int end = from + values.length / width;
          while (next[0] < rows.length && rows[next[0]] < end) {
            next[0]++;
          }
          float[] taken = new float[(next[0] - first) * width];
          for (int row = first; row < next[0]; row++) {
            System.arraycopy(
                values, (rows[row] - from) * width, taken, (row - first) * width, width);
          }
          if (taken.length > 0) {
            into.write(first, taken);
          }
        });
  }

  /** Fills arrays from a file that must hold one of the same name and shape for each. */
  public static void read(Path file, Map<String, NDArray> arrays) throws IOException {
    Map<String, ArrayMatrix> matrices = new LinkedHashMap<>();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          ArrayMatrix matrix = new ArrayMatrix(name, array);
          matrices.put(name, matrix);
          shapes.put(name, matrix.shape());
        });
    SafetensorsFile.read(
        file, shapes, (name, from, values) -> matrices.get(name).write(from, values));
  }
}
