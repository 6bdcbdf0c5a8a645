package dev.twotower.data.describe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureShapeTest {
  @Test
  void eachKindIsCountedAsItIsStored() {
    MemoryEntityTable table =
        new MemoryEntityTable(
            List.of("a", "b", "c", "d"),
            List.of(),
            List.of(
                MemoryFeature.categorical("shelf", Arrays.asList("x", "y", "x", null)),
                MemoryFeature.multi(
                    "tags", List.of(List.of("p", "q"), List.of(), List.of("r"), List.of())),
                MemoryFeature.numeric("price", new float[] {2, 2, 3, Float.NaN}),
                MemoryFeature.vector("v", new float[][] {{1, 0}, {0, 0}, {0, 1}, {1, 1}})));
    assertThat(FeatureShape.of(table))
        .containsExactly(
            new FeatureShape("shelf", "categorical", 2, null, 0.25),
            new FeatureShape("tags", "multi", 3, null, 0.5),
            new FeatureShape("price", "numeric", 2, null, 0.25),
            new FeatureShape("v", "vector", null, 2, 0.25));
  }
}
