package dev.twotower.trainer.table;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingTableTest {
  /** Otherwise a seed would give other weights on a device that rows are sent to. */
  @ParameterizedTest
  @CsvSource({"100, 7", "33, 16", "64, 64", "5, 3", "1000, 1"})
  void rowsDrawnInPiecesAreThoseDrawnAtOnce(int rows, int width) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Shape shape = new Shape(rows, width);
      Engine.getInstance().setRandomSeed(7);
      float[] atOnce = manager.randomNormal(0, 0.5f, shape, DataType.FLOAT32).toFloatArray();
      Engine.getInstance().setRandomSeed(7);
      NDArray pieces = manager.create(shape, DataType.FLOAT32);
      EmbeddingTable.draw(pieces, 0.5f, 16);
      assertThat(pieces.toFloatArray()).isEqualTo(atOnce);
      assertThat(atOnce).doesNotContain(0f);
    }
  }
}
