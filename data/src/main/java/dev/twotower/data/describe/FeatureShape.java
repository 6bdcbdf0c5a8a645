package dev.twotower.data.describe;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Words;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.List;

/**
 * A feature of users, items or requests, as a setting names it.
 *
 * @param kind categorical, multi, numeric or vector
 * @param values distinct values; null for vectors
 * @param dimension numbers of a vector; null for other kinds
 * @param missing share of the users, items or requests that have none; of vectors, those that are
 *     all zeros
 */
public record FeatureShape(
    String name, String kind, Integer values, Integer dimension, double missing) {

  /** The features of a table, in its order. */
  public static List<FeatureShape> of(EntityTable table) {
    return table.features().stream().map(feature -> of(feature, table.size())).toList();
  }

  /** Those of a table's features that hold several values. */
  static List<FeatureShape> lists(EntityTable table) {
    return table.features().stream()
        .filter(feature -> feature.kind() == FeatureKind.MULTI)
        .map(feature -> of(feature, table.size()))
        .toList();
  }

  private static FeatureShape of(FeatureColumn feature, int size) {
    boolean vector = feature.kind() == FeatureKind.VECTOR;
    IntOpenHashSet numbers = new IntOpenHashSet();
    float[] row = new float[vector ? feature.dimension() : 0];
    int missing = 0;
    for (int entity = 0; entity < size; entity++) {
      boolean none =
          switch (feature.kind()) {
            case CATEGORICAL -> feature.code(entity) == 0;
            case MULTI -> feature.codes(entity).length == 0;
            case NUMERIC -> Float.isNaN(feature.value(entity));
            case VECTOR -> zeros(feature, entity, row);
          };
      missing += none ? 1 : 0;
      if (feature.kind() == FeatureKind.NUMERIC && !none) {
        numbers.add(Float.floatToIntBits(feature.value(entity)));
      }
    }
    return new FeatureShape(
        feature.name(),
        Words.of(feature.kind()),
        switch (feature.kind()) {
          // The code 0 stands for values that are not known.
          case CATEGORICAL, MULTI -> feature.cardinality() - 1;
          case NUMERIC -> numbers.size();
          case VECTOR -> null;
        },
        vector ? feature.dimension() : null,
        size == 0 ? 0 : missing / (double) size);
  }

  private static boolean zeros(FeatureColumn feature, int entity, float[] row) {
    feature.vector(entity, row);
    for (float number : row) {
      if (number != 0) {
        return false;
      }
    }
    return true;
  }

  /** What there is of it: {@code 412 values} or {@code 16 numbers each}. */
  public String amount() {
    return dimension == null
        ? Amount.of(values, "value")
        : Amount.of(dimension, "number") + " each";
  }
}
