package dev.twotower.trainer.tensor;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
