package dev.twotower.data.imports.json;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.csv.CsvTypes;
import dev.twotower.data.imports.source.ColumnNames;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.imports.source.ValueTypes;
import dev.twotower.data.message.Amount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file of JSON objects, a line each or in one array. A text is what the file has between the
 * quotes: DuckDB would make a UUID lower-case and 1:05 a time of day. A number is as in Parquet:
 * 1.0 and 1 are one, and whole numbers keep all their digits. Values inside objects and lists are
 * reached by expressions.
 *
 * @param idNotes by column, where numbers have lost digits
 * @param shape a sentence where the file is one object that holds the records; else empty
 */
public record JsonFile(Path path, String shape, Map<String, String> idNotes)
    implements SourceTable.SourceFile {
  /** Characters of the largest object that DuckDB reads. */
  private static final long LARGEST = 1 << 24;

  public static SourceTable open(QuerySession session, Path path, Packing packing, int id) {
    Path copy = session.scratch().resolve("json" + id + ".utf8");
    TextFile text = TextFile.of(path, packing, TextFile.UTF_8, copy).unmarked(copy);
    // DuckDB takes long to refuse it.
    OtherShape.beyond(LARGEST, path, text)
        .ifPresent(
            shape -> {
              throw new BadDataException(shape);
            });
    try {
      return read(session, path, text, "json" + id);
    } catch (QuerySession.QueryException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * What is said of columns with whole numbers that DuckDB reads as doubles, of which several are
   * one: those of 2^53 and more that have a point or an exponent.
   */
  private static Map<String, String> lost(
      QuerySession session, Path path, String table, List<String> columns) {
    Map<String, String> notes = new LinkedHashMap<>();
    for (String column : columns) {
      String value = "TRY_CAST((%s ->> '$') AS DOUBLE)".formatted(ident(column));
      session.forEach(
          "SELECT count(*), min(%1$s) FROM (SELECT DISTINCT (%1$s ->> '$') AS %1$s FROM %2$s WHERE json_type(%1$s) = 'DOUBLE' AND abs(%3$s) >= 9007199254740992 AND isfinite(%3$s))"
              .formatted(ident(column), table, value),
          row -> {
            if (row.getLong(1) > 0) {
              notes.put(
                  column,
                  "column '%s' of %s has %s of 2^53 or more with a point or an exponent, such as %s: of these several become one (9007199254740993.0 is read as 9007199254740992.0), so ids are mixed up; write ids as texts, or as whole numbers without both"
                      .formatted(
                          column,
                          path.getFileName(),
                          Amount.of(row.getLong(1), "number"),
                          row.getString(2)));
            }
          });
    }
    return notes;
  }

  /** What a file of a single object is. */
  private static String shape(QuerySession session, Path path, TextFile source, String table) {
    boolean single =
        session.number("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 2)".formatted(table)) == 1;
    return single ? OtherShape.of(path, source).orElse("") : "";
  }

  private static SourceTable read(QuerySession session, Path path, TextFile source, String table) {
    String file = SqlPath.of(source.path()) + ", " + source.packing().option();
    List<Column> found =
        session.describe(
            "SELECT * FROM read_json_auto(%s, hive_partitioning = false, sample_size = -1, map_inference_threshold = -1)"
                .formatted(file));
    if (found.size() == 1 && found.get(0).name().equals("json")) {
      throw new BadDataException(
          path + " holds no JSON objects; each record must be one, for example {\"user\": 1}");
    }
    ColumnNames.check(path, names(session, file, found));
    session.run(
        "CREATE TABLE %s AS SELECT row_number() OVER () AS %s, * FROM read_json(%s, hive_partitioning = false, columns = {%s})"
            .formatted(
                table,
                ident(SourceTable.RECORD),
                file,
                found.stream()
                    .map(column -> literal(column.name()) + ": 'JSON'")
                    .collect(Collectors.joining(", "))));
    List<String> scalars = new ArrayList<>();
    StringBuilder nested = new StringBuilder();
    List<Column> columns = new ArrayList<>();
    for (Column column : found) {
      if (isNested(session, table, column)) {
        String type = ValueTypes.isNested(column.type()) ? verbatim(column.type()) : "JSON";
        String name = ident(column.name());
        nested.append(
            ", CAST(%1$s AS %2$s) AS %1$s, CAST(%1$s AS VARCHAR) AS %3$s"
                .formatted(name, type, ident(SourceTable.textColumn(column.name()))));
        columns.add(new Column(column.name(), type));
      } else {
        scalars.add(column.name());
      }
    }
    String texts = table + "_texts";
    session.run(
        "CREATE VIEW %s AS SELECT * REPLACE (%s \"%s\" AS \"%s\") FROM %s"
            .formatted(
                texts,
                scalars.stream()
                    .map(name -> text(ident(name)) + " AS " + ident(name) + ", ")
                    .collect(Collectors.joining()),
                SourceTable.RECORD,
                SourceTable.RECORD,
                table));
    CsvTypes.Typed typed = CsvTypes.of(session, texts, scalars);
    columns.addAll(typed.columns());
    List<String> order = found.stream().map(Column::name).toList();
    columns.sort(Comparator.comparingInt(column -> order.indexOf(column.name())));
    return SourceTable.of(
        new JsonFile(
            path, shape(session, path, source, table), lost(session, path, table, scalars)),
        "SELECT %s%s%s FROM %s".formatted(ident(SourceTable.RECORD), typed.select(), nested, texts),
        columns,
        typed.numerals(),
        new HashSet<>(scalars));
  }

  /** The names as they are in the file: of two that differ only in case DuckDB renames one. */
  private static List<String> names(QuerySession session, String file, List<Column> found) {
    List<String> names = new ArrayList<>();
    for (Column column : found) {
      String name = column.name();
      String bare = name.replaceFirst("_[0-9]+$", "");
      boolean renamed =
          !bare.equals(name)
              && found.stream().anyMatch(other -> other.name().equalsIgnoreCase(bare))
              && session.number(
                      "SELECT count(*) FROM (SELECT 1 FROM read_json_objects(%s, format = 'auto') WHERE list_contains(json_keys(json), %s) LIMIT 1)"
                          .formatted(file, literal(name)))
                  == 0;
      names.add(renamed ? bare : name);
    }
    return names;
  }

  private static boolean isNested(QuerySession session, String table, Column column) {
    return session.number(
            "SELECT count(*) FROM (SELECT 1 FROM %s WHERE json_type(%s) IN ('OBJECT', 'ARRAY') LIMIT 1)"
                .formatted(table, ident(column.name())))
        > 0;
  }

  /**
   * A value's text; null for JSON's null. A number with a point or an exponent is the number, so
   * that 1E3 and 1000 are one; beyond what a double holds (1e400) it is as the file has it.
   */
  private static String text(String json) {
    String text = "(" + json + " ->> '$')";
    String number = "TRY_CAST(" + text + " AS DOUBLE)";
    return "CASE WHEN json_type(%s) = 'DOUBLE' AND regexp_matches(%s, '[.eE]') AND isfinite(%s) THEN %s ELSE %s END"
        .formatted(json, text, number, ValueTypes.text(number, "DOUBLE"), text);
  }

  /** A nested type in which texts that look like something else stay texts. */
  private static String verbatim(String type) {
    return type.replaceAll(
        "\\b(UUID|TIME|DATE|TIMESTAMP( WITH TIME ZONE)?)(?=[,)\\[]|$)", "VARCHAR");
  }

  @Override
  public Optional<String> told(String missing) {
    return Optional.of(shape);
  }

  @Override
  public String unit() {
    return "row";
  }
}
