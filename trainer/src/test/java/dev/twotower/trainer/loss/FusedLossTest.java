package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.LossConfig.Positive;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.CudaDevice;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's loss on both plans = plain-Java reference; skipped where there is no GPU. */
@Tag("gpu")
class FusedLossTest {
  private static final int BATCHES = 150;
  private static final List<Float> TEMPERATURES = List.of(1f, 0.3f, 0.1f, 0.05f, 0.02f, 0.01f);

  @ParameterizedTest
  @ValueSource(ints = {1, 1 << 20})
  void bothEnginesEqualTheReference(int tile) {
    Engine engine = Engine.getInstance();
    CudaDevice.Found found = CudaDevice.find(0);
    assumeTrue(found.device().isPresent(), "no GPU: " + found.missing());
    Device device = engine.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
    Random random = new Random(tile);
    try (NDManager manager = NDManager.newBaseManager(device)) {
      FusedLoss fused = new FusedLoss(found.device().get(), manager, Precision.FLOAT32, tile, 1);
      List<Case> cases = RandomBatches.casesWithCandidates().sampleStream().limit(BATCHES).toList();
      for (Case given : cases) {
        check(fused, device, given, random);
      }
      assertThat(cases).hasSize(BATCHES);
    }
  }

  private static void check(FusedLoss fused, Device device, Case given, Random random) {
    LossScene scene =
        new LossScene(
            given,
            TEMPERATURES.get(random.nextInt(TEMPERATURES.size())),
            Form.values()[random.nextInt(Form.values().length)],
            Positive.values()[random.nextInt(Positive.values().length)],
            Counting.values()[random.nextInt(Counting.values().length)],
            random.nextBoolean(),
            random.nextLong());
    ReferenceLoss expected = scene.reference();
    for (NegativesPlan plan : scene.plans()) {
      scene.check(plan, fused, device, expected);
    }
  }
}
