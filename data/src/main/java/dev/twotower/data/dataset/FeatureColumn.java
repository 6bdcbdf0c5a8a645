package dev.twotower.data.dataset;

import java.util.List;

/**
 * A feature of users or items, addressed by the entity's dense index. A method that does not fit
 * the kind throws {@link IllegalStateException}.
 */
public interface FeatureColumn {
  String name();

  FeatureKind kind();

  /** Number of codes, the unknown code 0 included (categorical and multi-valued). */
  int cardinality();

  /** The entity's code in 0..cardinality-1; 0 means missing or unknown. */
  int code(int entity);

  /** The entity's codes, possibly none (multi-valued). */
  int[] codes(int entity);

  /** The entity's number, NaN where missing. */
  float value(int entity);

  /** Length of the vector. */
  int dimension();

  /** Copies the entity's vector into {@code out}, length {@link #dimension()}. */
  void vector(int entity, float[] out);

  /** The values in a text that somebody typed: itself, or its words where values are words. */
  default List<String> values(String text) {
    return List.of(text);
  }

  /** The text behind a code (categorical and multi-valued). */
  String text(int code);
}
