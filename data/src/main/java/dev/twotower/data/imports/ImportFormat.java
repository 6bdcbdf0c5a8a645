package dev.twotower.data.imports;

import dev.twotower.data.message.Received;
import dev.twotower.data.message.Words;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
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

  /** What people call the files that a table is read from. */
  private static final Set<String> FILES =
      Set.of("csv", "tsv", "txt", "parquet", "arrow", "feather", "json", "jsonl", "ndjson");

  @Override
  public String toString() {
    return Words.of(this);
  }

  /**
   * Reads a format's name. Names of kinds of files are answered with the format that reads them.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static ImportFormat parse(String text) {
    if (FILES.contains(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "received %s; a file's kind is found by itself: 'table' is the format of csv, Parquet, Arrow and JSON files, as in: import table --from log.%s --column user=COLUMN --column item=COLUMN; others for logs that are known: %s"
              .formatted(Received.quoted(text), text.toLowerCase(Locale.ROOT), others()));
    }
    return Words.parse(ImportFormat.class, text, "unknown format");
  }

  private static String others() {
    return Arrays.stream(values())
        .filter(format -> format != TABLE)
        .map(ImportFormat::toString)
        .collect(Collectors.joining(", "));
  }
}
