package dev.twotower.trainer.vectorfile;

import dev.twotower.trainer.tensor.FloatMatrix;

/** Vectors of users or of items, row by row; named {@code users} or {@code items}. */
public interface Vectors extends FloatMatrix {
  /** The id the log used. */
  String id(int row);

  /** Whether rows have names for people beside their ids. */
  default boolean named() {
    return false;
  }

  /** A name for people, the id where there is none. */
  default String label(int row) {
    return id(row);
  }
}
