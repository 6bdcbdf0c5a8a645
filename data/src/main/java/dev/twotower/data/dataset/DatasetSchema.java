package dev.twotower.data.dataset;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the rows handed to a {@link DatasetWriter} hold.
 *
 * @param time what times count
 * @param weighted whether rows have weights; unweighted rows read back as 1
 * @param requests where requests come from, for the manifest: {@code log}, {@code sessions of 1800
 *     s}, {@code one per user}
 * @param contexts context columns, in the order their values are handed over
 * @param rowsPerBatch rows per record batch, a power of two from 8 to 2^26
 */
public record DatasetSchema(
    Manifest.TimeUnit time,
    boolean weighted,
    String requests,
    List<ContextSpec> contexts,
    int rowsPerBatch) {
  /** 2^20 rows: some 28 MB per batch without context columns. */
  public static final int DEFAULT_ROWS_PER_BATCH = 1 << 20;

  /** More would not fit one map of memory. */
  private static final int MOST_ROWS_PER_BATCH = 1 << 26;

  static final String ROWS_PER_BATCH = "a power of two from 8 to " + MOST_ROWS_PER_BATCH;

  static boolean isRowsPerBatch(int rows) {
    return rows >= 8 && rows <= MOST_ROWS_PER_BATCH && Integer.bitCount(rows) == 1;
  }

  public DatasetSchema {
    contexts = List.copyOf(contexts);
    if (!isRowsPerBatch(rowsPerBatch)) {
      throw new IllegalArgumentException(
          "rowsPerBatch is " + rowsPerBatch + "; allowed: " + ROWS_PER_BATCH);
    }
    Set<String> names = new HashSet<>();
    for (ContextSpec context : contexts) {
      if (!names.add(context.name())) {
        throw new IllegalArgumentException(
            "context column '" + context.name() + "' is declared twice");
      }
    }
  }

  public DatasetSchema(
      Manifest.TimeUnit time, boolean weighted, String requests, List<ContextSpec> contexts) {
    this(time, weighted, requests, contexts, DEFAULT_ROWS_PER_BATCH);
  }

  /**
   * A context column.
   *
   * @param name its name in {@code context:NAME} masks
   * @param vocabulary texts of codes 1, 2, ... for a categorical column, null for a numeric one
   * @param lists where a code stands for several values, those of each code; null where a code is
   *     one value
   */
  public record ContextSpec(String name, List<String> vocabulary, ListedValues lists) {
    public ContextSpec {
      vocabulary = vocabulary == null ? null : List.copyOf(vocabulary);
    }

    public ContextSpec(String name, List<String> vocabulary) {
      this(name, vocabulary, null);
    }

    public static ContextSpec numeric(String name) {
      return new ContextSpec(name, null);
    }

    /** Code 0 is missing; text i of the list gets code i + 1. */
    public static ContextSpec categorical(String name, List<String> vocabulary) {
      return new ContextSpec(name, vocabulary);
    }

    public boolean isNumeric() {
      return vocabulary == null;
    }
  }
}
