package dev.twotower.data.imports;

import dev.twotower.data.message.Words;

/** The formats of {@code import FORMAT} (design 10). */
public enum ImportFormat {
  /** A MovieLens folder: ml-100k (u.data), ml-1m (ratings.dat), or ratings.csv. */
  MOVIELENS,
  /** A folder with train.txt and test.txt, a line per user: the user, then its items. */
  LIGHTGCN,
  /** Baskets: every row has a request; an Instacart folder needs no further options. */
  BASKETS,
  /** Any csv, tsv, Parquet, JSON or Arrow file, described by options. */
  TABLE;

  @Override
  public String toString() {
    return Words.of(this);
  }

  /**
   * Reads a format's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static ImportFormat parse(String text) {
    return Words.parse(ImportFormat.class, text, "unknown format");
  }
}
