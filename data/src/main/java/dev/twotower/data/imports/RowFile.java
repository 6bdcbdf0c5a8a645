package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;

import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.imports.QuerySession.Column;
import dev.twotower.data.imports.ipc.IpcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/** A file of typed rows: Parquet or Arrow IPC. */
record RowFile(Path path) implements SourceTable.SourceFile {
  static SourceTable parquet(QuerySession session, Path path) {
    return open(session, path, "read_parquet(" + SqlPath.of(path) + ", hive_partitioning = false)");
  }

  /** DuckDB reads Arrow from memory, not from files: the file is copied into a table. */
  static SourceTable arrow(QuerySession session, Path path, int id) {
    String table = "arrow" + id;
    try (BufferAllocator allocator = IpcReader.memory(path);
        IpcReader reader = IpcReader.open(path, allocator)) {
      try {
        session.load(table, reader, allocator);
      } catch (QuerySession.QueryException e) {
        // What DuckDB says of a stream that ends early is not why it did.
        if (reader.failure() != null) {
          throw reader.failure();
        }
        throw e;
      }
    } catch (IOException | QuerySession.QueryException e) {
      throw new BadDataException(
          "%s cannot be read as Arrow (file, stream or Feather): %s"
              .formatted(path, e.getMessage()),
          e);
    }
    return open(session, path, table);
  }

  private static SourceTable open(QuerySession session, Path path, String relation) {
    try {
      List<Column> columns = session.describe("SELECT * FROM " + relation);
      String query =
          columns.stream()
              .map(column -> ", " + ident(column.name()))
              .collect(
                  Collectors.joining(
                      "",
                      "SELECT row_number() OVER () AS " + ident(SourceTable.RECORD),
                      " FROM " + relation));
      return SourceTable.of(new RowFile(path), query, columns);
    } catch (QuerySession.QueryException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String unit() {
    return "row";
  }
}
