package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.twotower.data.parallel.Workers;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.candidates.VectorQueue;
import dev.twotower.trainer.config.TreeConfig;
import dev.twotower.trainer.contrastive.GradedLoss;
import dev.twotower.trainer.cuda.Transfer;
import dev.twotower.trainer.loss.BatchLoss;
import dev.twotower.trainer.loss.GatheredRows;
import dev.twotower.trainer.loss.LossResult;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.optimizer.SquaredNorm;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Towers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The loss of one planned batch and its gradients, before anything is updated. If the loss is not
 * finite, there are no gradients. All arrays belong to the given manager.
 */
final class BatchGradients {
  /** The touched rows of each table: their numbers, their values, and dL/d(values). */
  final Map<String, NDArray> rows = new LinkedHashMap<>();

  final Map<String, NDArray> leaves = new LinkedHashMap<>();
  final Map<String, NDArray> rowGradients = new LinkedHashMap<>();

  /** Vectors of the queries and of the computed columns, without gradient. */
  NDArray users;

  NDArray items;

  /** The loss and what it hands back to the towers. */
  LossResult loss;

  double lossValue;
  double treeLoss;
  double ownLoss;

  /** The gradient of all dense parameters, flat; null where there are none. */
  NDArray dense;

  /** dL/d(1/tau); 0 where the temperature is not learned. */
  double inverseTemperature;

  private double squares;

  long towerNanos;
  long lossNanos;
  long normNanos;

  private final TwoTowerModel model;
  private final NDManager step;

  private BatchGradients(TwoTowerModel model, NDManager step) {
    this.model = model;
    this.step = step;
  }

  /**
   * Runs both towers forward, the losses, and both towers backward.
   *
   * @param step owner of all arrays
   * @param towers both towers' passes
   * @param ownLosses terms that a program adds
   * @param remembered item vectors of past batches, where some are kept
   * @param workers the threads to use
   */
  static BatchGradients of(
      TwoTowerModel model,
      NDManager step,
      PlannedBatch batch,
      Towers towers,
      BatchLoss loss,
      GradedLoss graded,
      List<OwnLoss> ownLosses,
      Optional<VectorQueue> remembered,
      Workers workers) {
    BatchGradients gradients = new BatchGradients(model, step);
    gradients.compute(batch, towers, loss, graded, ownLosses, remembered, workers);
    return gradients;
  }

  private void compute(
      PlannedBatch batch,
      Towers towers,
      BatchLoss retrieval,
      GradedLoss graded,
      List<OwnLoss> ownLosses,
      Optional<VectorQueue> remembered,
      Workers workers) {
    long start = System.nanoTime();
    towers.forward(step, batch.inputs, batch.touchedRows);
    rows.putAll(towers.rows());
    leaves.putAll(towers.values());
    NDArray vectors = towers.items();
    NDArray ofUsers = towers.users();
    int computed = batch.computedColumns;
    int withShown = computed + batch.shown.items().size();
    boolean alone = batch.tree.isEmpty() && withShown == computed;
    items = alone ? vectors : slice(vectors, 0, computed);
    NDArray ofColumns =
        batch.recalledSlots.length == 0
            ? items
            : items.concat(remembered.orElseThrow().read(step, batch.recalledSlots));
    NDArray all =
        withShown == computed ? ofColumns : ofColumns.concat(slice(vectors, computed, withShown));
    int[] queries = queryNumbers(batch);
    int[] columns = vectorNumbers(batch);
    users = GatheredRows.of(step, ofUsers, queries);
    NDArray y = GatheredRows.of(step, all, columns);
    long lossStart = System.nanoTime();
    loss = retrieval.compute(step, batch.plan, users, y, batch.terms(model.temperature().value()));
    NDArray dx = loss.queries();
    NDArray dy = loss.columns();
    if (!ownLosses.isEmpty()) {
      int seen = batch.plan.columns();
      boolean some = columns.length > seen;
      OwnGradients own =
          OwnGradients.of(step, batch, ownLosses, users, some ? slice(y, 0, seen) : y);
      ownLoss = own.loss();
      dx = dx.add(own.queries());
      dy =
          some
              ? slice(dy, 0, seen).add(own.columns()).concat(slice(dy, seen, columns.length))
              : dy.add(own.columns());
    }
    NDArray dItems = collected(dy, columns, all);
    if (all != items) {
      NDArray ofAll = dItems;
      dItems = slice(ofAll, 0, computed);
      if (withShown > computed) {
        long end = all.getShape().get(0);
        dItems = dItems.concat(slice(ofAll, end - withShown + computed, end));
      }
    }
    if (batch.tree.isPresent()) {
      NDArray z = slice(vectors, withShown, vectors.getShape().get(0));
      TreeConfig tree = model.config().tree();
      GradedLoss.Result term =
          graded.compute(step, z, batch.tree.get().targets(), (float) tree.temperature());
      treeLoss = term.loss().getFloat();
      dItems = dItems.concat(term.gradient().muli((float) tree.lambda()));
    }
    long lossEnd = System.nanoTime();
    towers.backward(collected(dx, queries, ofUsers), dItems);
    collect(batch, towers);
    towerNanos = lossStart - start + System.nanoTime() - lossEnd;
    lossNanos = lossEnd - lossStart;
    read(workers);
  }

  /** Whether all losses are finite, so that there are gradients. */
  boolean finite() {
    return Double.isFinite(lossValue + treeLoss + ownLoss);
  }

  private void collect(PlannedBatch batch, Towers towers) {
    towers
        .rowGradients()
        .forEach(
            (table, gradient) -> {
              long unknown = model.tables().get(table).unknown();
              keepUnknown(gradient, batch.touchedRows.get(table), unknown);
              rowGradients.put(table, gradient);
            });
    dense = towers.denseGradient();
  }

  /** Waits for the device once, and learns all that decides on the step. */
  private void read(Workers workers) {
    long start = System.nanoTime();
    NDArray sums = SquaredNorm.sums(step, arrays(), workers);
    normNanos = System.nanoTime() - start;
    float[] numbers = Transfer.read(loss.numbers().concat(sums));
    lossValue = numbers[0];
    inverseTemperature = model.temperature().learned() ? numbers[1] : 0;
    for (int i = 2; i < numbers.length; i++) {
      squares += numbers[i];
    }
    if (!finite()) {
      rowGradients.clear();
      dense = null;
    }
  }

  /** The row that unseen ids share stays as it is: nothing of one of them holds for another. */
  private static void keepUnknown(NDArray gradient, long[] rows, long unknown) {
    for (int at = 0; at < rows.length; at++) {
      if (rows[at] == unknown) {
        gradient.set(new NDIndex(at), 0);
        return;
      }
    }
  }

  /** All gradients of arrays. */
  NDList arrays() {
    NDList all = new NDList(rowGradients.values());
    if (dense != null) {
      all.add(dense);
    }
    return all;
  }

  /**
   * The global norm of all gradients, the temperature's included; not finite where one of them is
   * not, or is so large that float32 cannot hold its square.
   */
  double norm() {
    double temperature = model.temperature().gradient(inverseTemperature);
    return Math.sqrt(temperature * temperature + squares);
  }

  /** Multiplies all gradients, the temperature's included. */
  void scale(double factor) {
    arrays().forEach(gradient -> gradient.muli((float) factor));
    inverseTemperature *= factor;
  }

  private NDArray slice(NDArray matrix, long from, long to) {
    return matrix.get(step, new NDIndex().addSliceDim(from, to));
  }

  /** The way back: gradients in the plan's order, added up for each tower output. */
  private NDArray collected(NDArray gradient, int[] numbers, NDArray vectors) {
    return GatheredRows.isAll(vectors, numbers)
        ? gradient
        : ClosedTowers.addUp(step, gradient, numbers, (int) vectors.getShape().get(0));
  }

  private static int[] queryNumbers(PlannedBatch batch) {
    int[] numbers = new int[batch.plan.queries()];
    Arrays.setAll(numbers, batch::userInput);
    return numbers;
  }

  /** Those of the plan's columns, and of what its queries' requests showed. */
  private static int[] vectorNumbers(PlannedBatch batch) {
    NegativesPlan plan = batch.plan;
    int[] shown = batch.shown.numbers();
    int[] numbers = new int[plan.columns() + shown.length];
    for (int column = 0; column < plan.columns(); column++) {
      numbers[column] = plan.columnItem(column);
    }
    System.arraycopy(shown, 0, numbers, plan.columns(), shown.length);
    return numbers;
  }
}
