package dev.twotower.spark.ranking;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.topk.TopLists;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.serving.lists.SeenItems;
import dev.twotower.trainer.serving.lists.UserSources;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes vectors and lists to Parquet folders, a file for each part. */
public final class Vectors {
  private static final int BLOCK = 8192;

  /** Rows that a block has at most, whatever the length of lists. */
  private static final int ROWS = 1 << 20;

  private static final StructType VECTORS =
      new StructType()
          .add("row", DataTypes.IntegerType, false)
          .add("id", DataTypes.StringType, false)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private static StructType lists(boolean named) {
    StructType columns =
        new StructType()
            .add("user", DataTypes.StringType, false)
            .add("rank", DataTypes.IntegerType, false)
            .add("item", DataTypes.StringType, false)
            .add("score", DataTypes.FloatType, false);
    return (named ? columns.add("name", DataTypes.StringType, false) : columns)
        .add("source", DataTypes.StringType, false);
  }

  private Vectors() {}

  /** Makes the rows of a block of a part's users. */
  private interface Block extends Serializable {
    List<Row> rows(Open open, int from, int count);
  }

  /** A part at work. */
  private record Open(PartRun run, ModelScorer scorer, int[] numbers) {}

  /** Unit vectors of all users as of the test split: row (number in the log), id, vector. */
  public static void users(Jobs jobs, PartedDataset data, PartModels models, String to) {
    write(
        jobs,
        "compute the vectors of users",
        data,
        models,
        VECTORS,
        to,
        BLOCK,
        (open, from, count) -> {
          float[] vectors =
              open.scorer().userVectors(IntStream.range(from, from + count).toArray(), 0, count);
          EntityTable users = open.run().data().userTable();
          List<Row> rows = new ArrayList<>(count);
          int width = vectors.length / count;
          for (int i = 0; i < count; i++) {
            rows.add(
                RowFactory.create(
                    open.numbers()[from + i],
                    users.id(from + i),
                    boxed(vectors, i * width, width)));
          }
          return rows;
        });
  }

  private static Float[] boxed(float[] values, int from, int count) {
    Float[] boxed = new Float[count];
    Arrays.setAll(boxed, i -> values[from + i]);
    return boxed;
  }

  /** Unit vectors of all items: row (number in the log), id, vector. */
  public static void items(Jobs jobs, PartModels models, String to) {
    jobs.describe("compute the vectors of items");
    JavaRDD<Row> rows =
        jobs.context()
            .parallelize(List.of(0), 1)
            .flatMap(
                part -> {
                  try (PartRun run = models.open(part);
                      ModelScorer scorer = run.scorer(Split.TEST)) {
                    float[] vectors = scorer.itemVectors().toFloatArray();
                    EntityTable items = run.data().itemTable();
                    int width = vectors.length / items.size();
                    // The vectors are on the heap; rows are made of them one by one.
                    List<Row> made = new ArrayList<>(items.size());
                    for (int item = 0; item < items.size(); item++) {
                      made.add(
                          RowFactory.create(
                              item, items.id(item), boxed(vectors, item * width, width)));
                    }
                    return made.iterator();
                  }
                });
    jobs.spark().createDataFrame(rows, VECTORS).write().mode(SaveMode.ErrorIfExists).parquet(to);
  }

  /**
   * The best items of all users as of the test split, exact: user, rank from 1, item, score, name
   * where wanted, source, as in {@code twotower recommend --all}.
   *
   * @param k items of a list
   * @param rankSeen whether items that a user engaged with before may be in its list
   * @param named whether to write the items' names
   */
  public static void lists(
      Jobs jobs,
      PartedDataset data,
      PartModels models,
      int k,
      boolean rankSeen,
      boolean named,
      String to) {
    write(
        jobs,
        "rank items for users",
        data,
        models,
        lists(named),
        to,
        Math.max(1, Math.min(BLOCK, ROWS / k)),
        (open, from, count) -> {
          SeenItems left = new SeenItems(open.run().data(), rankSeen);
          TopLists lists =
              new TopLists(
                  open.scorer().tiled(),
                  k,
                  null,
                  left::of,
                  Devices.threads(open.run().config().threads()));
          int[] users = IntStream.range(from, from + count).toArray();
          int[] found = new int[count * lists.k()];
          float[] scores = new float[found.length];
          lists.rank(users, 0, count, found, scores);
          String[] sources = new UserSources(open.scorer(), open.run().data()).of(users, 0, count);
          EntityTable names = open.run().data().userTable();
          EntityTable items = open.run().data().itemTable();
          List<Row> rows = new ArrayList<>(found.length);
          for (int i = 0; i < count; i++) {
            for (int at = i * lists.k(), rank = 1;
                rank <= lists.k() && found[at] >= 0;
                at++, rank++) {
              String user = names.id(from + i);
              String item = items.id(found[at]);
              rows.add(
                  named
                      ? RowFactory.create(
                          user, rank, item, scores[at], items.name(found[at]), sources[i])
                      : RowFactory.create(user, rank, item, scores[at], sources[i]));
            }
          }
          return rows;
        });
  }

  private static void write(
      Jobs jobs,
      String what,
      PartedDataset data,
      PartModels models,
      StructType schema,
      String to,
      int size,
      Block block) {
    jobs.describe(what);
    String directory = data.directory().toString();
    List<Integer> parts = IntStream.range(0, data.parts()).boxed().toList();
    JavaRDD<Row> rows =
        jobs.context()
            .parallelize(parts, data.parts())
            .flatMap(
                part -> {
                  PartRun run = models.open(part);
                  ModelScorer scorer = run.scorer(Split.TEST);
                  // Rows are made while they are written; the model stays until then.
                  TaskContext.get()
                      .addTaskCompletionListener(
                          ended -> {
                            scorer.close();
                            run.close();
                          });
                  int[] numbers = PartedDataset.open(Path.of(directory)).users(part);
                  return new Blocks(new Open(run, scorer, numbers), size, block);
                });
    jobs.spark().createDataFrame(rows, schema).write().mode(SaveMode.ErrorIfExists).parquet(to);
  }

  /** Rows of all blocks of a part. */
  private static final class Blocks implements Iterator<Row> {
    private final Open open;
    private final int size;
    private final Block block;
    private Iterator<Row> rows = List.<Row>of().iterator();
    private int from;

    Blocks(Open open, int size, Block block) {
      this.open = open;
      this.size = size;
      this.block = block;
    }

    @Override
    public boolean hasNext() {
      while (!rows.hasNext() && from < open.numbers().length) {
        int count = Math.min(size, open.numbers().length - from);
        rows = block.rows(open, from, count).iterator();
        from += count;
      }
      return rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
