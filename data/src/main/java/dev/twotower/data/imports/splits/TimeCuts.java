package dev.twotower.data.imports.splits;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.TimeColumn;

/**
 * Where {@code time:FRACTION} cuts the table {@code events}: rows from {@code test} on are test,
 * those from {@code validation} on validation. Cuts lie between unequal times. The one taken leaves
 * each split a row, as far as there are enough times, and of those it is the one whose share of the
 * rows is nearest to the fraction (of two equally near, the later).
 *
 * @param test SQL of the first time of the test rows
 * @param validation SQL of the first time of the validation rows
 */
record TimeCuts(String validation, String test) {

  static TimeCuts find(QuerySession session, TimeColumn time, double fraction) {
    Search search = new Search(session, time, fraction);
    String first = search.value("min(t)", "TRUE");
    String second = search.value("min(t)", "t > " + first);
    String test = search.nearest(1 - fraction, second, null);
    String validation = search.nearest(1 - 2 * fraction, first, test);
    return new TimeCuts(validation, test);
  }

  /** Looks for cuts from a quantile on, which ties can put some rows away from the best. */
  private static final class Search {
    private final QuerySession session;
    private final String type;
    private final double wanted;

    Search(QuerySession session, TimeColumn time, double fraction) {
      this.session = session;
      this.type = time.type();
      this.wanted = fraction * session.number("SELECT count(*) FROM events");
    }

    /**
     * The time such that about the wanted number of rows lie from it up to, but before, {@code
     * end}.
     *
     * @param after the cut is later than this
     * @param end the cut is earlier than this; null for none
     */
    String nearest(double quantile, String after, String end) {
      String below = end == null ? "TRUE" : "t < " + end;
      String allowed = "t > " + after + " AND " + below;
      String cut = value("quantile_disc(t, " + quantile + ")", "TRUE");
      String inside = value("max(t)", allowed + " AND t <= " + cut);
      cut = inside.equals(NONE) ? value("min(t)", allowed) : inside;
      if (cut.equals(NONE)) {
        return end == null ? after : end;
      }
      double error = error(cut, below);
      while (true) {
        String later = value("min(t)", allowed + " AND t > " + cut);
        double laterError = later.equals(NONE) ? Double.MAX_VALUE : error(later, below);
        if (laterError > error) {
          break;
        }
        cut = later;
        error = laterError;
      }
      while (true) {
        String earlier = value("max(t)", allowed + " AND t < " + cut);
        double earlierError = earlier.equals(NONE) ? Double.MAX_VALUE : error(earlier, below);
        if (earlierError >= error) {
          return cut;
        }
        cut = earlier;
        error = earlierError;
      }
    }

    private double error(String cut, String below) {
      long rows = session.number("SELECT count(*) FROM events WHERE t >= " + cut + " AND " + below);
      return Math.abs(rows - wanted);
    }

    private static final String NONE = "CAST(NULL AS BIGINT)";

    String value(String aggregate, String condition) {
      String text =
          session
              .texts(
                  "SELECT CAST(%s AS VARCHAR) FROM events WHERE %s".formatted(aggregate, condition))
              .get(0);
      return text == null ? NONE : "CAST('%s' AS %s)".formatted(text, type);
    }
  }
}
