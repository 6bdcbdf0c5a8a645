package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;
import static dev.twotower.data.imports.QuerySession.literal;

import dev.twotower.data.dataset.BadDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A delimited text file, compressed or not. The dialect is fixed before reading rather than guessed
 * from a sample, so that one bad line cannot change how the others are read: the delimiter is the
 * one that cuts the first line into most fields, quotes are double quotes (RFC 4180). Column types
 * are found over the whole column.
 */
final class CsvFile implements SourceTable.SourceFile {
  private static final List<String> DELIMITERS = List.of("\t", ",", ";", "|", "::");
  private static final int EXAMPLES = 5;

  /** What DuckDB says of a file whose lines end now in LF, now in CR LF. */
  private static final String MIXED_LINE_ENDS = "state machine reached an invalid state";

  /**
   * How a file is written.
   *
   * @param delimiter null to find it from the first line
   * @param quoted whether double quotes enclose fields
   * @param names the columns' names where the file has none; null to read them from the first line
   * @param header whether the first line holds names
   */
  record Dialect(
      String delimiter, boolean quoted, String encoding, List<String> names, boolean header) {
    /** A file that starts with its columns' names. */
    static Dialect withHeader(String delimiter, String encoding) {
      return new Dialect(delimiter, true, encoding, null, true);
    }

    /** A file of known columns, without a header and without quotes. */
    static Dialect plain(String delimiter, String encoding, List<String> names) {
      return new Dialect(delimiter, false, encoding, names, false);
    }
  }

  private final Path path;
  private final Path source;
  private final String table;
  private final Dialect dialect;
  private final String delimiter;
  private final List<String> names;

  /**
   * A file.
   *
   * @param source the file that is read in its stead; itself where nothing is wrong with it
   */
  private CsvFile(Path path, Path source, String table, Dialect dialect, String firstLine) {
    this.path = path;
    this.source = source;
    this.table = table;
    this.dialect = dialect;
    this.delimiter = dialect.delimiter() != null ? dialect.delimiter() : delimiter(firstLine);
    List<String> fields = fields(firstLine, delimiter, dialect.quoted());
    if (dialect.names() != null) {
      this.names = dialect.names();
    } else if (dialect.header()) {
      this.names = fields;
    } else {
      this.names = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        names.add("column" + i);
      }
    }
    Set<String> seen = new HashSet<>();
    for (String column : names) {
      if (column.isEmpty() || !seen.add(column)) {
        throw new BadDataException(
            "%s: the header line names %s; every column needs a name of its own. Where the first line is data, name the columns with --header NAME,NAME,.."
                .formatted(path, column.isEmpty() ? "an empty column" : "'" + column + "' twice"));
      }
    }
  }

  /**
   * Reads a file into a table of texts.
   *
   * @param id distinguishes the session's files
   * @throws BadDataException when it is empty or no text
   */
  static SourceTable open(QuerySession session, Path path, int id, Dialect dialect) {
    try {
      return read(session, path, path, "csv" + id, dialect);
    } catch (QuerySession.QueryException e) {
      if (e.getMessage().contains(MIXED_LINE_ENDS)
          && LineEnds.recognisable(path, dialect.encoding())) {
        return readUnified(session, path, id, dialect);
      }
      throw unreadable(path, e);
    }
  }

  private static SourceTable readUnified(QuerySession session, Path path, int id, Dialect dialect) {
    Path copy = session.scratch().resolve("csv" + id + ".lf");
    try {
      LineEnds.unify(path, copy);
      return read(session, path, copy, "csv" + id + "lf", dialect);
    } catch (IOException | QuerySession.QueryException e) {
      throw unreadable(path, e);
    }
  }

  private static BadDataException unreadable(Path path, Exception e) {
    String hint =
        e.getMessage() != null && e.getMessage().contains(MIXED_LINE_ENDS)
            ? ": its lines end in LF here and CR LF there, or it is no csv; give all the same end, as dos2unix does"
            : ": " + e.getMessage();
    return new BadDataException(path + " cannot be read" + hint, e);
  }

  private static SourceTable read(
      QuerySession session, Path path, Path source, String table, Dialect dialect) {
    List<String> first = session.texts("SELECT line FROM " + plain(source, dialect) + " LIMIT 1");
    if (first.isEmpty() || first.get(0) == null) {
      throw new BadDataException(path + " is empty, or its first line is no text");
    }
    CsvFile file = new CsvFile(path, source, table, dialect, first.get(0));
    session.run(
        "CREATE TABLE %s AS SELECT row_number() OVER () AS %s%s FROM %s"
            .formatted(
                file.table,
                ident(SourceTable.RECORD),
                file.names.stream().map(c -> ", " + ident(c)).collect(Collectors.joining()),
                file.reader(true)));
    return file.relation(session);
  }

  private SourceTable relation(QuerySession session) {
    CsvTypes.Typed typed = CsvTypes.of(session, table, names);
    String query =
        "SELECT %s%s FROM %s".formatted(ident(SourceTable.RECORD), typed.select(), table);
    return SourceTable.of(this, query, typed.columns(), typed.numerals(), Set.copyOf(names));
  }

  private String reader(boolean rejects) {
    String columns =
        names.stream()
            .map(column -> literal(column) + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "{", "}"));
    String quote = dialect.quoted() ? "'\"'" : "''";
    return "read_csv(%s, auto_detect = false, hive_partitioning = false, header = %b, delim = %s, quote = %s, escape = %s, encoding = %s, columns = %s, %s)"
        .formatted(
            SqlPath.of(source),
            dialect.header(),
            literal(delimiter),
            quote,
            quote,
            literal(dialect.encoding()),
            columns,
            rejects
                ? "store_rejects = true, rejects_table = '%s_errors', rejects_scan = '%s_scans', rejects_limit = 0"
                    .formatted(table, table)
                : "ignore_errors = true");
  }

  static String delimiter(String line) {
    String best = ",";
    int most = 1;
    for (String candidate : DELIMITERS) {
      int count = fields(line, candidate, true).size();
      if (count > most) {
        best = candidate;
        most = count;
      }
    }
    return best;
  }

  /** Cuts a line into fields; a quoted field loses its quotes. */
  static List<String> fields(String line, String delimiter, boolean quoted) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean inside = false;
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (quoted && c == '"') {
        if (inside && at + 1 < line.length() && line.charAt(at + 1) == '"') {
          field.append('"');
          at++;
        } else {
          inside = !inside;
        }
        at++;
      } else if (!inside && line.startsWith(delimiter, at)) {
        fields.add(field.toString().strip());
        field.setLength(0);
        at += delimiter.length();
      } else {
        field.append(c);
        at++;
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public String unit() {
    return "line";
  }

  @Override
  public List<SourceTable.Malformed> malformed(QuerySession session) {
    Map<String, Long> counts = new TreeMap<>();
    Map<String, List<BadRow>> examples = new HashMap<>();
    long[] known = {0};
    BiConsumer<Long, String[]> note =
        (line, found) -> {
          counts.merge(found[0], 1L, Long::sum);
          List<BadRow> shown = examples.computeIfAbsent(found[0], each -> new ArrayList<>());
          if (shown.size() < EXAMPLES) {
            shown.add(new BadRow(found[0], fileName(), "line", line, found[1]));
          }
        };
    session.forEach(
        "SELECT line, min(error_type), min(csv_line) FROM %s_errors GROUP BY line ORDER BY line"
            .formatted(table),
        row -> {
          long line = row.getLong(1);
          known[0] += row.getString(3).lines().filter(text -> !text.isBlank()).count();
          OpenQuote quote = OpenQuote.in(row.getString(3), delimiter, names.size());
          if (quote == null) {
            String kind = row.getString(2).toLowerCase(Locale.ROOT);
            String reason =
                "malformed line (%s; expected %d columns)".formatted(kind, names.size());
            note.accept(line, new String[] {reason, row.getString(3)});
            return;
          }
          note.accept(line, new String[] {OpenQuote.REASON, quote.text(line)});
          quote
              .swallowed(line)
              .forEach((at, text) -> note.accept(at, new String[] {OpenQuote.SWALLOWED, text}));
        });
    if (known[0] > 0) {
      addUnread(session, known[0], counts, examples);
    }
    List<SourceTable.Malformed> result = new ArrayList<>();
    counts.forEach(
        (reason, count) ->
            result.add(new SourceTable.Malformed(reason, count, examples.get(reason))));
    return result;
  }

  /**
   * Lines that are in no record and in no malformed one: DuckDB goes on somewhere after a record
   * that is longer than its buffer.
   *
   * @param known lines of malformed records
   */
  private void addUnread(
      QuerySession session, long known, Map<String, Long> counts, Map<String, List<BadRow>> shown) {
    String physical = "SELECT row_number() OVER () AS number, line FROM " + plain(source, dialect);
    long lines =
        session.number("SELECT count(*) FROM (" + physical + ") WHERE trim(line) <> ''")
            - (dialect.header() ? 1 : 0);
    long read = session.number("SELECT count(*) + sum(" + breaks() + ") FROM " + table);
    long unread = lines - read - known;
    if (unread <= 0) {
      return;
    }
    counts.merge(OpenQuote.SWALLOWED, unread, Long::sum);
    String odd = "(length(line) - length(replace(line, '\"', ''))) % 2 = 1";
    List<BadRow> examples = shown.computeIfAbsent(OpenQuote.SWALLOWED, each -> new ArrayList<>());
    session.forEach(
        "SELECT number, line FROM (%s) WHERE %s ORDER BY number LIMIT 1".formatted(physical, odd),
        row ->
            examples.add(
                0,
                new BadRow(
                    OpenQuote.SWALLOWED,
                    fileName(),
                    "line",
                    row.getLong(1),
                    row.getString(2) + " (a quote opens here and is not closed)")));
  }

  /** The file's lines as they stand, whatever quotes are in them. */
  private static String plain(Path source, Dialect dialect) {
    return "read_csv(%s, auto_detect = false, hive_partitioning = false, header = false, delim = '\\x01', quote = '', escape = '', encoding = %s, columns = {'line': 'VARCHAR'}, max_line_size = 16000000, ignore_errors = true)"
        .formatted(SqlPath.of(source), literal(dialect.encoding()));
  }

  /** SQL that counts the line breaks inside a record's fields. */
  private String breaks() {
    return names.stream()
        .map(
            column ->
                "coalesce(len(regexp_extract_all(%s, '\\r\\n|\\r|\\n')), 0)"
                    .formatted(ident(column)))
        .collect(Collectors.joining(" + "));
  }

  /** Counts the header, line breaks inside earlier fields, and the malformed lines before. */
  @Override
  public List<Long> lines(QuerySession session, List<Long> records) {
    Map<Long, Long> longer = new LinkedHashMap<>();
    session.forEach(
        "SELECT * FROM (SELECT row_number() OVER () AS record, %s AS breaks FROM %s) WHERE breaks > 0"
            .formatted(breaks(), reader(false)),
        row -> longer.put(row.getLong(1), row.getLong(2)));
    Map<Long, Long> malformed = new TreeMap<>();
    session.forEach(
        "SELECT line, min(csv_line) FROM %s_errors GROUP BY line".formatted(table),
        row -> malformed.put(row.getLong(1), Math.max(1, row.getString(2).lines().count())));
    List<Long> lines = new ArrayList<>();
    for (long record : records) {
      long line = record + (dialect.header() ? 1 : 0);
      for (Map.Entry<Long, Long> entry : longer.entrySet()) {
        line += entry.getKey() < record ? entry.getValue() : 0;
      }
      for (Map.Entry<Long, Long> bad : malformed.entrySet()) {
        line += bad.getKey() <= line ? bad.getValue() : 0;
      }
      lines.add(line);
    }
    return lines;
  }
}
