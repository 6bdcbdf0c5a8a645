package dev.twotower.trainer.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.table.EmbeddingTable;
import dev.twotower.trainer.tower.Tower;
import dev.twotower.trainer.train.PlannedBatch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Work that no implementation of the same step avoids (design 12), and the time it takes at the
 * measured rates.
 *
 * @param lossFlops 6 R M d: scores, and their gradient in both directions
 * @param towerFlops 6 a matrix weight and tower input
 * @param rowBytes distinct embedding rows, read once and written once
 * @param millis flops at the matrix product's rate plus bytes at the copy's rate
 * @param partMillis the same by the parts of a step that they belong to
 */
public record Floor(
    double lossFlops,
    double towerFlops,
    double rowBytes,
    double millis,
    Map<String, Double> partMillis) {
  static Floor ofLoss(NegativesPlan plan, int dim, Rates rates) {
    return of(6.0 * plan.queries() * plan.columns() * dim, 0, 0, rates);
  }

  static Floor ofStep(PlannedBatch batch, TwoTowerModel model, Rates rates) {
    NegativesPlan plan = batch.plan();
    double loss = 6.0 * plan.queries() * plan.columns() * model.config().dim();
    double towers =
        6.0 * batch.userInputs() * weights(model.users())
            + 6.0 * plan.index().columns() * weights(model.items());
    double bytes = 0;
    for (Map.Entry<String, long[]> touched : batch.touchedRows().entrySet()) {
      EmbeddingTable table = model.tables().get(touched.getKey());
      bytes += 2.0 * touched.getValue().length * table.width() * Float.BYTES;
    }
    return of(loss, towers, bytes, rates);
  }

  private static Floor of(double loss, double towers, double bytes, Rates rates) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("towers", towers / rates.matmulGigaflops() / 1e6);
    parts.put("loss", loss / rates.matmulGigaflops() / 1e6);
    parts.put("tables", bytes / rates.copyGigabytes() / 1e6);
    parts.values().removeIf(millis -> millis == 0);
    double millis = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Floor(loss, towers, bytes, millis, parts);
  }

  private static double weights(Tower tower) {
    double sum = 0;
    for (Parameter parameter : tower.parameters().values()) {
      Shape shape = parameter.getArray().getShape();
      sum += shape.dimension() == 2 ? shape.size() : 0;
    }
    return sum;
  }
}
