package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest {
  @TempDir private Path folder;

  @Test
  void aCpuRefusesWhatOnlyAGpuCanDo() {
    RunConfig config = RunConfig.defaults().with("precision=bf16", "dim=4");
    try (Dataset data =
        new DatasetBuilder().row(Split.TRAIN, 0, 0, 0, 0).write(folder.resolve("data"))) {
      assertThatThrownBy(() -> TwoTowerModel.create(data, config, Device.cpu()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("precision is 'bf16'; allowed on cpu: float32");
    }
  }
}
