package dev.twotower.trainer.candidates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.Arrays;

/**
 * The item vectors in the slots of a {@link RowQueue}, on the engine's device, without gradient.
 */
public final class VectorQueue {
  private final NDArray vectors;

  /**
   * @param manager owner of the vectors
   * @param slots capacity of the queue
   * @param dim length of a vector
   */
  public VectorQueue(NDManager manager, int slots, int dim) {
    vectors = manager.zeros(new Shape(slots, dim));
  }

  /**
   * Copies vectors out.
   *
   * @return slots.length x dim, owned by {@code manager}
   */
  public NDArray read(NDManager manager, int[] slots) {
    NDArray at = manager.create(slots, new Shape(slots.length));
    NDArray read = Embedding.embedding(at, vectors, SparseFormat.DENSE).singletonOrThrow();
    read.attach(manager);
    return read;
  }

  /**
   * Keeps vectors.
   *
   * @param slots distinct slots, n
   * @param values n x dim, detached from any graph
   */
  public void keep(int[] slots, NDArray values) {
    long[] numbers = Arrays.stream(slots).asLongStream().toArray();
    NDArray at = values.getManager().create(numbers, new Shape(numbers.length));
    vectors.set(new NDIndex("{}", at), values);
  }

  /** All slots, for checkpoints. */
  public NDArray array() {
    return vectors;
  }
}
