package dev.twotower.trainer.serving.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HnswFileTest {
  private static final int ROWS = 2000;
  private static final int DIMENSION = 16;
  private static final int NEAREST = 10;

  /** A vector of zeros: nothing is known of it. */
  private static final int ZERO = 17;

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
      values[ZERO] = new float[DIMENSION];
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
    Path file = folder.resolve("items.hnsw");
    HnswFile.write(items, file);
    HnswIndex index = HnswIndex.read(file);
    assertThat(index.size()).isEqualTo(ROWS - 1);
    int found = 0;
    for (int query = 0; query < 100; query++) {
      float[] asked = items.values()[query];
      List<Integer> nearest = Arrays.stream(index.nearest(asked, NEAREST, 100)).boxed().toList();
      assertThat(nearest).hasSize(NEAREST).doesNotContain(ZERO).doesNotHaveDuplicates();
      found +=
          (int)
              IntStream.range(0, ROWS)
                  .boxed()
                  .sorted(Comparator.comparingDouble(row -> -dot(asked, items.values()[row])))
                  .limit(NEAREST)
                  .filter(nearest::contains)
                  .count();
    }
    assertThat(found).isGreaterThan(95 * NEAREST);
    assertThat(index.nearest(items.values()[3], ROWS, ROWS)).hasSizeGreaterThan(ROWS * 9 / 10);
  }

  @Test
  void theSameVectorsGiveTheSameBytes() throws IOException {
    HnswFile.write(Random.of("items"), folder.resolve("one"));
    HnswFile.write(Random.of("items"), folder.resolve("two"));
    assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
  }

  /** What hnswlib's saveIndex writes: a header, nodes of equal size, then the links above. */
  @Test
  void theFileIsLaidOutAsHnswlibReadsIt() throws IOException {
    HnswFile.write(Random.of("items"), folder.resolve("items.hnsw"));
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("items.hnsw")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int nodes = ROWS - 1;
    int node = 4 + 32 * 4 + DIMENSION * 4 + 8;
    // offset of level 0, most elements, elements, bytes of one, offsets of label and vector.
    for (long expected : new long[] {0, nodes, nodes, node, node - 8, 4 + 32 * 4}) {
      assertThat(bytes.getLong()).isEqualTo(expected);
    }
    int levels = bytes.getInt();
    assertThat(levels).isBetween(1, 6);
    assertThat(bytes.getInt()).isBetween(0, nodes - 1);
    for (long expected : new long[] {16, 32, 16}) {
      assertThat(bytes.getLong()).isEqualTo(expected);
    }
    assertThat(bytes.getDouble()).isEqualTo(1 / Math.log(16));
    assertThat(bytes.getLong()).isEqualTo(200);
    bytes.position(96 + nodes * node);
    int above = 0;
    while (bytes.hasRemaining()) {
      int size = bytes.getInt();
      assertThat(size % (4 + 16 * 4)).isZero();
      bytes.position(bytes.position() + size);
      above++;
    }
    assertThat(above).isEqualTo(nodes);
  }

  @Test
  void refusesWhatIsNoIndex() throws IOException {
    Path file = folder.resolve("items.hnsw");
    HnswFile.write(Random.of("items"), file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    refused(file, "ends too early");
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    refused(file, "longer");
    byte[] linked = whole.clone();
    linked[96 + 4 + 3] = 127;
    Files.write(file, linked);
    refused(file, "a link");
    Files.write(file, new byte[96]);
    refused(file, "nodes: 0");
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> HnswIndex.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("items.hnsw")
        .hasMessageContaining(why);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
