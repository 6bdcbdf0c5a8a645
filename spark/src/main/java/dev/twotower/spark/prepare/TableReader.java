package dev.twotower.spark.prepare;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens tables by path, glob or name. Columns of csv are texts, so that ids stay what they are. */
final class TableReader {
  private static final String TABLE = "table";

  private TableReader() {}

  /**
   * @param format Spark's name of the format, or {@code table}; empty to go by the name's end
   * @throws IllegalArgumentException when Spark cannot read it, with what it says
   */
  static Dataset<Row> read(
      SparkSession spark,
      String flag,
      List<String> from,
      Optional<String> format,
      Map<String, String> options) {
    String name = format.orElseGet(() -> guess(flag, from));
    try {
      if (name.equals(TABLE)) {
        return spark.table(from.get(0));
      }
      DataFrameReader reader = spark.read().format(name);
      if (name.equals("csv")) {
        // Quotes in quotes are doubled (RFC 4180).
        reader.option("header", "true").option("escape", "\"");
      }
      reader.options(options);
      return from.isEmpty() ? reader.load() : reader.load(from.toArray(String[]::new));
    } catch (Exception e) {
      // Spark's exceptions are not all declared to Java.
      if (e instanceof AnalysisException || e instanceof RuntimeException) {
        throw new IllegalArgumentException(
            "%s: Spark cannot read %s as %s: %s".formatted(flag, from, name, LogTable.firstLine(e)),
            e);
      }
      throw e;
    }
  }

  private static String guess(String flag, List<String> from) {
    String name = from.isEmpty() ? "" : from.get(0).toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.(csv|tsv)(\\.(gz|bz2|zst))?")) {
      return "csv";
    }
    if (name.matches(".*\\.(json|jsonl|ndjson)(\\.(gz|bz2|zst))?")) {
      return "json";
    }
    if (name.endsWith(".orc")) {
      return "orc";
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          flag + ": received no path and no --format; allowed: a path, a glob, or --format NAME");
    }
    return "parquet";
  }
}
