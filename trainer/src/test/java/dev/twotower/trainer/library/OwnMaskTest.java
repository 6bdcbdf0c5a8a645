package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.batch.ContextValues;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.train.BatchPlanner;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.PlannedBatch;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mask over a column that no file holds: items of one brand are no negatives of each other. */
class OwnMaskTest {
  private static final int BRANDS = 7;

  /** Item 13 has no brand, so no candidate agrees with it. */
  private static double brand(int item) {
    return item == 13 ? Double.NaN : item % BRANDS;
  }

  private static final ContextValues BRAND = rows -> row -> brand(rows.item(row));

  @ParameterizedTest
  @ValueSource(strings = {"dedup", "dense"})
  void removesExactlyTheCandidatesThatAgree(String engine, @TempDir Path folder) throws Exception {
    RunConfig config = SmallShop.config("masks=identity+context:brand", "engine=" + engine);
    Extensions own = Extensions.NONE.withColumn("brand", BRAND);
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
        BatchPlanner planner = new BatchPlanner(data, config, model.sources(), own);
        PlannedBatch batch = planner.newBatch();
        assertThat(planner.next(batch)).isTrue();
        NegativesPlan plan = batch.plan();
        for (int anchor = 0; anchor < batch.size(); anchor++) {
          assertThat(plan.negatives(plan.rowPositive(anchor)))
              .isEqualTo(unlike(plan, anchor, batch.size()));
        }
      }
      TrainingResult result =
          Training.start(
              data, config, folder.resolve("run"), Training.Options.DEFAULT.withExtensions(own));
      assertThat(result.metrics().get("recall@20")).isGreaterThan(0.4);
    }
  }

  private static long unlike(NegativesPlan plan, int anchor, int size) {
    int item = plan.index().item(plan.index().rowColumn(anchor));
    long count = 0;
    for (int row = 0; row < size; row++) {
      int other = plan.index().item(plan.index().rowColumn(row));
      count += other != item && brand(other) != brand(item) ? 1 : 0;
    }
    return count;
  }
}
