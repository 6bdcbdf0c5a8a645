package dev.twotower.data.imports.csv;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A delimited text file, compressed or not. The dialect is fixed before reading rather than guessed
 * from a sample, so that one bad line cannot change how the others are read: the delimiter is the
 * one that cuts the first line into most fields, quotes are double quotes (RFC 4180). Column types
 * are found over the whole column.
 *
 * @param source the file that is read in its stead; itself where nothing is wrong with it
 * @param table the table of its texts
 */
public record CsvFile(Path path, TextFile source, String table, Dialect dialect, CsvHead head)
    implements SourceTable.SourceFile {
  /** What DuckDB says of a file whose lines end now in LF, now in CR LF. */
  private static final String MIXED_LINE_ENDS = "state machine reached an invalid state";

  /**
   * How a file is written.
   *
   * @param delimiter null to find it from the first line
   * @param quoted whether double quotes enclose fields
   * @param names the columns' names where the file has none; null to read them from the first line
   * @param header whether the first line holds names
   * @param commas whether decimals follow a comma
   * @param ids of a file's columns those whose texts are ids, commas or not
   */
  public record Dialect(
      String delimiter,
      boolean quoted,
      String encoding,
      List<String> names,
      boolean header,
      boolean commas,
      Function<List<String>, Set<String>> ids) {
    /** A dialect whose decimals follow a point. */
    public Dialect(
        String delimiter, boolean quoted, String encoding, List<String> names, boolean header) {
      this(delimiter, quoted, encoding, names, header, false, columns -> Set.of());
    }

    /** A file that starts with its columns' names. */
    public static Dialect withHeader(String delimiter, String encoding) {
      return new Dialect(delimiter, true, encoding, null, true);
    }

    /** A file of known columns, without a header and without quotes. */
    public static Dialect plain(String delimiter, String encoding, List<String> names) {
      return new Dialect(delimiter, false, encoding, names, false);
    }
  }

  @Override
  public Optional<String> told(String missing) {
    return dialect.header() ? FirstLines.headerBelow(path, source, missing) : Optional.empty();
  }

  @Override
  public Set<String> unnamed() {
    return dialect.header() && dialect.names() == null ? head.unnamed() : Set.of();
  }

  /** Takes the refused records in order of place. */
  interface Refused {
    void record(long start, String kind, String text) throws IOException;
  }

  /**
   * Reads a file into a table of texts.
   *
   * @param id distinguishes the session's files
   * @throws BadDataException when it is empty or no text
   */
  public static SourceTable open(
      QuerySession session, Path path, Packing packing, int id, Dialect dialect) {
    Path copy = session.scratch().resolve("csv" + id);
    TextFile text = TextFile.of(path, packing, dialect.encoding(), copy.resolve("utf8"));
    try {
      return read(session, path, text, "csv" + id, dialect);
    } catch (QuerySession.QueryException e) {
      if (!e.getMessage().contains(MIXED_LINE_ENDS)) {
        throw unreadable(path, e);
      }
    }
    try {
      TextFile unified = text.unified(copy.resolve("lf"));
      return read(session, path, unified, "csv" + id + "lf", dialect);
    } catch (IOException | QuerySession.QueryException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * The names of a file's columns.
   *
   * @param copy where its text may be written in UTF-8
   * @throws BadDataException when it is empty or no text
   */
  public static List<String> names(Path path, Packing packing, Path copy, Dialect dialect) {
    TextFile text = TextFile.of(path, packing, dialect.encoding(), copy.resolve("utf8"));
    return CsvHead.of(path, text, dialect).names();
  }

  private static BadDataException unreadable(Path path, Exception e) {
    String hint =
        e.getMessage() != null && e.getMessage().contains(MIXED_LINE_ENDS)
            ? ": it mixes LF and CR LF line ends, or it is not a csv file; give all lines the same"
                + " end, as dos2unix does"
            : ": " + e.getMessage();
    return new BadDataException(path + " cannot be read" + hint, e);
  }

  private static SourceTable read(
      QuerySession session, Path path, TextFile source, String table, Dialect dialect) {
    if (dialect.header()) {
      refuseDrawn(path, source);
    }
    CsvHead head = CsvHead.of(path, source, dialect);
    CsvFile file = new CsvFile(path, source, table, dialect, head);
    session.run(
        "CREATE TABLE %s AS SELECT row_number() OVER () AS %s%s FROM %s"
            .formatted(
                table,
                ident(SourceTable.RECORD),
                head.names().stream().map(c -> ", " + ident(c)).collect(Collectors.joining()),
                file.reader()));
    CsvTypes.Typed typed = CsvTypes.of(session, table, head.names());
    boolean changed = RepeatedHeader.removed(file, typed, session);
    if (dialect.commas()) {
      changed |=
          DecimalCommas.rewrite(session, table, head.names(), dialect.ids().apply(head.names()));
    }
    return file.relation(changed ? CsvTypes.of(session, table, head.names()) : typed);
  }

  private static void refuseDrawn(Path path, TextFile source) {
    try {
      FirstLines.refuseDrawn(path, source);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private SourceTable relation(CsvTypes.Typed typed) {
    String query =
        "SELECT %s%s FROM %s".formatted(ident(SourceTable.RECORD), typed.select(), table);
    return SourceTable.of(this, query, typed.columns(), typed.numerals(), Set.copyOf(head.names()));
  }

  private String reader() {
    String columns =
        head.names().stream()
            .map(column -> literal(column) + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "{", "}"));
    String quote = dialect.quoted() ? "'\"'" : "''";
    return "read_csv(%s, %s, auto_detect = false, hive_partitioning = false, header = false, skip = %d, delim = %s, quote = %s, escape = %s, columns = %s, store_rejects = true, rejects_table = '%s', rejects_scan = '%s_scans', rejects_limit = 0)"
        .formatted(
            SqlPath.of(source.path()),
            source.packing().option(),
            head.skipped(),
            literal(head.delimiter()),
            quote,
            quote,
            columns,
            errors(),
            table);
  }

  /** The table of refused records. */
  String errors() {
    return table + "_errors";
  }

  /** The table of records that repeat the header, by number. */
  String headers() {
    return table + "_headers";
  }

  @Override
  public boolean commas() {
    return dialect.commas();
  }

  @Override
  public String unit() {
    return "line";
  }

  @Override
  public List<SourceTable.Malformed> malformed(QuerySession session) {
    return CsvRefusals.of(this, session);
  }

  @Override
  public void release(QuerySession session) {
    session.run("DROP TABLE " + table);
  }

  /** A walk through the file. */
  CsvLines walk() throws IOException {
    return new CsvLines(source, head, dialect.quoted());
  }

  /** Tells each refused record once, in order of place. */
  void forEachRefused(QuerySession session, Refused refused) {
    // DuckDB counts bytes from 1.
    session.forEach(
        "SELECT line_byte_position - 1 AS start, min(error_type), min(csv_line) FROM %s GROUP BY start ORDER BY start"
            .formatted(errors()),
        row -> {
          try {
            refused.record(row.getLong(1), row.getString(2), row.getString(3));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public List<Long> lines(QuerySession session, List<Long> records) {
    List<Long> lines = new ArrayList<>();
    try (CsvLines walk = walk()) {
      forEachRefused(
          session,
          (start, kind, text) -> {
            while (lines.size() < records.size()
                && walk.passRows(start, records.get(lines.size()))) {
              lines.add(walk.lineOf(records.get(lines.size())));
            }
            if (lines.size() < records.size()) {
              walk.refused(start, text);
            }
          });
      while (lines.size() < records.size()) {
        lines.add(walk.lineOf(records.get(lines.size())));
      }
      return lines;
    } catch (IOException | UncheckedIOException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
