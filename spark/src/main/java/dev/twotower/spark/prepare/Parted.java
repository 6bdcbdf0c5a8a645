package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.spark.job.Jobs;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows and numbers of users, each in their parts and in the order of users, and what makes users of
 * them. Rows are shuffled once; they meet the numbers of their users where they arrive.
 */
final class Parted {
  private static final StructType NUMBERED =
      new StructType()
          .add("n", DataTypes.LongType)
          .add("u", DataTypes.StringType)
          .add("part", DataTypes.IntegerType);

  private final PrepareRequest request;
  private final SparkSession spark;
  private final JavaRDD<Row> rows;
  private final JavaRDD<Row> numbers;
  private final Broadcast<Map<String, Integer>> items;
  private final Broadcast<List<Map<String, Integer>>> codes;

  Parted(
      Jobs jobs,
      PrepareRequest request,
      LogTable log,
      Catalogue catalogue,
      List<List<String>> texts) {
    this.request = request;
    this.spark = jobs.spark();
    Dataset<Row> users =
        log.usable()
            .select("u")
            .distinct()
            .withColumn("part", part())
            .withColumn("k", expr("try_cast(u AS BIGINT)"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    Column[] order = Catalogue.areNumbers(users.select("u")) ? columns("k", "u") : columns("u");
    this.numbers = numbers(users, order);
    users.unpersist();
    this.rows = rows(log, order);
    this.items = jobs.context().broadcast(catalogue.numbers());
    List<Map<String, Integer>> numbered = new ArrayList<>();
    for (List<String> of : texts) {
      Map<String, Integer> codes = of == null ? null : new HashMap<>();
      for (int i = 0; of != null && i < of.size(); i++) {
        codes.put(of.get(i), i + 1);
      }
      numbered.add(codes);
    }
    this.codes = jobs.context().broadcast(numbered);
  }

  private static Column[] columns(String... names) {
    return Arrays.stream(names).map(name -> col(name)).toArray(Column[]::new);
  }

  private Column part() {
    return expr("CAST(pmod(xxhash64(u), " + request.parts() + ") AS INT)").as("part");
  }

  /** The numbers of users; adaptive execution has shuffled them once this returns. */
  private JavaRDD<Row> numbers(Dataset<Row> users, Column[] order) {
    JavaRDD<Row> numbered =
        users
            .orderBy(order)
            .javaRDD()
            .zipWithIndex()
            .map(each -> RowFactory.create(each._2(), each._1().get(0), each._1().get(1)));
    return spark
        .createDataFrame(numbered, NUMBERED)
        .repartitionById(request.parts(), col("part"))
        .sortWithinPartitions("n")
        .javaRDD();
  }

  private JavaRDD<Row> rows(LogTable log, Column[] order) {
    boolean hashed = request.duplicates() == Duplicates.DROP;
    List<Column> columns = new ArrayList<>();
    for (String name : PartRows.COLUMNS) {
      columns.add(
          switch (name) {
            case "part" -> part();
            case "h" -> hashed ? col("h") : lit(0L).as("h");
            case "g" -> hashed ? col("g") : lit(0).as("g");
            default -> col(name);
          });
    }
    for (int c = 0; c < log.contexts().size(); c++) {
      columns.add(col("c" + c));
    }
    if (order.length > 1) {
      columns.add(expr("CAST(u AS BIGINT)").as("k"));
    }
    List<Column> sorted = new ArrayList<>(List.of(order));
    sorted.addAll(List.of(columns("t", "f", "p")));
    return log.usable()
        .select(columns.toArray(Column[]::new))
        .repartitionById(request.parts(), col("part"))
        .sortWithinPartitions(sorted.toArray(Column[]::new))
        .javaRDD();
  }

  JavaRDD<PartRows.User> users() {
    return each(users -> users);
  }

  List<PartOutput.Written> write(PartOutput output) {
    return each(users -> {
          TaskContext task = TaskContext.get();
          PartOutput.Written written =
              output.write(task.partitionId(), task.taskAttemptId(), users);
          return List.of(written).iterator();
        })
        .collect();
  }

  private <T> JavaRDD<T> each(PartWork<T> work) {
    return each(rows, numbers, items, codes, work);
  }

  /** What is done with the users of a part, one after the other. */
  @FunctionalInterface
  private interface PartWork<T> extends Serializable {
    Iterator<T> of(PartRows users) throws Exception;
  }

  private static <T> JavaRDD<T> each(
      JavaRDD<Row> rows,
      JavaRDD<Row> numbers,
      Broadcast<Map<String, Integer>> items,
      Broadcast<List<Map<String, Integer>>> codes,
      PartWork<T> work) {
    return rows.zipPartitions(
        numbers,
        (of, numbered) -> work.of(new PartRows(of, numbered, items.value(), codes.value())));
  }
}
