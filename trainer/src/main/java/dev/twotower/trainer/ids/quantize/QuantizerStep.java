package dev.twotower.trainer.ids.quantize;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.training.GradientCollector;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.contrastive.GradedLoss;
import dev.twotower.trainer.contrastive.PairTargets;
import dev.twotower.trainer.contrastive.TreeBatch;
import java.util.Optional;

/**
 * One optimiser step on a batch of items and, if there is a tree term, on a separate batch for it.
 */
final class QuantizerStep {
  private final Quantizer quantizer;
  private final QuantizeConfig config;
  private final NDArray vectors;
  private final GradedLoss graded;

  /**
   * @param vectors all items' vectors, centred and scaled, n x d, on the quantiser's device
   */
  QuantizerStep(Quantizer quantizer, QuantizeConfig config, NDArray vectors) {
    this.quantizer = quantizer;
    this.config = config;
    this.vectors = vectors;
    this.graded = GradedLoss.forDevice(quantizer.manager());
  }

  /**
   * A batch's losses.
   *
   * @param reconstruction L_rec
   * @param quantisation L_rq
   * @param tree L_tree without lambda; 0 without a tree term
   * @param codes the codes of the batch's items, level by level
   * @param gradientNorm norm of the gradients; 0 before they are looked at
   */
  record Result(
      double reconstruction, double quantisation, double tree, int[][] codes, double gradientNorm) {
    boolean finite() {
      return Double.isFinite(reconstruction + quantisation + tree + gradientNorm);
    }

    Result withGradientNorm(double norm) {
      return new Result(reconstruction, quantisation, tree, codes, norm);
    }
  }

  /**
   * Takes a step; a loss or a gradient that is not finite changes nothing.
   *
   * @param items rows of the batch
   * @param tree the tree term's batch
   * @param quantise false while there are no codes yet: vectors then pass whole
   */
  Result run(int[] items, Optional<TreeBatch> tree, boolean quantise, float learningRate) {
    try (NDManager step = quantizer.manager().newSubManager()) {
      Result result = differentiate(step, items, tree, quantise);
      if (!result.finite()) {
        return result;
      }
      NDArray gradient = quantizer.dense().gradient(step);
      result = result.withGradientNorm(Math.sqrt(gradient.square().sum().getFloat()));
      if (result.finite()) {
        quantizer.dense().update(gradient, learningRate);
      }
      return result;
    }
  }

  /** Leaves the gradient of L with the parameters, unless a loss is not finite. */
  Result differentiate(NDManager step, int[] items, Optional<TreeBatch> tree, boolean quantise) {
    NDArray x = rows(step, items);
    Optional<NDArray> treeVectors = tree.map(batch -> rows(step, batch.items()));
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      Losses losses = quantise ? quantised(x) : whole(x);
      NDArray total = losses.total();
      double treeLoss = 0;
      if (tree.isPresent() && (quantise || quantizer.hasHead())) {
        Surrogate surrogate = new Surrogate(step, tree.get().targets());
        surrogate.addPrefixes(treeVectors.orElseThrow(), quantise);
        treeLoss = surrogate.loss;
        total = total.add(surrogate.value);
      }
      Result result =
          new Result(losses.reconstruction(), losses.quantisation(), treeLoss, losses.codes(), 0);
      if (result.finite()) {
        collector.backward(total);
      }
      return result;
    }
  }

  /** L without the tree term, and its parts. */
  private record Losses(NDArray total, double reconstruction, double quantisation, int[][] codes) {}

  private Losses quantised(NDArray x) {
    NDArray latent = quantizer.encode(x);
    Quantizer.Quantised quantised = quantizer.quantise(latent);
    NDArray straightThrough = latent.add(quantised.last().sub(latent).stopGradient());
    NDArray error = quantizer.decode(straightThrough).sub(x).square().mean();
    return new Losses(
        error.add(quantised.loss()),
        error.getFloat(),
        quantised.loss().getFloat(),
        quantised.codes());
  }

  private Losses whole(NDArray x) {
    NDArray error = quantizer.decode(quantizer.encode(x)).sub(x).square().mean();
    return new Losses(error, error.getFloat(), 0, new int[0][]);
  }

  /** Collects a scalar with the gradient of lambda L_tree, and L_tree. */
  private final class Surrogate {
    private final NDManager step;
    private final PairTargets targets;
    private NDArray value;
    private double loss;

    Surrogate(NDManager step, PairTargets targets) {
      this.step = step;
      this.targets = targets;
    }

    void addPrefixes(NDArray x, boolean quantise) {
      if (!quantise) {
        add(quantizer.category(x), 1);
        return;
      }
      NDArray latent = quantizer.encode(x);
      NDArray through = latent.sub(latent.stopGradient());
      double weight = 1;
      for (NDArray prefix : quantizer.quantise(latent).prefixes()) {
        NDArray passed = prefix.add(through);
        NDArray seen =
            quantizer.hasHead() ? quantizer.categoryPart(passed) : quantizer.decode(passed);
        add(seen.normalize(2, 1, 1e-12), weight);
        weight *= config.levelDecay();
      }
    }

    private void add(NDArray unit, double weight) {
      GradedLoss.Result result =
          graded.compute(step, unit.stopGradient(), targets, (float) config.tree().temperature());
      loss += weight * result.loss().getFloat();
      NDArray gradient = result.gradient().muli((float) (config.tree().lambda() * weight));
      NDArray pulled = unit.mul(gradient).sum();
      value = value == null ? pulled : value.add(pulled);
    }
  }

  private NDArray rows(NDManager step, int[] items) {
    NDArray numbers = step.create(items, new Shape(items.length));
    NDArray rows = Embedding.embedding(numbers, vectors, SparseFormat.DENSE).singletonOrThrow();
    rows.attach(step);
    return rows;
  }
}
