package dev.twotower.data.imports.source;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.Amount;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of a side file that share a key. Identical rows count once; where rows differ, none can be
 * known to be right, so they are refused.
 *
 * @param keys SQL of the key's texts
 * @param what what needs one row per key, for messages
 */
public record RepeatedKeys(
    QuerySession session, SourceTable table, List<String> keys, String what) {
  /**
   * The table's rows, one per key; rows without a key are left out.
   *
   * @throws BadDataException naming a key with several rows of unlike values, and their lines
   */
  public String single() {
    return single(
        table.columnNames().stream().map(SourceTable::textColumn).map(c -> ident(c)).toList());
  }

  /** The same, where only some values count. */
  public String single(List<String> values) {
    String keyed =
        "SELECT * FROM (%s) WHERE %s"
            .formatted(
                table.query(),
                keys.stream()
                    .map(key -> "coalesce(trim(" + key + "), '') <> ''")
                    .collect(Collectors.joining(" AND ")));
    String key = String.join(", ", keys);
    String repeated =
        "SELECT %s FROM (%s) GROUP BY %s HAVING count(*) > 1".formatted(key, keyed, key);
    if (session.number("SELECT count(*) FROM (%s LIMIT 1)".formatted(repeated)) == 0) {
      return keyed;
    }
    if (!values.isEmpty()) {
      requireEqual(keyed, repeated, values);
    }
    return "%s QUALIFY row_number() OVER (PARTITION BY %s ORDER BY \"@file\", \"@record\") = 1"
        .formatted(keyed, key);
  }

  private void requireEqual(String keyed, String repeated, List<String> values) {
    String row = values.stream().collect(Collectors.joining(", ", "[", "]"));
    String key = String.join(", ", keys);
    session.forEach(
        "SELECT concat_ws(', ', %1$s), count(*), arg_min(\"@file\", ord), arg_min(\"@record\", ord), arg_max(\"@file\", ord), arg_max(\"@record\", ord), count(*) OVER () FROM (SELECT *, (CAST(\"@file\" AS BIGINT) << 40) + \"@record\" AS ord, %2$s AS said FROM (%3$s) WHERE [%1$s] IN (SELECT [%1$s] FROM (%4$s))) GROUP BY %1$s HAVING count(DISTINCT said) > 1 ORDER BY min(ord) LIMIT 1"
            .formatted(key, row, keyed, repeated),
        found -> {
          SourceTable.SourceFile first = table.files().get(found.getInt(3));
          SourceTable.SourceFile last = table.files().get(found.getInt(5));
          throw new BadDataException(
              "%s has %d rows with key '%s' that differ, such as %s %s %d and %s %s %d (%s in all); %s needs one row per key, so keep the right one of each"
                  .formatted(
                      table.label(),
                      found.getLong(2),
                      BadRow.shortened(found.getString(1)),
                      first.fileName(),
                      first.unit(),
                      first.lines(session, List.of(found.getLong(4))).get(0),
                      last.fileName(),
                      last.unit(),
                      last.lines(session, List.of(found.getLong(6))).get(0),
                      Amount.of(found.getLong(7), "such key"),
                      what));
        });
  }
}
