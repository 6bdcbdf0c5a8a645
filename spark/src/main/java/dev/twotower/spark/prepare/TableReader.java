package dev.twotower.spark.prepare;

import dev.twotower.data.BadDataException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
      Dataset<Row> read = from.isEmpty() ? reader.load() : reader.load(from.toArray(String[]::new));
      requireColumns(read, flag, from, name);
      return read;
    } catch (BadDataException unusable) {
      throw unusable;
    } catch (Exception refused) {
      // Spark's exceptions are not all declared to Java.
      throw SparkRefusal.ofTable(flag, from, name, refused);
    }
  }

  /** Files without a line, or without one that is JSON. */
  private static void requireColumns(
      Dataset<Row> read, String flag, List<String> from, String format) {
    List<String> names = List.of(read.columns());
    if (names.isEmpty() || names.equals(List.of("_corrupt_record"))) {
      throw new BadDataException(
          "%s: '%s' %s; name the format with --format where it is another"
              .formatted(
                  flag,
                  String.join(", ", from),
                  names.isEmpty()
                      ? "has no columns: it is empty"
                      : "has no line that Spark reads as " + format));
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
