package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.topk.TiledScorer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Scores items by the product of vectors that something else made, of any length and scale. Who has
 * no vector, or one of zeros alone, is treated as those that a model of this project knows nothing
 * of: such an item ranks last, and for such a user items score by their training rows.
 */
public final class VectorScorer implements Scorer {
  private final float[][] users;
  private final VectorTiles tiles;

  /**
   * @param users a vector of each user by dense index, or null where it has none
   * @param items likewise of the items; all vectors have the same length
   * @param counts training rows of the items
   * @throws IllegalArgumentException where a vector has another length or holds what is no number
   */
  public VectorScorer(float[][] users, float[][] items, TrainCounts counts) {
    if (items.length != counts.items()) {
      throw new IllegalArgumentException(
          "received vectors for %d items; allowed: %d, the size of the catalogue"
              .formatted(items.length, counts.items()));
    }
    int width =
        Arrays.stream(items)
            .filter(vector -> vector != null)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no item has a vector"))
            .length;
    check("user", users, width);
    check("item", items, width);
    this.users = users.clone();
    this.tiles = new VectorTiles(this.users, items, width, counts);
  }

  private static void check(String whose, float[][] vectors, int width) {
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i] == null) {
        continue;
      }
      if (vectors[i].length != width) {
        throw new IllegalArgumentException(
            "the vector of %s %d has %d numbers; allowed: %d, as all others"
                .formatted(whose, i, vectors[i].length, width));
      }
      for (float value : vectors[i]) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "the vector of %s %d holds %s; allowed: numbers".formatted(whose, i, value));
        }
      }
    }
  }

  @Override
  public int items() {
    return tiles.items();
  }

  @Override
  public FloatBuffer scores(int[] numbers, int from, int count) {
    float[] scores = new float[Math.multiplyExact(count, items())];
    float[] row = new float[TiledScorer.TILE_ITEMS];
    for (int i = 0; i < count; i++) {
      try (TiledScorer.Block block = tiles.block(numbers, from + i, 1)) {
        for (int first = 0; first < items(); first += TiledScorer.TILE_ITEMS) {
          int width = Math.min(TiledScorer.TILE_ITEMS, items() - first);
          block.tile(first, width);
          block.row(0, row);
          System.arraycopy(row, 0, scores, i * items() + first, width);
        }
      }
    }
    return FloatBuffer.wrap(scores);
  }

  @Override
  public TiledScorer tiled() {
    return tiles;
  }
}
