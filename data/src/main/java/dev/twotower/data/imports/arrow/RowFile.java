package dev.twotower.data.imports.arrow;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.source.ColumnNames;
import dev.twotower.data.imports.source.SourceTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A file of typed rows: Parquet or Arrow IPC.
 *
 * @param relation what it is to DuckDB
 */
public record RowFile(Path path, String relation) implements SourceTable.SourceFile {
  public static SourceTable parquet(QuerySession session, Path path) {
    try {
      ColumnNames.check(path, parquetNames(session, path));
    } catch (QuerySession.QueryException e) {
      throw unreadable(path, e);
    }
    return open(session, path, "read_parquet(" + SqlPath.of(path) + ", hive_partitioning = false)");
  }

  /** The names of a file's columns as they are there: DuckDB renames those it takes for one. */
  private static List<String> parquetNames(QuerySession session, Path path) {
    List<String> names = new ArrayList<>();
    // The schema is a tree, told from its root on; children follow their parent. How many children
    // each element around the next one still has to come.
    Deque<Integer> open = new ArrayDeque<>();
    session.forEach(
        "SELECT name, coalesce(num_children, 0) FROM parquet_schema(%s)"
            .formatted(SqlPath.of(path)),
        row -> {
          while (!open.isEmpty() && open.peek() == 0) {
            open.pop();
          }
          if (open.size() == 1) {
            names.add(row.getString(1));
          }
          if (!open.isEmpty()) {
            open.push(open.pop() - 1);
          }
          open.push(row.getInt(2));
        });
    return names;
  }

  /** DuckDB reads Arrow from memory, not from files: the file is copied into a table. */
  public static SourceTable arrow(QuerySession session, Path path, int id) {
    String table = "arrow" + id;
    try (BufferAllocator allocator = IpcReader.memory(path);
        IpcReader reader = IpcReader.open(path, allocator)) {
      ColumnNames.check(
          path,
          reader.getVectorSchemaRoot().getSchema().getFields().stream()
              .map(Field::getName)
              .toList());
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
      return SourceTable.of(new RowFile(path, relation), query, columns);
    } catch (QuerySession.QueryException e) {
      throw unreadable(path, e);
    }
  }

  private static BadDataException unreadable(Path path, QuerySession.QueryException e) {
    return new BadDataException(path + " cannot be read: " + e.getMessage(), e);
  }

  @Override
  public void readThrough(QuerySession session) {
    try {
      session.texts("SELECT CAST(bit_xor(hash(COLUMNS(*))) AS VARCHAR) FROM " + relation);
    } catch (QuerySession.QueryException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public String unit() {
    return "row";
  }
}
