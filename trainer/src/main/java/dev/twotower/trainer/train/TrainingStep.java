package dev.twotower.trainer.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.training.GradientCollector;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.candidates.VectorQueue;
import dev.twotower.trainer.config.TreeConfig;
import dev.twotower.trainer.contrastive.GradedLoss;
import dev.twotower.trainer.loss.LossGradients;
import dev.twotower.trainer.loss.LossTerms;
import dev.twotower.trainer.loss.TiledLoss;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.taxonomy.TreeBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One optimiser step on a planned batch. All arrays of a step belong to one sub-manager that is
 * closed at its end, so a run of any length holds the same number of arrays.
 */
public final class TrainingStep {
  private final TwoTowerModel model;
  private final TiledLoss loss;
  private final double clipNorm;
  private final Optional<VectorQueue> remembered;
  private final GradedLoss graded;
  private final TreeConfig tree;
  private final List<OwnLoss> ownLosses;

  public TrainingStep(TwoTowerModel model) {
    this(model, List.of());
  }

  /**
   * @param ownLosses terms added to the loss of every batch
   */
  public TrainingStep(TwoTowerModel model, List<OwnLoss> ownLosses) {
    this.model = model;
    this.ownLosses = ownLosses;
    this.loss = TiledLoss.forDevice(model.manager());
    this.clipNorm = model.config().optimizer().clipNorm();
    this.graded = GradedLoss.forDevice(model.manager());
    this.tree = model.config().tree();
    int queue = model.config().loss().queue();
    this.remembered =
        queue == 0
            ? Optional.empty()
            : Optional.of(new VectorQueue(model.manager(), queue, model.config().dim()));
  }

  /** Item vectors of past batches, where some are kept; they live as long as the model. */
  Optional<VectorQueue> remembered() {
    return remembered;
  }

  /**
   * What a step did.
   *
   * @param loss the batch's retrieval loss before the step: the weighted sum that is minimised,
   *     which is a mean over rows in a full batch and less in a ragged one
   * @param treeLoss the graded contrastive loss beside it, not weighed; 0 where there is none
   * @param ownLoss the sum of the terms that a program adds
   * @param towerNanos gathering rows, towers forward and backward
   * @param lossNanos loss and its gradient
   * @param updateNanos sparse and dense updates
   */
  public record Result(
      double loss,
      double treeLoss,
      double ownLoss,
      long towerNanos,
      long lossNanos,
      long updateNanos) {
    /** Whether the step could be taken. */
    boolean finite() {
      return Double.isFinite(loss + treeLoss + ownLoss);
    }
  }

  /** Takes one step; a loss that is not finite changes nothing. */
  public Result run(PlannedBatch batch) {
    long start = System.nanoTime();
    try (NDManager step = model.manager().newSubManager()) {
      Map<String, NDArray> rows = new LinkedHashMap<>();
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      batch.touchedRows.forEach(
          (table, touched) -> {
            NDArray numbers = step.create(touched);
            NDArray leaf = model.tables().get(table).gather(numbers);
            leaf.setRequiresGradient(true);
            rows.put(table, numbers);
            leaves.put(table, leaf);
          });
      NDArray items;
      LossGradients gradients;
      long lossStart;
      long lossEnd;
      double value;
      double treeValue;
      double ownValue = 0;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray x =
            spread(
                step,
                model.users().forward(step, model.store(), batch.inputs.users(), leaves, true),
                queryNumbers(batch));
        NDArray vectors =
            model.items().forward(step, model.store(), batch.inputs.items(), leaves, true);
        items = batch.tree.isEmpty() ? vectors : rows(vectors, 0, batch.computedColumns);
        NDArray y = spread(step, withRemembered(step, items, batch), columnNumbers(batch.plan));
        lossStart = System.nanoTime();
        LossTerms terms = batch.terms(model.temperature().value());
        gradients = loss.compute(step, batch.plan, x.stopGradient(), y.stopGradient(), terms);
        value = gradients.loss().getFloat();
        NDArray surrogate = x.mul(gradients.queries()).sum().add(y.mul(gradients.columns()).sum());
        treeValue = 0;
        if (batch.tree.isPresent()) {
          NDArray z = rows(vectors, batch.computedColumns, vectors.getShape().get(0));
          GradedLoss.Result term = treeTerm(step, z, batch.tree.get());
          treeValue = term.loss().getFloat();
          surrogate = surrogate.add(z.mul(term.gradient().muli((float) tree.lambda())).sum());
        }
        for (OwnLoss own : ownLosses) {
          NDArray term = own.of(step, batch, x, y).sum();
          ownValue += term.getFloat();
          surrogate = surrogate.add(term);
        }
        lossEnd = System.nanoTime();
        if (Double.isFinite(value + treeValue + ownValue)) {
          collector.backward(surrogate);
        }
      }
      if (!Double.isFinite(value + treeValue + ownValue)) {
        return new Result(value, treeValue, ownValue, 0, 0, 0);
      }
      long updateStart = System.nanoTime();
      update(step, batch, rows, leaves);
      model.temperature().update(gradients.inverseTemperature().getFloat());
      if (batch.keptSlots.length > 0) {
        NDArray kept = spread(step, items.stopGradient(), batch.keptColumns);
        remembered.orElseThrow().keep(batch.keptSlots, kept);
      }
      long end = System.nanoTime();
      return new Result(
          value,
          treeValue,
          ownValue,
          lossStart - start + updateStart - lossEnd,
          lossEnd - lossStart,
          end - updateStart);
    }
  }

  private GradedLoss.Result treeTerm(NDManager step, NDArray vectors, TreeBatch batch) {
    return graded.compute(
        step, vectors.stopGradient(), batch.targets(), (float) tree.temperature());
  }

  private static NDArray rows(NDArray matrix, long from, long to) {
    return matrix.get(new NDIndex().addSliceDim(from, to));
  }

  /** The item tower's vectors and after them, without gradient, those of past batches. */
  private NDArray withRemembered(NDManager step, NDArray items, PlannedBatch batch) {
    return batch.recalledSlots.length == 0
        ? items
        : items.concat(remembered.orElseThrow().read(step, batch.recalledSlots));
  }

  private void update(
      NDManager step, PlannedBatch batch, Map<String, NDArray> rows, Map<String, NDArray> leaves) {
    Map<String, NDArray> rowGradients = new LinkedHashMap<>();
    leaves.forEach(
        (table, leaf) -> {
          NDArray gradient = leaf.getGradient();
          gradient.attach(step);
          keepUnknown(gradient, batch.touchedRows.get(table), model.tables().get(table).unknown());
          rowGradients.put(table, gradient);
        });
    NDArray denseGradient = model.denseGradient(step);
    if (clipNorm > 0) {
      clip(rowGradients, denseGradient);
    }
    rowGradients.forEach(
        (table, gradient) ->
            model
                .tables()
                .get(table)
                .update(rows.get(table), leaves.get(table).stopGradient(), gradient));
    if (denseGradient != null) {
      model.updateDense(denseGradient);
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

  /**
   * Scales all gradients together so that their global norm is at most {@code clipNorm} (Pascanu et
   * al. 2013).
   */
  private void clip(Map<String, NDArray> rowGradients, NDArray denseGradient) {
    NDList all = new NDList(rowGradients.values());
    if (denseGradient != null) {
      all.add(denseGradient);
    }
    double squares = 0;
    for (NDArray gradient : all) {
      squares += gradient.square().sum().getFloat();
    }
    double norm = Math.sqrt(squares);
    if (norm > clipNorm) {
      all.forEach(gradient -> gradient.muli((float) (clipNorm / norm)));
    }
  }

  /** Tower outputs in the plan's order; the plan's numbers are mostly 0, 1, 2, ... already. */
  private static NDArray spread(NDManager step, NDArray vectors, int[] numbers) {
    boolean inOrder = numbers.length == vectors.getShape().get(0);
    for (int i = 0; inOrder && i < numbers.length; i++) {
      inOrder = numbers[i] == i;
    }
    if (inOrder) {
      return vectors;
    }
    NDArray at = step.create(numbers, new Shape(numbers.length));
    return Embedding.embedding(at, vectors, SparseFormat.DENSE).singletonOrThrow();
  }

  private static int[] queryNumbers(PlannedBatch batch) {
    int[] numbers = new int[batch.plan.queries()];
    java.util.Arrays.setAll(numbers, batch::userInput);
    return numbers;
  }

  private static int[] columnNumbers(NegativesPlan plan) {
    int[] numbers = new int[plan.columns()];
    java.util.Arrays.setAll(numbers, plan::columnItem);
    return numbers;
  }
}
