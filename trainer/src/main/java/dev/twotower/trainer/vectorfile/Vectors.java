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

  /** Whether it is known how often training met each row. */
  default boolean counted() {
    return false;
  }

  /** Training rows of an item: its popularity; 0 where that is not known. */
  default int popularity(int row) {
    return 0;
  }

  /** A name for people, the id where there is none. */
  default String label(int row) {
    return id(row);
  }
}
