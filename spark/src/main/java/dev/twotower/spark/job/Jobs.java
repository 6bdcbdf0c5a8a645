package dev.twotower.spark.job;

import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.Progress;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's session for one command. What runs is named in Spark's web view and on a terminal. The
 * master and all other settings are those of Spark's own configuration ({@code spark.master} and
 * the like); where no master is set, all cores of this machine.
 */
public final class Jobs implements AutoCloseable {
  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Console console;
  private final String name;
  private final AtomicLong tasks = new AtomicLong();
  private Progress progress = Progress.SILENT;

  private Jobs(SparkSession spark, Console console, String name) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.console = console;
    this.name = name;
    context
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                progress.at(tasks.incrementAndGet(), current());
              }
            });
  }

  private static boolean kept;
  private String description = "";

  /** Leaves the session running at the end of a command, for a program that runs several. */
  public static void keepOpen() {
    kept = true;
  }

  private String current() {
    return description;
  }

  /**
   * Starts the session.
   *
   * @param name of the command, for Spark's web view
   */
  public static Jobs start(Console console, String name) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("twotower-spark " + name)
            .config("spark.sql.session.timeZone", "UTC");
    String master = System.getProperty("spark.master");
    if (master == null) {
      builder.master("local[*]").config("spark.ui.enabled", "false");
    }
    if ((master == null || master.startsWith("local"))
        && System.getProperty("spark.sql.shuffle.partitions") == null) {
      // Spark's default is for a cluster; here each file costs more than what is in it.
      int cores = Runtime.getRuntime().availableProcessors();
      builder.config("spark.sql.shuffle.partitions", String.valueOf(Math.max(4, 2 * cores)));
    }
    SparkSession spark = builder.getOrCreate();
    return new Jobs(spark, console, name);
  }

  public SparkSession spark() {
    return spark;
  }

  public JavaSparkContext context() {
    return context;
  }

  /** Says what the jobs that follow do. */
  public void describe(String what) {
    description = what;
    context.sc().setJobDescription(what);
    context.setCallSite(what);
    progress.close();
    tasks.set(0);
    progress = console.progress(name + ": " + what, "tasks", -1);
  }

  /** Work on a part, done on an executor; what it returns travels to the driver. */
  @FunctionalInterface
  public interface PartWork<T> extends Serializable {
    /**
     * @param part number of the part
     */
    T of(int part) throws Exception;
  }

  /**
   * Does a piece of work for each part, one task a part.
   *
   * @param what it does, for people
   * @return what each part returned, in the order of parts
   */
  public <T> List<T> each(String what, int parts, PartWork<T> work) {
    describe(what);
    return context
        .parallelize(IntStream.range(0, parts).boxed().toList(), parts)
        .map(work::of)
        .collect();
  }

  /** How many tasks run at a time. */
  public int slots() {
    return Math.max(1, context.defaultParallelism());
  }

  @Override
  public void close() {
    progress.close();
    if (!kept) {
      spark.stop();
    }
  }
}
