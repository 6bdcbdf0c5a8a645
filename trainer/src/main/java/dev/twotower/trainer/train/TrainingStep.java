package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.candidates.VectorQueue;
import dev.twotower.trainer.contrastive.GradedLoss;
import dev.twotower.trainer.cuda.Transfer;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.loss.BatchLoss;
import dev.twotower.trainer.loss.GatheredRows;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.optimizer.RowGradients;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Towers;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One optimiser step on a planned batch. Steps on one GPU are taken by one thread at a time. All
 * arrays of a step belong to one sub-manager that is closed at its end, so a run of any length
 * holds the same number of arrays.
 */
public final class TrainingStep {
  private final TwoTowerModel model;
  private final Workers workers;
  private final Towers towers;
  private final BatchLoss loss;
  private final double clipNorm;
  private final Optional<VectorQueue> remembered;
  private final GradedLoss graded;
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
    this.workers = Devices.workers(model.config().threads(), model.manager().getDevice());
    this.towers = model.towers(model.manager(), workers);
    this.loss =
        BatchLoss.forDevice(
            model.manager(), model.config().loss(), workers, model.config().precision());
    this.clipNorm = model.config().optimizer().clipNorm();
    this.graded = GradedLoss.forDevice(model.manager());
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
   * @param gradientNorm global norm of all gradients before clipping; NaN where the loss is not
   *     finite and there are none
   * @param towerNanos gathering rows, towers forward and backward
   * @param lossNanos loss and its gradient
   * @param updateNanos norm of the gradient, sparse and dense updates; on a GPU these three are the
   *     handing over of work, and the wait for it is in none of them
   */
  public record Result(
      double loss,
      double treeLoss,
      double ownLoss,
      double gradientNorm,
      long towerNanos,
      long lossNanos,
      long updateNanos) {
    /** Whether the step was taken. */
    public boolean finite() {
      return Double.isFinite(loss + treeLoss + ownLoss) && Double.isFinite(gradientNorm);
    }
  }

  /** Takes one step; a loss or a gradient that is not finite changes nothing. */
  public Result run(PlannedBatch batch) {
    return within(() -> take(batch));
  }

  /**
   * Sums that the engine spreads over threads depend on their number, so it has one, where all that
   * takes long is spread over threads here.
   */
  private <T> T within(Supplier<T> work) {
    return towers instanceof ClosedTowers ? workers.within(work) : work.get();
  }

  private Result take(PlannedBatch batch) {
    try (NDManager step = model.manager().newSubManager()) {
      BatchGradients gradients = gradients(step, batch);
      if (!gradients.finite()) {
        return result(gradients, Double.NaN, 0);
      }
      long updateStart = System.nanoTime();
      double norm = gradients.norm();
      if (!Double.isFinite(norm)) {
        return result(gradients, norm, 0);
      }
      // Pascanu et al. 2013.
      if (clipNorm > 0 && norm > clipNorm) {
        gradients.scale(clipNorm / norm);
      }
      update(step, batch, gradients);
      if (batch.keptSlots.length > 0) {
        NDArray kept = GatheredRows.of(step, gradients.items, batch.keptColumns);
        remembered.orElseThrow().keep(batch.keptSlots, kept);
      }
      return result(gradients, norm, gradients.normNanos + System.nanoTime() - updateStart);
    }
  }

  private static Result result(BatchGradients gradients, double norm, long updateNanos) {
    return new Result(
        gradients.lossValue,
        gradients.treeLoss,
        gradients.ownLoss,
        norm,
        gradients.towerNanos,
        gradients.lossNanos,
        updateNanos);
  }

  /** The batch's loss and gradients; changes nothing but the dense parameters' gradients. */
  BatchGradients gradients(NDManager owner, PlannedBatch batch) {
    return within(
        () ->
            BatchGradients.of(
                model, owner, batch, towers, loss, graded, ownLosses, remembered, workers));
  }

  private static Optional<NDArray> counts(NDManager step, PlannedBatch batch, String table) {
    return Optional.ofNullable(batch.rowCounts.get(table))
        .map(counts -> Transfer.floats(step, counts, new Shape(counts.length, 1)));
  }

  private void update(NDManager step, PlannedBatch batch, BatchGradients gradients) {
    gradients.rowGradients.forEach(
        (table, gradient) ->
            model
                .tables()
                .get(table)
                .update(
                    new RowGradients(
                        gradients.rows.get(table),
                        gradients.leaves.get(table),
                        gradient,
                        counts(step, batch, table)),
                    batch.rateFactor,
                    workers));
    if (gradients.dense != null) {
      model.updateDense(gradients.dense, batch.rateFactor);
    }
    model.temperature().update(gradients.inverseTemperature, batch.rateFactor);
  }
}
