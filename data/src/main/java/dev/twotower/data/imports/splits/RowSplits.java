package dev.twotower.data.imports.splits;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.message.Amount;
import dev.twotower.data.random.Streams;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Puts the rows of the table {@code events} into splits: the table {@code placed}, and {@code
 * trained}, the ord of rows known to stay in training.
 */
public final class RowSplits {
  /** Of counts from the end: the last is test, the one before it validation, if there are three. */
  private static final String LAST_TWO =
      "CASE WHEN total < 3 OR back > 2 THEN 0 WHEN back = 2 THEN 1 ELSE 2 END AS s";

  private final QuerySession session;

  private RowSplits(QuerySession session) {
    this.session = session;
  }

  /** Splits by a rule, for any held-out items. */
  public static RowSplits of(QuerySession session, SplitRule rule, TimeColumn time) {
    String split;
    SplitRule ofRows = rule.ofRows();
    if (ofRows instanceof SplitRule.LeaveLastOut) {
      split =
          "SELECT * EXCLUDE (s, back, total), %s FROM (SELECT *, row_number() OVER (PARTITION BY u ORDER BY t DESC, ord DESC) AS back, count(*) OVER (PARTITION BY u) AS total FROM events)"
              .formatted(LAST_TWO);
    } else if (ofRows instanceof SplitRule.LeaveLastRequestOut) {
      // Requests are numbered by user and time.
      split =
          "SELECT events.* EXCLUDE (s), %s FROM events JOIN (SELECT n, row_number() OVER (PARTITION BY u ORDER BY n DESC) AS back, count(*) OVER (PARTITION BY u) AS total FROM requests) AS r ON r.n = events.q"
              .formatted(LAST_TWO);
    } else if (ofRows instanceof SplitRule.Time cut) {
      TimeCuts cuts = TimeCuts.find(session, time, cut.fraction());
      split =
          "SELECT * EXCLUDE (s), CASE WHEN t < %s THEN 0 WHEN t < %s THEN 1 ELSE 2 END AS s FROM events"
              .formatted(cuts.validation(), cuts.test());
    } else {
      split = "SELECT * FROM events";
    }
    session.run("CREATE TABLE placed AS " + split);
    session.run("DROP TABLE events");
    session.run("CREATE TABLE drawn (ord BIGINT)");
    session.run(
        "CREATE VIEW trained AS SELECT ord FROM placed WHERE s = 0 AND ord NOT IN (SELECT ord FROM"
            + " drawn)");
    return new RowSplits(session);
  }

  /**
   * Takes the training rows of held-out items away.
   *
   * @return how many, under the reason for leaving them out; empty where no items are held out
   * @throws BadDataException when the share makes no item, or leaves no training row
   */
  public Map<String, Long> holdOut(SplitRule.ColdItems rule, long seed, List<String> notes) {
    IntArrayList found = new IntArrayList();
    session.forEach(
        "SELECT DISTINCT i FROM placed WHERE s = 0 ORDER BY i", row -> found.add(row.getInt(1)));
    int[] items = found.toIntArray();
    int cold = (int) Math.round(rule.fraction() * items.length);
    if (cold == 0 || cold == items.length) {
      throw new BadDataException(
          "--split %s holds out %d of the %d items with training rows; choose another fraction"
              .formatted(rule, cold, items.length));
    }
    PermutationSampler.shuffle(Streams.stream(seed, "import.cold-items"), items);
    session.run("CREATE TABLE cold (i BIGINT)");
    session.fill("cold", Arrays.stream(items, 0, cold).asLongStream());
    String rows = "FROM placed WHERE i IN (SELECT i FROM cold) AND s ";
    long dropped = session.number("SELECT count(*) " + rows + "= 0");
    long validation = session.number("SELECT count(*) " + rows + "= 1");
    long test = session.number("SELECT count(*) " + rows + "= 2");
    session.run("DELETE " + rows + "= 0");
    notes.add(
        "held out of training: %s of %s, with %s of validation and %s of test"
            .formatted(
                Amount.number(cold),
                Amount.of(items.length, "item"),
                Amount.of(validation, "row"),
                Amount.number(test)));
    return Map.of("training rows of held-out items (--split cold-items)", dropped);
  }

  /** Rows per split, before a validation part is drawn. */
  public long[] splitRows() {
    long[] rows = new long[Split.values().length];
    session.forEach(
        "SELECT s, count(*) FROM placed GROUP BY s", row -> rows[row.getInt(1)] = row.getLong(2));
    return rows;
  }

  /** Tells beforehand which train rows will be drawn, so that they do not count as such. */
  public void draw(ValidationDraw draw) {
    LongStream.Builder drawn = LongStream.builder();
    session.forEach(
        "SELECT u, ord FROM placed WHERE s = 0 ORDER BY q, t, ord",
        row -> {
          if (draw.next(row.getInt(1))) {
            drawn.add(row.getLong(2));
          }
        });
    session.fill("drawn", drawn.build());
  }

  /** Train rows of each user. */
  public int[] trainRows(int users) {
    int[] rows = new int[users];
    session.forEach(
        "SELECT u, count(*) FROM placed WHERE s = 0 GROUP BY u",
        row -> rows[row.getInt(1)] = Math.toIntExact(row.getLong(2)));
    return rows;
  }
}
