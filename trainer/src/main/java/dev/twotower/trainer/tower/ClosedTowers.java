package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.Transfer;
import dev.twotower.trainer.script.WorkArrays;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Towers with built-in heads in closed form, without a graph, over several threads (theory in the
 * package description).
 */
public final class ClosedTowers implements Towers {
  /** Rows of a table that are read or added up at a time. */
  private static final int CPU_ROWS = 1024;

  private final TowerMath math;
  private final ClosedTower userTower;
  private final ClosedTower itemTower;
  private final Map<String, NDArray> tables;
  private final Workers workers;
  private final NDManager owner;
  private final Map<String, RowBuffer> leaves = new LinkedHashMap<>();
  private final Map<String, RowBuffer> sums = new LinkedHashMap<>();
  private final WorkArrays scratch;

  // Of the batch at hand.
  private NDManager step;
  private Map<String, NDArray> rows;
  private Map<String, NDArray> values;
  private Map<String, NDArray> gradients;
  private NDArray dense;

  /** Work on the chunks of one thing; several things make one piece of work over threads. */
  private record Task(int chunks, ObjIntConsumer<List<NDArray>> chunk) {}

  /**
   * @param users the user tower, which {@link Tower#closed} holds for
   * @param items the item tower, which it holds for as well
   * @param dim length of their vectors
   * @param tables the weights of the tables that they read
   * @param owner of buffers that one batch after another uses
   * @param workers the threads to use
   * @param precision of a GPU's products
   */
  public ClosedTowers(
      Tower users,
      Tower items,
      int dim,
      Map<String, NDArray> tables,
      NDManager owner,
      Workers workers,
      Precision precision) {
    this.math = TowerMath.on(owner.getDevice(), precision);
    this.userTower = new ClosedTower(users, dim, owner, math);
    this.itemTower = new ClosedTower(items, dim, owner, math);
    this.tables = tables;
    this.owner = owner;
    this.workers = workers;
    this.scratch = new WorkArrays(owner, 4);
    tables.forEach(
        (name, weights) -> {
          int width = (int) weights.getShape().get(1);
          leaves.put(name, new RowBuffer(owner, width));
          sums.put(name, new RowBuffer(owner, width));
        });
  }

  /**
   * Adds up rows by number.
   *
   * @param step owner of the result
   * @param rows n x d
   * @param numbers of each row the place in the result
   * @return size x d, zeros where no row belongs
   */
  public static NDArray addUp(NDManager step, NDArray rows, int[] numbers, int size) {
    NDArray at = Transfer.ints(step, numbers, numbers.length);
    NDArray sums = step.zeros(new Shape(size, rows.getShape().get(1)));
    TowerScript.SCRIPT.run("addUp", rows, at, sums);
    return sums;
  }

  @Override
  public void forward(NDManager step, TowerInputs inputs, Map<String, long[]> touched) {
    this.step = step;
    rows = new LinkedHashMap<>();
    values = new LinkedHashMap<>();
    gradients = new LinkedHashMap<>();
    dense = null;
    Map<String, NDArray> read = new LinkedHashMap<>();
    List<Task> gathers = new ArrayList<>();
    touched.forEach(
        (table, numbers) -> {
          NDArray at = Transfer.longs(step, numbers);
          NDArray leaf = leaves.get(table).rows(numbers.length);
          rows.put(table, at);
          read.put(table, leaf);
          values.put(table, first(leaf, numbers.length));
          Chunks chunks = rowChunks(numbers.length);
          gathers.add(
              new Task(
                  chunks.count(),
                  (mine, chunk) ->
                      math.gather(
                          tables.get(table), at, leaf, chunks.from(chunk), chunks.to(chunk))));
        });
    run(gathers);
    userTower.begin(step, inputs.users(), read);
    itemTower.begin(step, inputs.items(), read);
    run(
        List.of(
            new Task(userTower.chunks(), (mine, chunk) -> userTower.forward(chunk)),
            new Task(itemTower.chunks(), (mine, chunk) -> itemTower.forward(chunk))));
  }

  private Chunks rowChunks(int size) {
    return Chunks.ofAtMost(owner.getDevice().isGpu() ? Integer.MAX_VALUE : CPU_ROWS, size);
  }

  private NDArray first(NDArray buffer, int size) {
    return buffer.get(step, new NDIndex().addSliceDim(0, size));
  }

  private void run(List<Task> tasks) {
    run(tasks, 1);
  }

  private void run(List<Task> tasks, int scratchFloats) {
    int all = tasks.stream().mapToInt(Task::chunks).sum();
    scratch.each(
        workers,
        all,
        scratchFloats,
        (mine, number) -> {
          int chunk = number;
          for (Task task : tasks) {
            if (chunk < task.chunks()) {
              task.chunk().accept(mine, chunk);
              return;
            }
            chunk -= task.chunks();
          }
        });
  }

  @Override
  public NDArray users() {
    return userTower.vectors(step);
  }

  @Override
  public NDArray items() {
    return itemTower.vectors(step);
  }

  @Override
  public void backward(NDArray users, NDArray items) {
    run(
        List.of(
            new Task(userTower.chunks(), (mine, chunk) -> userTower.backward(users, chunk, mine)),
            new Task(itemTower.chunks(), (mine, chunk) -> itemTower.backward(items, chunk, mine))),
        Math.max(userTower.scratchSize(), itemTower.scratchSize()));
    List<Task> collections = new ArrayList<>();
    values.forEach((table, leaf) -> collect(table, leaf, collections));
    run(collections);
    dense = dense();
  }

  private NDArray dense() {
    long ofUsers = userTower.parameterCount();
    long all = ofUsers + itemTower.parameterCount();
    if (all == 0) {
      return null;
    }
    NDArray gradient = step.create(new Shape(all));
    if (ofUsers > 0) {
      userTower.addUp(step, gradient.get(step, new NDIndex().addSliceDim(0, ofUsers)));
    }
    if (all > ofUsers) {
      itemTower.addUp(step, gradient.get(step, new NDIndex().addSliceDim(ofUsers, all)));
    }
    return gradient;
  }

  /** A row's gradient: what the features of both towers that read it hand back, in their order. */
  private void collect(String table, NDArray leaf, List<Task> into) {
    int size = (int) leaf.getShape().get(0);
    record Source(InputFeature feature, NDArray gradient) {}
    List<Source> sources = new ArrayList<>();
    for (ClosedTower tower : List.of(userTower, itemTower)) {
      tower.readers(table).forEach(each -> sources.add(new Source(each, tower.inputGradient())));
    }
    boolean asItIs =
        sources.size() == 1
            && sources.get(0).feature().inOrder()
            && sources.get(0).gradient().getShape().get(1) == leaf.getShape().get(1);
    if (asItIs) {
      gradients.put(table, first(sources.get(0).gradient(), size));
      return;
    }
    NDArray sum = sums.get(table).rows(size);
    gradients.put(table, first(sum, size));
    Chunks chunks = rowChunks(size);
    into.add(
        new Task(
            chunks.count(),
            (mine, chunk) -> {
              boolean add = false;
              for (Source source : sources) {
                source
                    .feature()
                    .collect(source.gradient(), sum, add, chunks.from(chunk), chunks.to(chunk));
                add = true;
              }
            }));
  }

  @Override
  public Map<String, NDArray> rows() {
    return rows;
  }

  @Override
  public Map<String, NDArray> values() {
    return values;
  }

  @Override
  public Map<String, NDArray> rowGradients() {
    return gradients;
  }

  @Override
  public NDArray denseGradient() {
    return dense;
  }
}
