package dev.twotower.trainer.serving.export;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.twotower.trainer.tensor.FloatRows;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a graph for approximate nearest neighbours by inner product (HNSW: Malkov and Yashunin,
 * IEEE TPAMI 42, 2020), read back with {@code HnswIndex.load} of hnswlib-core. That library draws
 * the layers of its graph again in every process, and does not take a seed: two exports of one
 * model differ in this file alone.
 */
final class HnswFile {
  /** Neighbours of a vector on each layer; the usual 16 finds 95 % and up of the nearest. */
  private static final int NEIGHBOURS = 16;

  private static final int BREADTH_BUILDING = 200;
  private static final int BREADTH_SEARCHING = 100;

  private HnswFile() {}

  static void write(Vectors vectors, Path file) throws IOException {
    int dimension = vectors.dimension();
    HnswIndex<String, float[], HnswVector, Float> index =
        HnswIndex.newBuilder(
                dimension, DistanceFunctions.FLOAT_INNER_PRODUCT, Math.max(1, vectors.rows()))
            .withM(NEIGHBOURS)
            .withEfConstruction(BREADTH_BUILDING)
            .withEf(BREADTH_SEARCHING)
            .build();
    int block = FloatRows.block(vectors);
    float[] values = new float[block * dimension];
    for (int from = 0; from < vectors.rows(); from += block) {
      int count = Math.min(block, vectors.rows() - from);
      vectors.read(from, count, values);
      for (int i = 0; i < count; i++) {
        float[] vector = Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension);
        index.add(new HnswVector(vectors.id(from + i), vector));
      }
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      index.save(out);
    }
  }
}
