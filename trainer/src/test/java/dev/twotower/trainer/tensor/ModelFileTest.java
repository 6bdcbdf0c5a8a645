package dev.twotower.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir private Path folder;

  /** Some maps change their order from process to process; files must not. */
  @Test
  void equalArraysMakeEqualFilesWhateverTheirOrder() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray mean = manager.create(new float[] {1, 2, 3});
      NDArray variance = manager.create(new float[][] {{4, 5}, {6, 7}});
      Map<String, NDArray> one = new LinkedHashMap<>();
      one.put("mean", mean);
      one.put("variance", variance);
      Map<String, NDArray> other = new LinkedHashMap<>();
      other.put("variance", variance);
      other.put("mean", mean);
      ModelFile.write(folder.resolve("one"), one);
      ModelFile.write(folder.resolve("other"), other);
      assertThat(Files.mismatch(folder.resolve("one"), folder.resolve("other"))).isEqualTo(-1);
      NDArray read = manager.zeros(variance.getShape());
      ModelFile.read(folder.resolve("one"), Map.of("variance", read));
      assertThat(read).isEqualTo(variance);
    }
  }
}
