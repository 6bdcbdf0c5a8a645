package dev.twotower.trainer.serving.export;

import com.github.jelmerk.hnswlib.core.Item;

/** An item of an exported HNSW index: the id the log used, and a unit vector. */
public record HnswVector(String id, float[] vector) implements Item<String, float[]> {
  @Override
  public int dimensions() {
    return vector.length;
  }
}
