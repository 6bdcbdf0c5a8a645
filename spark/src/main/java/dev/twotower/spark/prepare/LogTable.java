package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.FileOrder;
import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The log's rows with their roles as columns: u, i, q (texts of user, item, request), t (what rows
 * are ordered by, a whole number), m (the time that is stored), w (weight), s (split 0..2), h, g
 * (hashes of the whole row, where repeats are dropped), c0.. (contexts), f and p (number of the
 * file and place in it). Spark keeps the rows until this is closed.
 */
final class LogTable implements AutoCloseable {
  private static final long LATEST_SECONDS = 7_258_118_400L;
  private static final int EXAMPLES = 5;

  /** Ends the names of columns that are true where a floating-point id has lost digits. */
  private static final String LOST = "lost";

  private final PrepareRequest request;
  private final Dataset<Row> source;
  private final SourceColumns named;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<Column> unwanted = new ArrayList<>();
  private final List<ContextRole> contexts = new ArrayList<>();
  private final Map<String, Long> dropped = new LinkedHashMap<>();
  private long perSecond;
  private boolean counted;
  private long rowsRead;
  private Dataset<Row> screened;
  private Dataset<Row> usable;

  /** A context column: its name, and whether it holds numbers. */
  record ContextRole(String name, boolean numeric) {}

  private LogTable(PrepareRequest request, Dataset<Row> source) {
    this.request = request;
    this.source = source;
    this.named = new SourceColumns(source, "the log");
  }

  /**
   * Reads and screens the log.
   *
   * @throws IllegalArgumentException when a column or condition cannot be
   * @throws BadDataException when more rows are bad than the request allows, or none is left
   */
  static LogTable read(SparkSession spark, PrepareRequest request) {
    LogTable log =
        new LogTable(
            request,
            TableReader.read(spark, "--from", request.from(), request.format(), request.options()));
    log.resolve();
    try {
      log.screen();
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    return log;
  }

  private void resolve() {
    Problems problems = new Problems();
    for (String text : request.log().where()) {
      problems.parse(() -> named.requireCondition("--where", text));
      unwanted.add(expr("NOT coalesce((" + named.sql(text) + "), FALSE)"));
    }
    for (String role : List.of("user", "item", "request")) {
      String option = request.log().columns().get(role);
      problems.parse(
          () -> {
            columns.put(
                column(role), option == null ? expr("'0'") : id("--column " + role, option));
            if (option != null) {
              addLost(column(role), "--column " + role, option);
            }
          });
    }
    problems.parse(
        () -> {
          LogTime time = LogTime.resolve(request, named);
          perSecond = time.perSecond();
          counted = time.counted();
          columns.put("t", time.order());
          columns.put("m", time.stored());
        });
    String weight = request.log().columns().get("weight");
    if (weight != null) {
      problems.parse(() -> named.type("--column weight", weight));
    }
    columns.put(
        "w",
        weight == null
            ? expr("CAST(1 AS DOUBLE)")
            : expr("try_cast((" + named.sql(weight) + ") AS DOUBLE)"));
    String split = request.log().columns().get("split");
    if (split != null) {
      problems.parse(() -> named.type("--column split", split));
    }
    String lower =
        split == null ? "'train'" : "lower(trim(CAST((" + named.sql(split) + ") AS STRING)))";
    columns.put(
        "s",
        expr(
            "CASE WHEN %1$s = 'train' THEN 0 WHEN %1$s IN ('validation', 'valid', 'val') THEN 1 WHEN %1$s = 'test' THEN 2 END"
                .formatted(lower)));
    if (request.kinds()) {
      String kind = request.log().columns().get(ContextOption.EVENT);
      problems.parse(() -> addContext(ContextOption.event(kind)));
    }
    for (String text : request.log().contexts()) {
      problems.parse(() -> addContext(ContextOption.parse(text)));
    }
    problems.check();
    if (request.duplicates() == Duplicates.DROP) {
      // 96 bits beside user, item and request: two rows that differ are not taken for one.
      String all =
          Arrays.stream(source.columns())
              .map(name -> "coalesce(CAST(`" + name + "` AS STRING), '\\u0000')")
              .collect(Collectors.joining(", "));
      columns.put("h", expr("xxhash64(" + all + ")"));
      columns.put("g", expr("hash(" + all + ")"));
    }
  }

  private static String column(String role) {
    return role.equals("request") ? "q" : role.substring(0, 1);
  }

  /** The text of an id: that of a whole floating-point number is the number's. */
  private Column id(String flag, String option) {
    DataType type = named.type(flag, option);
    String expression = named.sql(option);
    if (isFloat(type)) {
      return expr(
          "CASE WHEN isnan(%1$s) THEN NULL WHEN %1$s = floor(%1$s) AND abs(%1$s) < %2$d THEN CAST(CAST(%1$s AS BIGINT) AS STRING) ELSE CAST(%1$s AS STRING) END"
              .formatted("(" + expression + ")", exact(type)));
    }
    if (type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type.equals(DataTypes.BinaryType)) {
      throw new IllegalArgumentException(
          "%s: '%s' is of type %s; allowed: texts and numbers; an expression can make one"
              .formatted(flag, option, type.sql()));
    }
    return expr("CAST((" + expression + ") AS STRING)");
  }

  /** The column that says whether an id is infinite, or larger than whole numbers stay apart. */
  private void addLost(String column, String flag, String option) {
    DataType type = named.type(flag, option);
    if (isFloat(type)) {
      columns.put(
          column + LOST,
          expr(
              "NOT isnan(%1$s) AND abs(%1$s) >= %2$d"
                  .formatted("(" + named.sql(option) + ")", exact(type))));
    }
  }

  private static boolean isFloat(DataType type) {
    return type.equals(DataTypes.FloatType) || type.equals(DataTypes.DoubleType);
  }

  /** Below what a floating-point type tells whole numbers from their neighbours. */
  private static long exact(DataType type) {
    return 1L << (type.equals(DataTypes.DoubleType) ? 53 : 24);
  }

  private void addContext(ContextOption option) {
    if (option.kind() != null && option.kind().isList()) {
      throw new IllegalArgumentException(
          "--context %s: received a list (:%s); allowed here: :numeric or :categorical, since a log of parts keeps no lists; import keeps them"
              .formatted(option.name(), Words.of(option.kind())));
    }
    String flag = (option.isEvent() ? "--column " : "--context ") + option.name();
    DataType type = named.type(flag, option.column());
    boolean numeric =
        option.kind() == null
            ? type instanceof NumericType
            : option.kind() == ContextOption.Kind.NUMERIC;
    columns.put(
        "c" + contexts.size(),
        numeric
            ? expr("nanvl(try_cast((" + named.sql(option.column()) + ") AS DOUBLE), NULL)")
            : id(flag, option.column()));
    contexts.add(new ContextRole(option.name(), numeric));
  }

  private void screen() {
    List<Column> selected = new ArrayList<>();
    columns.forEach((name, column) -> selected.add(column.as(name)));
    for (int w = 0; w < request.log().where().size(); w++) {
      selected.add(unwanted.get(w).as("where" + w));
    }
    selected.add(expr("input_file_name()").as("f"));
    selected.add(expr("monotonically_increasing_id()").as("p"));
    Dataset<Row> rows =
        source.select(selected.toArray(Column[]::new)).withColumn("reason", reason());
    screened = rows.persist(StorageLevel.MEMORY_AND_DISK());
    long bad = 0;
    SortedSet<String> files = new TreeSet<>(FileOrder.OF_URIS);
    for (Row row : screened.groupBy("reason", "f").count().orderBy("reason").collectAsList()) {
      files.add(row.getString(1));
      rowsRead += row.getLong(2);
      if (!row.isNullAt(0)) {
        dropped.merge(row.getString(0), row.getLong(2), Long::sum);
        bad += row.getString(0).startsWith("fails --where") ? 0 : row.getLong(2);
      }
    }
    request.log().where().forEach(text -> dropped.putIfAbsent("fails --where " + text, 0L));
    if (bad > request.log().maxBadRows()) {
      throw new BadDataException(
          "%s of %s; --max-bad-rows allows %d: %s%n%s"
              .formatted(
                  Amount.of(bad, "row cannot be used", "rows cannot be used"),
                  Amount.number(rowsRead),
                  request.log().maxBadRows(),
                  dropped,
                  examples(screened)));
    }
    if (rowsRead == dropped.values().stream().mapToLong(Long::longValue).sum()) {
      throw new BadDataException(
          rowsRead == 0
              ? "the log has no row to prepare"
              : "the log leaves no row to prepare: " + dropped);
    }
    usable = screened.filter(col("reason").isNull()).withColumn("f", numberOf(files));
  }

  /** The number of a row's file, in the order that files are read in: a name would travel along. */
  private Column numberOf(SortedSet<String> files) {
    if (files.size() == 1) {
      return lit(0);
    }
    Map<String, Integer> numbers = new HashMap<>();
    files.forEach(file -> numbers.put(file, numbers.size()));
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(source.sparkSession().sparkContext());
    return numberIn(context.broadcast(numbers)).apply(col("f"));
  }

  private static UserDefinedFunction numberIn(Broadcast<Map<String, Integer>> numbers) {
    return udf((UDF1<String, Integer>) file -> numbers.value().get(file), DataTypes.IntegerType);
  }

  private static String examples(Dataset<Row> rows) {
    return rows
        .filter(col("reason").isNotNull().and(expr("reason NOT LIKE 'fails --where%'")))
        .select("reason", "u", "i", "q", "t", "w", "f")
        .limit(EXAMPLES)
        .collectAsList()
        .stream()
        .map(
            row ->
                "  %s: user=%s, item=%s, request=%s, time=%s, weight=%s (%s)"
                    .formatted(
                        row.get(0),
                        row.get(1),
                        row.get(2),
                        row.get(3),
                        row.get(4),
                        row.get(5),
                        row.get(6)))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Why a row is left out, in the words of import; null where it is used. */
  private Column reason() {
    StringBuilder sql = new StringBuilder("CASE");
    for (int w = 0; w < request.log().where().size(); w++) {
      when(sql, "where" + w, "fails --where " + request.log().where().get(w));
    }
    for (String role : List.of("user", "item", "request")) {
      absent(sql, role, column(role));
      if (columns.containsKey(column(role) + LOST)) {
        when(sql, column(role) + LOST, role + " is a floating-point number that has lost digits");
      }
    }
    when(sql, "t IS NULL OR m IS NULL", "time is absent or cannot be read");
    when(sql, "t < 0", "time is negative");
    if (perSecond > 0) {
      when(
          sql,
          "t > " + LATEST_SECONDS * perSecond + "L",
          "time is after the year 2200: set --time-unit to what its numbers count (seconds by"
              + " default)");
    }
    when(sql, "w IS NULL OR isnan(w) OR abs(w) > 3.4e38", "weight is not a finite number");
    when(sql, "w < 0", "weight is negative");
    when(sql, "s IS NULL", "split is not train, validation or test");
    if (request.kinds()) {
      absent(sql, ContextOption.EVENT, "c0");
    }
    return expr(sql + " END");
  }

  private void absent(StringBuilder sql, String role, String column) {
    when(sql, "coalesce(trim(" + column + "), '') = ''", role + " is absent");
    if (!request.log().nullWords().isEmpty()) {
      String words =
          request.log().nullWords().stream()
              .map(LogTable::literal)
              .collect(Collectors.joining(", "));
      sql.append(
          " WHEN trim(%1$s) IN (%2$s) THEN concat('%3$s is absent: the word ', trim(%1$s), ' means null (--null-words)')"
              .formatted(column, words, role));
    }
  }

  private static void when(StringBuilder sql, String condition, String label) {
    sql.append(" WHEN ").append(condition).append(" THEN ").append(literal(label));
  }

  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** The rows that are used. */
  Dataset<Row> usable() {
    return usable;
  }

  List<ContextRole> contexts() {
    return contexts;
  }

  boolean timed() {
    return perSecond > 0;
  }

  /** How many of what {@code t} counts make a second; 0 for positions. */
  long perSecond() {
    return perSecond;
  }

  /** Whether times are numbers. */
  boolean counted() {
    return counted;
  }

  long rowsRead() {
    return rowsRead;
  }

  /** Rows left out, by reason. */
  Map<String, Long> dropped() {
    return dropped;
  }

  /** Frees the memory and disk that the rows take. */
  @Override
  public void close() {
    if (screened != null) {
      screened.unpersist();
    }
  }
}
