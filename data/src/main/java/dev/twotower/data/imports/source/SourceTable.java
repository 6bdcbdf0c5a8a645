package dev.twotower.data.imports.source;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One or several source files as a relation of DuckDB: a query with the files' columns under their
 * own names and types, and beside each its text as {@link #textColumn}, which is what ids are; and
 * before them {@link #FILE}, the index of the file, and {@link #RECORD}, the number of the record
 * in it from 1.
 *
 * @param files the files whose records these are, in order; not those joined to them
 * @param label all files, for messages: their names or, of many, their folder and number
 * @param query the relation
 * @param columns the files' columns with the types expressions see
 * @param numerals the columns of texts that are all numbers, though not as a number would be
 *     written, such as 007; they have their number as {@link #numberColumn}
 * @param written the columns that are written as text in their file, whatever type they are seen as
 * @param joins the files joined to these
 */
public record SourceTable(
    List<SourceFile> files,
    String label,
    String query,
    List<Column> columns,
    Set<String> numerals,
    Set<String> written,
    List<TableJoin> joins) {
  static final String FILE = "@file";

  /** So many files of one table are named in messages; of more, their folder and number. */
  private static final int NAMED = 3;

  public static final String RECORD = "@record";

  /** The order of files, then of records in them, as one number: 2^40 records a file. */
  public static final String ORDER =
      "(CAST(\"@file\" AS BIGINT) << 40) + CAST(\"@record\" AS BIGINT)";

  /** The number of the file, and of the record in it, from a column {@code ord} of that order. */
  public static final String PLACE = "ord >> 40 AS file, ord & ((1::BIGINT << 40) - 1) AS record";

  /** Names, as a pattern, that columns of a file may not have. */
  static final String OWN = "(?i)@(file|record|partner|(text|number|joined)\\..*)";

  /** Columns that a file's header leaves without a name. */
  Set<String> unnamed() {
    return files.stream().flatMap(file -> file.unnamed().stream()).collect(Collectors.toSet());
  }

  /** Whether decimals were asked to follow a comma in any of the files. */
  public boolean commas() {
    return files.stream().anyMatch(SourceFile::commas);
  }

  public static String textColumn(String column) {
    return "@text." + column;
  }

  public static String numberColumn(String column) {
    return "@number." + column;
  }

  /** A relation over one file whose query gives records and values. */
  public static SourceTable of(SourceFile file, String query, List<Column> columns) {
    String texts =
        columns.stream()
            .map(
                column ->
                    ", %s AS %s"
                        .formatted(
                            ValueTypes.text(ident(column.name()), column.type()),
                            ident(textColumn(column.name()))))
            .collect(Collectors.joining());
    return of(file, "SELECT *" + texts + " FROM (" + query + ")", columns, Set.of(), Set.of());
  }

  /** A relation over one file whose query gives records, values, texts and numbers. */
  public static SourceTable of(
      SourceFile file,
      String query,
      List<Column> columns,
      Set<String> numerals,
      Set<String> written) {
    String all = "SELECT 0 AS %s, * FROM (%s)".formatted(ident(FILE), query);
    return new SourceTable(
        List.of(file), file.fileName(), all, columns, numerals, written, List.of());
  }

  /**
   * Puts files with the same columns, in any order, one after the other. A column of unlike types
   * becomes the number or the text that all of them can be.
   *
   * @throws BadDataException naming the columns that a file lacks, or that cannot be one
   */
  public static SourceTable union(List<SourceTable> parts) {
    SourceTable first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    Set<String> names = new TreeSet<>(first.columnNames());
    for (SourceTable part : parts) {
      if (!names.equals(new TreeSet<>(part.columnNames()))) {
        throw new BadDataException(
            "%s has the columns %s, %s has %s; the files of one log must have the same columns"
                .formatted(part.label, part.columnNames(), first.label, first.columnNames()));
      }
    }
    List<Column> columns = new ArrayList<>();
    Set<String> numerals = new HashSet<>();
    for (String name : first.columnNames()) {
      List<String> types = parts.stream().map(part -> part.find(name).type()).toList();
      String type = ValueTypes.common(types);
      if (type == null) {
        throw new BadDataException(
            "column '%s' has the types %s in %s; the files of one log must have compatible columns"
                .formatted(name, types.stream().distinct().toList(), labels(parts)));
      }
      columns.add(new Column(name, type));
      if (type.equals("VARCHAR")
          && parts.stream()
              .allMatch(
                  part ->
                      part.numerals.contains(name)
                          || ValueTypes.isNumeric(part.find(name).type()))) {
        numerals.add(name);
      }
    }
    List<SourceFile> files = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    for (SourceTable part : parts) {
      queries.add(part.asPart(files.size(), columns, numerals));
      files.addAll(part.files);
    }
    return new SourceTable(
        files,
        labels(parts),
        String.join(" UNION ALL ", queries),
        columns,
        numerals,
        merged(parts),
        List.of());
  }

  private static Set<String> merged(List<SourceTable> parts) {
    Set<String> written = new HashSet<>();
    parts.forEach(part -> written.addAll(part.written));
    return written;
  }

  private static String labels(List<SourceTable> parts) {
    return labels(
        parts.stream().flatMap(part -> part.files.stream()).toList(),
        parts.stream().map(SourceTable::label).collect(Collectors.joining(", ")));
  }

  /** What messages call several files: the folder that holds them where they are many. */
  private static String labels(List<SourceFile> files, String names) {
    if (files.size() <= NAMED) {
      return names;
    }
    Path folder = files.get(0).path().getParent();
    while (folder != null && !holds(folder, files)) {
      folder = folder.getParent();
    }
    return "%s (%d files)".formatted(folder == null ? "the log" : folder, files.size());
  }

  private static boolean holds(Path folder, List<SourceFile> files) {
    return files.stream().allMatch(file -> file.path().startsWith(folder));
  }

  /** This table's rows with the columns that all parts have together. */
  private String asPart(int fileNumber, List<Column> together, Set<String> numbers) {
    StringBuilder select = new StringBuilder();
    select.append("SELECT %d AS %s, %s".formatted(fileNumber, ident(FILE), ident(RECORD)));
    for (Column column : together) {
      String name = column.name();
      String text = ident(textColumn(name));
      String own = find(name).type();
      select.append(
          ", %s AS %s, %s"
              .formatted(
                  own.equals(column.type())
                      ? ident(name)
                      : column.type().equals("VARCHAR")
                          ? text
                          : "TRY_CAST(%s AS %s)".formatted(ident(name), column.type()),
                  ident(name),
                  text));
      if (numbers.contains(name)) {
        select.append(
            ", CAST(%s AS DOUBLE) AS %s"
                .formatted(
                    ident(numerals.contains(name) ? numberColumn(name) : name),
                    ident(numberColumn(name))));
      }
    }
    return select.append(" FROM (").append(query).append(")").toString();
  }

  /**
   * Joins another table on the columns both have, by their texts; rows without a partner keep
   * nulls.
   *
   * @throws BadDataException when they share no column, or the other table has several rows of a
   *     key with unlike values
   */
  public SourceTable join(QuerySession session, SourceTable other) {
    TableJoin join = TableJoin.of(session, this, other);
    List<Column> all = new ArrayList<>(columns);
    other.columns.stream().filter(column -> !join.keys().contains(column.name())).forEach(all::add);
    Set<String> numbers = new HashSet<>(other.numerals);
    numbers.removeAll(join.keys());
    numbers.addAll(numerals);
    Set<String> texts = new HashSet<>(other.written);
    texts.removeAll(join.keys());
    texts.addAll(written);
    List<TableJoin> joined = new ArrayList<>(joins);
    joined.add(join);
    return new SourceTable(
        files, label + ", " + other.label, join.query(query), all, numbers, texts, joined);
  }

  /** The table with columns under other names. */
  public SourceTable renamed(Map<String, String> names) {
    if (names.isEmpty()) {
      return this;
    }
    List<String> changes = new ArrayList<>();
    names.forEach(
        (from, to) -> {
          changes.add(ident(from) + " AS " + ident(to));
          changes.add(ident(textColumn(from)) + " AS " + ident(textColumn(to)));
          if (numerals.contains(from)) {
            changes.add(ident(numberColumn(from)) + " AS " + ident(numberColumn(to)));
          }
        });
    return new SourceTable(
        files,
        label,
        "SELECT * RENAME (%s) FROM (%s)".formatted(String.join(", ", changes), query),
        columns.stream()
            .map(c -> new Column(names.getOrDefault(c.name(), c.name()), c.type()))
            .toList(),
        numerals.stream().map(n -> names.getOrDefault(n, n)).collect(Collectors.toSet()),
        written.stream().map(n -> names.getOrDefault(n, n)).collect(Collectors.toSet()),
        joins);
  }

  /** The names of the files, without those joined to them. */
  public String fileNames() {
    return labels(
        files, files.stream().map(SourceFile::fileName).collect(Collectors.joining(", ")));
  }

  public List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }

  /** The same file under a name that tells it from others. */
  public SourceTable named(String name) {
    return new SourceTable(
        files.stream().<SourceFile>map(file -> new NamedFile(file, name)).toList(),
        name,
        query,
        columns,
        numerals,
        written,
        joins);
  }

  /** The relation with every file's columns, to select from. */
  public String from() {
    return "(" + query + ")";
  }

  /** The column an option names, ignoring case where that is unambiguous; null when none does. */
  public Column find(String option) {
    Map<String, Column> same = new LinkedHashMap<>();
    for (Column column : columns) {
      if (column.name().equals(option)) {
        return column;
      }
      if (column.name().toLowerCase(Locale.ROOT).equals(option.toLowerCase(Locale.ROOT))) {
        same.put(column.name(), column);
      }
    }
    return same.size() == 1 ? same.values().iterator().next() : null;
  }

  /** The text of a column as the file has it. */
  public static String text(Column column) {
    return ident(textColumn(column.name()));
  }

  /** A file that was opened. */
  public interface SourceFile {
    Path path();

    default String fileName() {
      return path().getFileName().toString();
    }

    /** What its records are: lines or rows. */
    String unit();

    /** Columns that its header leaves without a name; no other file's column is the same. */
    default Set<String> unnamed() {
      return Set.of();
    }

    /**
     * A sentence of what the file is where it does not have a column as one looks for it; empty
     * where the names that it has may tell.
     */
    default Optional<String> told(String missing) {
      return Optional.empty();
    }

    /** Whether decimals were asked to follow a comma. */
    default boolean commas() {
      return false;
    }

    /** What to know of columns that are ids: a note by column. */
    default Map<String, String> idNotes() {
      return Map.of();
    }

    /** The line of each record, in the order given. */
    default List<Long> lines(QuerySession session, List<Long> records) {
      return records;
    }

    /**
     * Reads every value, where that was not done as the file was opened.
     *
     * @throws BadDataException naming the file when it is damaged
     */
    default void readThrough(QuerySession session) {}

    /** Lets go of the rows, which nothing asks for any more. */
    default void release(QuerySession session) {}

    /** Records that could not be read at all, with their lines. */
    default List<Malformed> malformed(QuerySession session) {
      return List.of();
    }
  }

  /** Records that could not be read, for one reason: their number and the first few. */
  public record Malformed(String reason, long count, List<BadRow> examples) {}
}
