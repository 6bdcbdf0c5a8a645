package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.csv.CsvFile;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.TextFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times of csv files as an import reads, orders and stores them, many files in one session: for
 * tests that look at nothing but this column.
 */
final class TimeReading implements AutoCloseable {
  private final QuerySession session;
  private int files;

  TimeReading(Path scratch) {
    this.session = new QuerySession(scratch);
  }

  /**
   * A row.
   *
   * @param micros what is stored; null where the text is no time
   */
  record Read(String item, Long micros) {}

  /** The rows of a file with columns item and time in the order of their times, bad ones last. */
  List<Read> inOrder(Path log) {
    SourceTable source =
        CsvFile.open(
            session, log, Packing.NONE, files++, CsvFile.Dialect.withHeader(null, TextFile.UTF_8));
    Resolver resolver = new Resolver(session);
    TimeColumn time =
        TimeColumn.resolve(
            resolver,
            source,
            Map.of("time", "time"),
            "seconds",
            Optional.empty(),
            Optional.empty());
    resolver.check();
    List<Read> rows = new ArrayList<>();
    session.forEach(
        "SELECT item, %s FROM (SELECT item, %s AS t, %s AS ord FROM %s) ORDER BY t NULLS LAST, ord"
            .formatted(time.stored(), time.sql(), SourceTable.ORDER, source.from()),
        row ->
            rows.add(new Read(row.getString(1), row.getObject(2) == null ? null : row.getLong(2))));
    return rows;
  }

  @Override
  public void close() {
    session.close();
  }
}
