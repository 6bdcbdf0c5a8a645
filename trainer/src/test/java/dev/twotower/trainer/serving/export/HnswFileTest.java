package dev.twotower.trainer.serving.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HnswFileTest {
  private static final int ROWS = 2000;
  private static final int DIMENSION = 16;
  private static final int NEAREST = 10;

  @TempDir private Path folder;

  /** Random unit vectors, the hardest to index. */
  private record Random(String name, float[][] values) implements Vectors {
    static Random of(String name) {
      UniformRandomProvider random = Streams.stream(1, "hnsw-file-test");
      float[][] values = new float[ROWS][DIMENSION];
      for (float[] row : values) {
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
          row[i] = random.nextFloat() - 0.5f;
          squares += row[i] * row[i];
        }
        for (int i = 0; i < DIMENSION; i++) {
          row[i] /= (float) Math.sqrt(squares);
        }
      }
      return new Random(name, values);
    }

    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public String id(int row) {
      return "item " + row;
    }

    @Override
    public void read(int from, int count, float[] into) {
      for (int i = 0; i < count; i++) {
        System.arraycopy(values[from + i], 0, into, i * DIMENSION, DIMENSION);
      }
    }
  }

  @Test
  void findsTheItemsOfLargestInnerProduct() throws IOException {
    Random items = Random.of("items");
    Path directory = folder.resolve("serving");
    assertThat(
            VectorExport.write(
                directory,
                Set.of(ExportFormat.HNSW),
                List.of(items, Random.of("users")),
                Map.of("similarity", "dot product")))
        .containsExactly("export.json", "items.hnsw");
    HnswIndex<String, float[], HnswVector, Float> index =
        HnswIndex.load(directory.resolve("items.hnsw"));
    int found = 0;
    for (int query = 0; query < 100; query++) {
      float[] asked = items.values()[query];
      Set<String> nearest = new HashSet<>();
      index.findNearest(asked, NEAREST).forEach(result -> nearest.add(result.item().id()));
      found +=
          (int)
              IntStream.range(0, ROWS)
                  .boxed()
                  .sorted(Comparator.comparingDouble(row -> -dot(asked, items.values()[row])))
                  .limit(NEAREST)
                  .filter(row -> nearest.contains(items.id(row)))
                  .count();
    }
    assertThat(found).isGreaterThan(95 * NEAREST);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
