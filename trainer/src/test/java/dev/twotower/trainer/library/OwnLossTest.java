package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.OwnLoss;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loss term of your own: here a pull of each item's vector towards the one it had before. */
class OwnLossTest {
  private static final int DIM = 8;

  /** Yesterday's vectors: for this test, item i had unit vector number i mod 8. */
  private static float[] before(int item) {
    float[] vector = new float[DIM];
    vector[item % DIM] = 1;
    return vector;
  }

  /** Twice the mean over the batch's columns of 1 - cosine(now, before). */
  private static final OwnLoss STAY =
      (step, batch, queries, columns) -> {
        NegativesPlan plan = batch.plan();
        float[] old = new float[plan.columns() * DIM];
        for (int column = 0; column < plan.columns(); column++) {
          int item = plan.index().item(plan.columnItem(column));
          System.arraycopy(before(item), 0, old, column * DIM, DIM);
        }
        NDArray target = step.create(old, new Shape(plan.columns(), DIM));
        return columns.mul(target).sum().div(plan.columns()).mul(-1).add(1).mul(2);
      };

  @Test
  void theTermKeepsVectorsWhereTheyWere(@TempDir Path folder) throws Exception {
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      double without = closeness(data, folder.resolve("without"), Extensions.NONE);
      double with = closeness(data, folder.resolve("with"), Extensions.NONE.withLoss(STAY));
      assertThat(without).isBetween(-0.2, 0.2);
      assertThat(with).isGreaterThan(0.7);
    }
  }

  /** Mean cosine of an item's vector after training with the one before. */
  private static double closeness(Dataset data, Path out, Extensions own) throws Exception {
    RunConfig config = SmallShop.config("evaluation.everyEpochs=0");
    Training.start(data, config, out, Training.Options.DEFAULT.withExtensions(own));
    try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty());
        ModelScorer scorer = run.scorer(Split.VALIDATION)) {
      float[] now = scorer.itemVectors().toFloatArray();
      double sum = 0;
      for (int item = 0; item < data.items(); item++) {
        sum += now[item * DIM + item % DIM];
      }
      return sum / data.items();
    }
  }
}
