package dev.twotower.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * An engine array of one or two dimensions as rows of floats; one dimension counts as a single row.
 *
 * @param name the tensor's name
 * @param array float32, owned by someone else
 */
public record ArrayMatrix(String name, NDArray array) implements FloatMatrix {
  @Override
  public int rows() {
    Shape shape = array.getShape();
    return shape.dimension() == 1 ? 1 : Math.toIntExact(shape.get(0));
  }

  @Override
  public int dimension() {
    Shape shape = array.getShape();
    return Math.toIntExact(shape.get(shape.dimension() - 1));
  }

  @Override
  public void read(int from, int count, float[] into) {
    try (NDArray rows = rows(from, count)) {
      System.arraycopy(rows.toFloatArray(), 0, into, 0, count * dimension());
    }
  }

  /** Overwrites consecutive rows. */
  public void write(int from, float[] values) {
    boolean single = array.getShape().dimension() == 1;
    int count = values.length / dimension();
    Shape shape = single ? array.getShape() : new Shape(count, dimension());
    try (NDArray given = array.getManager().create(values, shape)) {
      long start = single ? 0 : from;
      array.set(new NDIndex().addSliceDim(start, start + shape.get(0)), given);
    }
  }

  /**
   * Overwrites some rows of an array of two dimensions.
   *
   * @param rows distinct rows
   * @param values rows.length x dimension, row-major
   */
  public void write(int[] rows, float[] values) {
    try (NDManager scratch = array.getManager().newSubManager()) {
      long[] numbers = Arrays.stream(rows).asLongStream().toArray();
      array.set(
          new NDIndex("{}", scratch.create(numbers)),
          scratch.create(values, new Shape(rows.length, dimension())));
    }
  }

  /** The shape a reader must find, rows and dimension. */
  public int[] shape() {
    return new int[] {rows(), dimension()};
  }

  private NDArray rows(int from, int count) {
    return array.getShape().dimension() == 1
        ? array.reshape(1, array.size())
        : array.get(new NDIndex().addSliceDim(from, from + count));
  }
}
