package dev.twotower.trainer.table;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.optimizer.RowGradients;
import dev.twotower.trainer.optimizer.RowOptimizer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A table of {@code rows} vectors of length {@code width} with its row optimiser's state. The last
 * row is the shared unknown row: zeros, read for ids that training never saw and never updated
 * (design 8).
 */
public final class EmbeddingTable implements AutoCloseable {
  private final String name;
  private final NDArray weights;
  private final RowOptimizer optimizer;

  /**
   * @param name what configuration and checkpoints call the table
   * @param weights the initial rows, (ids + 1) x width; owned by the table from here on
   * @param optimizer owner of the rows' state
   */
  EmbeddingTable(String name, NDArray weights, RowOptimizer optimizer) {
    this.name = name;
    this.weights = weights;
    this.optimizer = optimizer;
  }

  /**
   * Creates a table with normal rows of standard deviation {@code 1/sqrt(width)}, so that rows have
   * norm about 1, drawn from the engine's generator.
   */
  public static EmbeddingTable create(
      NDManager manager, String name, long ids, int width, RowOptimizer.Factory optimizer) {
    NDArray weights =
        manager.randomNormal(
            0,
            (float) (1 / Math.sqrt(width)),
            new Shape(ids + 1, width),
            ai.djl.ndarray.types.DataType.FLOAT32);
    weights.set(new NDIndex(ids), 0);
    return new EmbeddingTable(name, weights, optimizer.create(manager, ids + 1, width));
  }

  public String name() {
    return name;
  }

  /** Number of ids, the unknown row not counted. */
  public long ids() {
    return weights.getShape().get(0) - 1;
  }

  /** The row that ids unseen in training share. */
  public long unknown() {
    return ids();
  }

  public int width() {
    return (int) weights.getShape().get(1);
  }

  /**
   * Copies rows out of the table.
   *
   * @param rows int64 row numbers, n
   * @return n x width, owned by the manager of {@code rows}
   */
  public NDArray gather(NDArray rows) {
    NDArray gathered = Embedding.embedding(rows, weights, SparseFormat.DENSE).singletonOrThrow();
    gathered.attach(rows.getManager());
    return gathered;
  }

  /**
   * Applies one optimiser step to some rows.
   *
   * @param workers the threads to use; results do not depend on their number
   */
  public void update(RowGradients rows, Workers workers) {
    optimizer.update(weights, rows, workers);
  }

  /** The rows, the unknown one last: (ids + 1) x width. */
  public NDArray weights() {
    return weights;
  }

  /** Everything a checkpoint must hold, by name: the weights and the optimiser's state. */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put("weights", weights);
    optimizer.state().forEach((key, array) -> state.put("optimizer." + key, array));
    return state;
  }

  /** Bytes held on the device. */
  public long bytes() {
    return state().values().stream().mapToLong(array -> array.size() * Float.BYTES).sum();
  }

  @Override
  public void close() {
    state().values().forEach(NDArray::close);
  }
}
