package dev.twotower.trainer.ids.quantize;

import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Items of six departments with four shelves each. What varies most in their vectors is a style
 * that has nothing to do with the department; the department is there, but fainter.
 */
final class Shop {
  static final int DEPARTMENTS = 6;
  static final int SHELVES = 4;
  static final int STYLES = 8;
  static final int DIMENSION = 16;

  private Shop() {}

  static ItemVectors items(int count) {
    int[] parent = new int[DEPARTMENTS + DEPARTMENTS * SHELVES];
    String[] names = new String[parent.length];
    for (int node = 0; node < parent.length; node++) {
      parent[node] = node < DEPARTMENTS ? -1 : (node - DEPARTMENTS) / SHELVES;
      names[node] = node < DEPARTMENTS ? "department " + node : "shelf " + (node - DEPARTMENTS);
    }
    UniformRandomProvider random = Streams.stream(1, "shop");
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    float[][] style = directions(STYLES, 3, 0, DIMENSION / 2, normal);
    float[][] department = directions(DEPARTMENTS, 1.5, DIMENSION / 2, DIMENSION, normal);
    int[] itemNode = new int[count];
    float[][] values = new float[count][DIMENSION];
    List<String> ids = new ArrayList<>();
    for (int item = 0; item < count; item++) {
      int shelf = random.nextInt(DEPARTMENTS * SHELVES);
      itemNode[item] = DEPARTMENTS + shelf;
      float[] styled = style[random.nextInt(STYLES)];
      for (int d = 0; d < DIMENSION; d++) {
        values[item][d] =
            styled[d] + department[shelf / SHELVES][d] + (float) (0.2 * normal.sample());
      }
      ids.add("i" + item);
    }
    return new ItemVectors(
        "a shop",
        ids,
        ids,
        Optional.of(CategoryTree.of(parent, names, itemNode)),
        Optional.empty(),
        values);
  }

  private static float[][] directions(
      int count, double size, int from, int to, ZigguratSampler.NormalizedGaussian normal) {
    float[][] directions = new float[count][DIMENSION];
    for (float[] direction : directions) {
      double squares = 0;
      for (int d = from; d < to; d++) {
        direction[d] = (float) normal.sample();
        squares += direction[d] * direction[d];
      }
      for (int d = from; d < to; d++) {
        direction[d] *= (float) (size / Math.sqrt(squares));
      }
    }
    return directions;
  }
}
