package dev.twotower.trainer.table;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.optimizer.RowGradients;
import dev.twotower.trainer.optimizer.RowOptimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A table of {@code rows} vectors of length {@code width} with its row optimiser's state. The last
 * row is the shared unknown row: zeros, read for ids that training never saw and never updated
 * (design 8).
 */
public final class EmbeddingTable implements AutoCloseable {
  /** The rows among the arrays of {@link #state}. */
  public static final String WEIGHTS = "weights";

  private static final int TAKEN_AT_ONCE = 1 << 16;
  private static final int DRAWN_AT_ONCE = 1 << 20;

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
   * norm about 1, drawn from the engine's generator on the CPU, whatever the device.
   */
  public static EmbeddingTable create(
      NDManager manager, String name, long ids, int width, RowOptimizer.Factory optimizer) {
    NDArray weights = normal(manager, new Shape(ids + 1, width), (float) (1 / Math.sqrt(width)));
    weights.set(new NDIndex(ids), 0);
    return new EmbeddingTable(name, weights, optimizer.create(manager, ids + 1, width));
  }

  /** Rows are drawn on the CPU, some at a time where they go elsewhere. */
  private static NDArray normal(NDManager manager, Shape shape, float deviation) {
    if (!manager.getDevice().isGpu()) {
      return manager.randomNormal(0, deviation, shape, DataType.FLOAT32);
    }
    NDArray rows = manager.create(shape, DataType.FLOAT32);
    draw(rows, deviation, DRAWN_AT_ONCE);
    return rows;
  }

  /**
   * Fills rows with what they would hold had they been drawn at once.
   *
   * @param atOnce rows that are held on the CPU, a multiple of 16, which is what the engine's
   *     generator works on
   */
  static void draw(NDArray rows, float deviation, int atOnce) {
    long count = rows.getShape().get(0);
    for (long from = 0, to; from < count; from = to) {
      // The last rows come with those before them: few alone would be drawn in another way.
      to = count - from < 2L * atOnce ? count : from + atOnce;
      try (NDManager host = NDManager.newBaseManager(Device.cpu())) {
        NDArray drawn =
            host.randomNormal(
                0, deviation, new Shape(to - from, rows.getShape().get(1)), DataType.FLOAT32);
        NDArray there = drawn.toDevice(rows.getDevice(), false);
        there.attach(host);
        rows.set(new NDIndex().addSliceDim(from, to), there);
      }
    }
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
   * @param factor what the learning rate is multiplied by, 0 to 1
   * @param workers the threads to use; results do not depend on their number
   */
  public void update(RowGradients rows, double factor, Workers workers) {
    optimizer.update(weights, rows, factor, workers);
  }

  /** The rows, the unknown one last: (ids + 1) x width. */
  public NDArray weights() {
    return weights;
  }

  /**
   * Takes over rows of another table of this width, bit for bit.
   *
   * @param rows for each id of this table the row there, or -1 to leave it as it is
   * @param withOptimizer whether the rows' optimiser state comes along; the other table then has
   *     the same optimiser
   */
  public void take(EmbeddingTable from, int[] rows, boolean withOptimizer) {
    Map<String, NDArray> there = from.state();
    int[] taken = IntStream.range(0, rows.length).filter(row -> rows[row] >= 0).toArray();
    for (int start = 0; start < taken.length; start += TAKEN_AT_ONCE) {
      int[] block = Arrays.copyOfRange(taken, start, Math.min(taken.length, start + TAKEN_AT_ONCE));
      try (NDManager scratch = weights.getManager().newSubManager()) {
        NDIndex own = at(scratch, Arrays.stream(block));
        NDIndex theirs = at(scratch, Arrays.stream(block).map(row -> rows[row]));
        state()
            .forEach(
                (name, array) -> {
                  if (withOptimizer || name.equals(WEIGHTS)) {
                    array.set(own, there.get(name).get(scratch, theirs));
                  }
                });
      }
    }
  }

  /**
   * Lets the optimiser forget a part of what it has summed.
   *
   * @param kept the share that stays, 0 to 1
   */
  public void forget(double kept) {
    optimizer.forget(kept);
  }

  /**
   * Overwrites rows; their optimiser's state stays.
   *
   * @param rows distinct rows
   * @param values rows.length x width, row-major
   */
  public void write(int[] rows, float[] values) {
    try (NDManager scratch = weights.getManager().newSubManager()) {
      weights.set(
          at(scratch, Arrays.stream(rows)),
          scratch.create(values, new Shape(rows.length, width())));
    }
  }

  private static NDIndex at(NDManager scratch, IntStream rows) {
    return new NDIndex("{}", scratch.create(rows.asLongStream().toArray()));
  }

  /** Everything a checkpoint must hold, by name: the weights and the optimiser's state. */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put(WEIGHTS, weights);
    optimizer.state().forEach((key, array) -> state.put("optimizer." + key, array));
    return state;
  }

  @Override
  public void close() {
    state().values().forEach(NDArray::close);
  }
}
