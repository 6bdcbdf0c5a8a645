package dev.twotower.data.duckdb;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * An embedded DuckDB database of one piece of work, such as an import. Tables live in memory and
 * spill to the scratch folder; rows keep their source order where a query does not sort.
 */
public final class QuerySession implements AutoCloseable {
  /** A query that DuckDB refused or that failed while it ran. */
  public static final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern WITHIN =
        Pattern.compile("\\{\"exception_type\":.*\"exception_message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    QueryException(SQLException cause) {
      super(firstLine(cause.getMessage()), cause);
    }

    public QueryException(String message) {
      super(message);
    }

    private static String firstLine(String message) {
      return message == null
          ? "unknown error"
          : sentence(message.lines().findFirst().orElse("").strip());
    }

    /** What failed while writing arrives as JSON at the message's end: its sentence says it all. */
    private static String sentence(String line) {
      Matcher within = WITHIN.matcher(line);
      return within.find() ? within.group(1).replaceAll("\\\\(.)", "$1") : line;
    }
  }

  private final DuckDBConnection connection;
  private final Path scratch;

  public QuerySession(Path scratch) {
    this.scratch = scratch;
    try {
      connection = (DuckDBConnection) Database.connect();
    } catch (SQLException e) {
      throw new QueryException(e);
    }
    run(
        String.join(
            "; ",
            "SET temp_directory = " + literal(scratch.toString()),
            "SET memory_limit = '" + memoryLimit() + "MB'",
            "SET preserve_insertion_order = true",
            // What an import gives must not depend on the zone and the calendar of the machine.
            "SET TimeZone = 'UTC'",
            "SET Calendar = 'gregorian'",
            // Nothing is fetched from a network: what DuckDB cannot read by itself is an error.
            "SET autoinstall_known_extensions = false"));
  }

  /** Half of the machine's memory, at most 8 GB: the rest spills. */
  private static long memoryLimit() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.max(256, Math.min(8192, (system.getTotalMemorySize() >> 20) / 2));
  }

  /** A folder for files that only this session needs. */
  public Path scratch() {
    return scratch;
  }

  /** Quotes a column or table name. */
  public static String ident(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** Quotes a text. */
  public static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  /**
   * Ends the access to everything outside this session but the given files and its own scratch
   * folder: whatever SQL runs from here on, it reads and writes no other file.
   */
  public void confine(List<Path> files) {
    String allowed =
        files.stream()
            .flatMap(file -> Stream.of(file.toAbsolutePath().toString(), SqlPath.pattern(file)))
            .distinct()
            .map(QuerySession::literal)
            .collect(Collectors.joining(", ", "[", "]"));
    run(
        "SET allowed_paths = %s; SET enable_external_access = false; SET lock_configuration = true"
            .formatted(allowed));
  }

  public void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new QueryException(e);
    }
  }

  /** Takes the rows of a result, one call per row. */
  public interface RowReader {
    void row(ResultSet row) throws SQLException;
  }

  public void forEach(String sql, RowReader reader) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        reader.row(result);
      }
    } catch (SQLException e) {
      throw new QueryException(e);
    }
  }

  /** The single number a query gives; 0 for null. */
  public long number(String sql) {
    long[] value = new long[1];
    forEach(sql, row -> value[0] = row.getLong(1));
    return value[0];
  }

  /** The first column of a result. */
  public List<String> texts(String sql) {
    List<String> values = new ArrayList<>();
    forEach(sql, row -> values.add(row.getString(1)));
    return values;
  }

  /** A column of a relation and its DuckDB type. */
  public record Column(String name, String type) {}

  /** The columns a query would give. */
  public List<Column> describe(String query) {
    List<Column> columns = new ArrayList<>();
    forEach(
        "DESCRIBE " + query, row -> columns.add(new Column(row.getString(1), row.getString(2))));
    return columns;
  }

  /** Takes the batches of a result as they arrive. */
  public interface BatchReader {
    void batch(org.apache.arrow.vector.VectorSchemaRoot batch);
  }

  /** Streams a result as Arrow batches; nothing but one batch is held in memory. */
  public void stream(String sql, BufferAllocator allocator, int rowsPerBatch, BatchReader reader) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql);
        ArrowReader arrow =
            (ArrowReader)
                result.unwrap(DuckDBResultSet.class).arrowExportStream(allocator, rowsPerBatch)) {
      while (arrow.loadNextBatch()) {
        reader.batch(arrow.getVectorSchemaRoot());
      }
    } catch (SQLException e) {
      throw new QueryException(e);
    } catch (IOException e) {
      throw new QueryException(new SQLException(e.getMessage(), e));
    }
  }

  /** Appends rows, one value after the other. */
  @FunctionalInterface
  public interface Appending {
    void to(DuckDBAppender appender) throws SQLException;
  }

  /** Appends rows to a table. */
  public void append(String table, Appending rows) {
    try (DuckDBAppender appender = connection.createAppender(table)) {
      rows.to(appender);
    } catch (SQLException e) {
      throw new QueryException(e);
    }
  }

  /** Appends numbers to a table of one BIGINT column. */
  public void fill(String table, LongStream values) {
    try (DuckDBAppender appender = connection.createAppender(table)) {
      for (PrimitiveIterator.OfLong each = values.iterator(); each.hasNext(); ) {
        appender.beginRow();
        appender.append(each.nextLong());
        appender.endRow();
      }
    } catch (SQLException e) {
      throw new QueryException(e);
    }
  }

  /** Copies everything an Arrow reader gives into a table. */
  public void load(String table, ArrowReader reader, BufferAllocator allocator) {
    try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      connection.registerArrowStream(table + "_stream", stream);
      run("CREATE TABLE " + table + " AS SELECT * FROM " + table + "_stream");
    } catch (QueryException e) {
      throw e;
    } catch (RuntimeException e) {
      // DuckDB's driver wraps what it says of a stream that it does not take.
      throw new QueryException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    try {
      ((Connection) connection).close();
    } catch (SQLException e) {
      throw new QueryException(e);
    }
  }
}
