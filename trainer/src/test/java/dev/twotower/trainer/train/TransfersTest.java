package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.cuda.Transfer;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step waits for its device once, whatever it learns, and a GPU's kernels need few transfers. */
@Tag("gpu")
class TransfersTest {
  @TempDir private Path folder;

  /** What a step did: transfers to the device, waits for it, kernels and products. */
  private record Counts(long sent, long read, long kernels) {}

  private Counts ofStep(Device device) {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 240; row++) {
      builder.row(Split.TRAIN, row % 20, row * 7 % 30, row % 20 * 12 + row / 20, row);
    }
    RunConfig config =
        RunConfig.defaults()
            .with("threads=1", "batchSize=40", "dim=8", "loss.learnTemperature=true")
            .with("user.embedding=8", "item.embedding=8", "user.hidden=[8]", "item.hidden=[8]")
            .with("optimizer.clipNorm=1");
    try (Dataset data = builder.write(folder.resolve("data"));
        TwoTowerModel model = TwoTowerModel.create(data, config, device)) {
      BatchPlanner planner = new BatchPlanner(data, model.config(), model.sources());
      planner.resume(new SamplerPosition(0, 0));
      PlannedBatch batch = planner.newBatch();
      planner.next(batch);
      TrainingStep step = new TrainingStep(model);
      step.run(batch);
      planner.next(batch);
      long sent = Transfer.sent();
      long read = Transfer.read();
      long kernels = CudaDevice.calls();
      assertThat(step.run(batch).finite()).isTrue();
      return new Counts(
          Transfer.sent() - sent, Transfer.read() - read, CudaDevice.calls() - kernels);
    }
  }

  @Test
  void aStepOfTheEngineWaitsOnce() {
    Counts counts = ofStep(Device.cpu());
    assertThat(counts.read()).isEqualTo(1);
    assertThat(counts.sent()).isPositive();
    assertThat(counts.kernels()).isZero();
  }

  @Test
  void aStepOfKernelsWaitsOnce() {
    boolean gpu = Engine.getInstance().getGpuCount() > 0;
    assumeTrue(gpu && CudaDevice.of(Device.gpu(0)).isPresent(), "no GPU with kernels");
    Counts counts = ofStep(Device.gpu(0));
    assertThat(counts.read()).isEqualTo(1);
    assertThat(counts.sent()).isLessThanOrEqualTo(6);
    assertThat(counts.kernels()).isBetween(20L, 50L);
  }
}
