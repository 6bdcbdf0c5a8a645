package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One batch examined without training on it: its losses, the norms of its gradients, and the first
 * place, in the order of a step's computations, at which a number is not finite.
 *
 * @param step the step that would be taken, from 1
 * @param rows rows of the batch
 * @param queries distinct inputs of the user tower that the loss sees
 * @param columns distinct items that the loss sees
 * @param validNegativesPerAnchor mean over its rows
 * @param temperature the loss temperature
 * @param losses the retrieval loss and the additional terms, by name, before weighting
 * @param gradientNorms norms of the gradients of tables, dense parameters and temperature, by name;
 *     empty if a loss is not finite
 * @param gradientNorm the global norm of all of them
 * @param firstNotFinite the place; empty if everything is finite
 */
public record BatchExamination(
    long step,
    int rows,
    int queries,
    int columns,
    double validNegativesPerAnchor,
    double temperature,
    Map<String, Double> losses,
    Map<String, Double> gradientNorms,
    double gradientNorm,
    String firstNotFinite) {

  /** Where a number can turn non-finite, and what then helps. */
  private static final String WEIGHTS = "weights of ";

  private static final String VECTORS = "vectors of ";
  private static final String GRADIENT = "gradient of ";

  /** Looks at a batch; the model stays as it is. */
  static BatchExamination of(
      TwoTowerModel model, TrainingStep step, long number, PlannedBatch batch) {
    try (NDManager scratch = model.manager().newSubManager()) {
      BatchGradients gradients = step.gradients(scratch, batch);
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      List.of(model.users(), model.items())
          .forEach(
              tower ->
                  tower.parameters().forEach((name, of) -> parameters.put(name, of.getArray())));
      Map<String, Double> norms = new LinkedHashMap<>();
      if (gradients.finite()) {
        gradients.rowGradients.forEach((table, of) -> norms.put("table " + table, norm(of)));
        if (gradients.dense != null) {
          model.denseParts(gradients.dense).forEach((name, of) -> norms.put(name, norm(of)));
        }
        if (model.temperature().learned()) {
          norms.put(
              "temperature", Math.abs(model.temperature().gradient(gradients.inverseTemperature)));
        }
      }
      Map<String, Double> losses = losses(batch, gradients);
      Optional<String> first = first(model, gradients, parameters, losses, norms);
      double norm = gradients.finite() ? gradients.norm() : Double.NaN;
      return new BatchExamination(
          number,
          batch.size(),
          batch.plan.queries(),
          batch.plan.columns(),
          (double) batch.plan.validPairs() / batch.size(),
          model.temperature().shown(),
          losses,
          norms,
          norm,
          first.orElse(""));
    }
  }

  private static Map<String, Double> losses(PlannedBatch batch, BatchGradients gradients) {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("loss", gradients.lossValue);
    if (batch.tree.isPresent()) {
      losses.put("treeLoss", gradients.treeLoss);
    }
    if (gradients.ownLoss != 0) {
      losses.put("ownLoss", gradients.ownLoss);
    }
    return losses;
  }

  private static Optional<String> first(
      TwoTowerModel model,
      BatchGradients gradients,
      Map<String, NDArray> parameters,
      Map<String, Double> losses,
      Map<String, Double> norms) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    gradients.leaves.forEach((table, rows) -> arrays.put(WEIGHTS + "table " + table, rows));
    parameters.forEach((name, weights) -> arrays.put(WEIGHTS + name, weights));
    arrays.put(VECTORS + "users", gradients.users);
    arrays.put(VECTORS + "items", gradients.items);
    for (Map.Entry<String, NDArray> array : arrays.entrySet()) {
      if (!finite(array.getValue())) {
        return Optional.of(array.getKey());
      }
    }
    if (!Double.isFinite(model.temperature().value())) {
      return Optional.of("temperature");
    }
    return losses.entrySet().stream()
        .filter(loss -> !Double.isFinite(loss.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() -> firstGradient(gradients, norms));
  }

  private static Optional<String> firstGradient(
      BatchGradients gradients, Map<String, Double> norms) {
    if (!finite(gradients.loss.queries())) {
      return Optional.of(GRADIENT + "the users' vectors");
    }
    if (!finite(gradients.loss.columns())) {
      return Optional.of(GRADIENT + "the items' vectors");
    }
    return norms.entrySet().stream()
        .filter(norm -> !Double.isFinite(norm.getValue()))
        .map(norm -> GRADIENT + norm.getKey())
        .findFirst();
  }

  /** 0 times a number that is not finite is NaN. */
  private static boolean finite(NDArray array) {
    return array.size() == 0 || array.stopGradient().mul(0).sum().getFloat() == 0;
  }

  private static double norm(NDArray gradient) {
    return Math.sqrt(gradient.square().sum().getFloat());
  }

  /** What may help, by where it went wrong; a sentence for a message. */
  String advice(RunConfig config) {
    String rates = "a smaller optimizer.learningRate or optimizer.tableLearningRate";
    String tree = "a smaller tree.lambda, a larger tree.temperature";
    String warmer =
        "a larger loss.temperature (%s here)".formatted(Float.toString((float) temperature));
    if (firstNotFinite.startsWith(WEIGHTS)) {
      return "the weights were not finite before this batch: train again with " + rates;
    }
    if (firstNotFinite.startsWith(VECTORS)) {
      return rates + ", or features of a smaller scale";
    }
    return switch (firstNotFinite) {
      case "treeLoss" -> tree;
      case "ownLoss" -> "a look at the loss term that your program adds";
      case "loss", "temperature" -> warmer + ", or " + rates;
      default -> warmer + ", " + rates + (config.tree().enabled() ? ", " + tree : "");
    };
  }
}
