package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;

import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.imports.QuerySession.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One or several source files as a relation of DuckDB: a query with the files' columns under their
 * own names and types, and before them {@link #FILE}, the index of the file, and {@link #RECORD},
 * the number of the record in it from 1. A csv column also gives its text, unparsed, as {@link
 * #textColumn}: ids keep their leading zeros.
 *
 * @param files the files whose records these are, in order; not those joined to them
 * @param label all files, for messages
 * @param query the relation
 * @param columns the files' columns with the types expressions see
 * @param texts the columns whose text is kept
 */
record SourceTable(
    List<SourceFile> files, String label, String query, List<Column> columns, Set<String> texts) {
  static final String FILE = "@file";
  static final String RECORD = "@record";

  static String textColumn(String column) {
    return "@text." + column;
  }

  /** A relation over one file. */
  static SourceTable of(SourceFile file, String query, List<Column> columns, Set<String> texts) {
    String all = "SELECT 0 AS %s, * FROM (%s)".formatted(ident(FILE), query);
    return new SourceTable(List.of(file), file.fileName(), all, columns, texts);
  }

  /** Puts files of equal columns one after the other. */
  static SourceTable union(List<SourceTable> parts) {
    SourceTable first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    List<SourceFile> files = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    for (SourceTable part : parts) {
      if (!part.columnNames().equals(first.columnNames())) {
        throw new BadDataException(
            "%s has the columns %s, %s has %s; files of one log need equal columns"
                .formatted(part.label, part.columnNames(), first.label, first.columnNames()));
      }
      queries.add(
          "SELECT %d AS %s, * EXCLUDE (%s) FROM (%s)"
              .formatted(files.size(), ident(FILE), ident(FILE), part.query));
      files.addAll(part.files);
    }
    return new SourceTable(
        files,
        files.stream().map(SourceFile::fileName).collect(Collectors.joining(", ")),
        String.join(" UNION ALL BY NAME ", queries),
        first.columns,
        first.texts);
  }

  /**
   * Joins another table on the columns both have; rows without a partner keep nulls.
   *
   * @throws BadDataException when they share no column, or the other table repeats a key
   */
  SourceTable join(QuerySession session, SourceTable other) {
    List<String> shared = columnNames().stream().filter(other.columnNames()::contains).toList();
    if (shared.isEmpty()) {
      throw new BadDataException(
          "%s (columns %s) and %s (columns %s) share no column, so they cannot be joined"
              .formatted(label, columnNames(), other.label, other.columnNames()));
    }
    String keys = shared.stream().map(QuerySession::ident).collect(Collectors.joining(", "));
    session.forEach(
        "SELECT concat_ws(', ', %s), count(*) FROM (%s) GROUP BY %s HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
            .formatted(keys, other.query, keys),
        row -> {
          throw new BadDataException(
              "%s has %d rows with %s = %s; a joined file needs one row per key"
                  .formatted(other.label, row.getLong(2), shared, row.getString(1)));
        });
    List<String> hidden = new ArrayList<>(List.of(ident(FILE), ident(RECORD)));
    for (String column : shared) {
      if (other.texts.contains(column)) {
        hidden.add(ident(textColumn(column)));
      }
    }
    // Keys of different types (a csv number, a Parquet text) meet as text.
    String on =
        shared.stream()
            .map(
                column ->
                    "CAST(l.%s AS VARCHAR) = CAST(r.%s AS VARCHAR)"
                        .formatted(ident(column), ident(column)))
            .collect(Collectors.joining(" AND "));
    hidden.addAll(shared.stream().map(QuerySession::ident).toList());
    String joined =
        "SELECT l.*, r.* EXCLUDE (%s) FROM (%s) l LEFT JOIN (%s) r ON %s"
            .formatted(String.join(", ", hidden), query, other.query, on);
    List<Column> all = new ArrayList<>(columns);
    other.columns.stream().filter(column -> !shared.contains(column.name())).forEach(all::add);
    Set<String> allTexts = new HashSet<>(texts);
    allTexts.addAll(other.texts);
    return new SourceTable(files, label + ", " + other.label, joined, all, allTexts);
  }

  List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }

  /** The relation with every file's columns, to select from. */
  String from() {
    return "(" + query + ")";
  }

  /** The column an option names, ignoring case where that is unambiguous; null when none does. */
  Column find(String option) {
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
  String text(Column column) {
    if (texts.contains(column.name())) {
      return ident(textColumn(column.name()));
    }
    return text(ident(column.name()), column.type());
  }

  /** A value as text; whole floating-point numbers lose their ".0". */
  static String text(String expression, String type) {
    if (type.equals("DOUBLE") || type.equals("FLOAT")) {
      return "CASE WHEN %1$s = floor(%1$s) AND abs(%1$s) < 1e15 THEN CAST(CAST(%1$s AS BIGINT) AS VARCHAR) ELSE CAST(%1$s AS VARCHAR) END"
          .formatted("(" + expression + ")");
    }
    return type.equals("VARCHAR") ? expression : "CAST((" + expression + ") AS VARCHAR)";
  }

  /** A file that was opened. */
  interface SourceFile {
    Path path();

    default String fileName() {
      return path().getFileName().toString();
    }

    /** What its records are: lines or rows. */
    String unit();

    /** The line of each record, in the order given. */
    default List<Long> lines(QuerySession session, List<Long> records) {
      return records;
    }

    /** Records that could not be read at all, with their lines. */
    default List<Malformed> malformed(QuerySession session) {
      return List.of();
    }
  }

  /** Records that could not be read, for one reason: their number and the first few. */
  record Malformed(String reason, long count, List<BadRow> examples) {}
}
