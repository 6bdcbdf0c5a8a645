package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.CommaNumbers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is asked of weights: column {@code w} of the table log, with its text {@code wt}. */
final class Weights {
  /** SQL that is true of a weight that can be used. */
  static final String SOUND = "w >= 0 AND isfinite(w)";

  /** Share of rows of weight 0 from which they are told. */
  private static final double ZERO = 0.01;

  private Weights() {}

  /**
   * Why rows are left out for their weight, and when, in SQL; the first that holds is told.
   *
   * @param commas whether decimals were asked to follow a comma
   */
  static Map<String, String> reasons(boolean commas) {
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("weight is absent", "w IS NULL AND coalesce(trim(wt), '') = ''");
    reasons.put(
        "weight is no number; " + CommaNumbers.remedy(commas),
        "w IS NULL AND " + CommaNumbers.sql("wt"));
    reasons.put(
        "weight is true or false; give COLUMN::BOOLEAN::INT in place of the column",
        "w IS NULL AND lower(trim(wt)) IN ('true', 'false')");
    reasons.put("weight is not a finite number", "w IS NULL OR NOT isfinite(w)");
    reasons.put("weight is negative", "w < 0");
    return reasons;
  }

  /** What is odd about the weights that are used; empty where nothing is. */
  static Optional<String> note(QuerySession session) {
    long[] counts = new long[2];
    session.forEach(
        "SELECT count(*), count(CASE WHEN w = 0 THEN 1 END) FROM log WHERE reason IS NULL",
        row -> {
          counts[0] = row.getLong(1);
          counts[1] = row.getLong(2);
        });
    long rows = counts[0];
    long silent = counts[1];
    if (silent > 0 && silent == rows) {
      return Optional.of(
          "all weights are 0, so that no row counts in training; name another column as --column"
              + " weight, or none");
    }
    return silent == 0 || silent < ZERO * rows
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d rows (%.1f %%) have weight 0: they teach nothing, but are negatives,"
                    + " count as engagement, and are items to find where they are held out; --where"
                    + " leaves rows out (told from 1 %% on)",
                silent,
                rows,
                100.0 * silent / rows));
  }
}
