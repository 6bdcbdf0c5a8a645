package dev.twotower.data.imports;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of lines "user item item ...": a record per item. A user without items is allowed; a line
 * whose first word is not a number is not, whichever delimiter it was written with.
 */
record AdjacencyFile(Path path, String table) implements SourceTable.SourceFile {
  private static final int EXAMPLES = 5;
  private static final String NO_NUMBER =
      "id is not a whole number from 0 up (ids are separated by blanks)";
  private static final String WHOLE = "coalesce(regexp_full_match(%s, '[0-9]+'), FALSE)";

  static SourceTable open(QuerySession session, Path path, String split) {
    AdjacencyFile file = new AdjacencyFile(path, "adjacency_" + split);
    try {
      session.run(
          "CREATE TABLE %s AS WITH lines AS (SELECT row_number() OVER () AS line, string_split_regex(trim(text), '\\s+') AS ids FROM read_csv(%s, auto_detect = false, hive_partitioning = false, header = false, delim = '\\x01', quote = '', escape = '', columns = {'text': 'VARCHAR'}, max_line_size = 64000000)), filled AS (SELECT line, ids[1] AS \"user\", CASE WHEN len(ids) = 1 AND NOT %s THEN [NULL] ELSE ids[2:] END AS items FROM lines WHERE ids[1] <> ''), pairs AS (SELECT line, \"user\", unnest(items) AS item, generate_subscripts(items, 1) AS place FROM filled) SELECT row_number() OVER (ORDER BY line, place) AS record, line, \"user\", item, %s AND %s AS whole FROM pairs"
              .formatted(
                  file.table,
                  SqlPath.of(path),
                  WHOLE.formatted("ids[1]"),
                  WHOLE.formatted("\"user\""),
                  WHOLE.formatted("item")));
    } catch (QuerySession.QueryException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
    String query =
        "SELECT record AS %s, \"user\", item, %s AS split FROM %s WHERE whole"
            .formatted(ident(SourceTable.RECORD), literal(split), file.table);
    return SourceTable.of(
        file,
        query,
        List.of(
            new Column("user", "VARCHAR"),
            new Column("item", "VARCHAR"),
            new Column("split", "VARCHAR")));
  }

  @Override
  public String unit() {
    return "line";
  }

  @Override
  public List<Long> lines(QuerySession session, List<Long> records) {
    List<Long> lines = new ArrayList<>();
    session.forEach(
        "SELECT line FROM %s WHERE record IN (%s) ORDER BY record"
            .formatted(
                table, records.stream().map(String::valueOf).collect(Collectors.joining(", "))),
        row -> lines.add(row.getLong(1)));
    return lines;
  }

  @Override
  public List<SourceTable.Malformed> malformed(QuerySession session) {
    long count = session.number("SELECT count(*) FROM " + table + " WHERE NOT whole");
    if (count == 0) {
      return List.of();
    }
    List<BadRow> examples = new ArrayList<>();
    session.forEach(
        "SELECT line, \"user\", item FROM %s WHERE NOT whole ORDER BY record LIMIT %d"
            .formatted(table, EXAMPLES),
        row ->
            examples.add(
                new BadRow(
                    NO_NUMBER,
                    fileName(),
                    unit(),
                    row.getLong(1),
                    BadRow.shortened(
                        row.getString(3) == null
                            ? row.getString(2)
                            : "user=" + row.getString(2) + ", item=" + row.getString(3)))));
    return List.of(new SourceTable.Malformed(NO_NUMBER, count, examples));
  }
}
