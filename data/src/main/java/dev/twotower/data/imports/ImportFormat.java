package dev.twotower.data.imports;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a format's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static ImportFormat parse(String text) {
    for (ImportFormat format : values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "unknown format '%s'; allowed: %s"
            .formatted(
                text,
                Arrays.stream(values())
                    .map(ImportFormat::toString)
                    .collect(Collectors.joining(", "))));
  }
}
