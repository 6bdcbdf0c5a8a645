package dev.twotower.spark;

import dev.twotower.spark.command.DescribeCommand;
import dev.twotower.spark.command.DiagnoseCommand;
import dev.twotower.spark.command.EmbedCommand;
import dev.twotower.spark.command.EvaluateCommand;
import dev.twotower.spark.command.PrepareCommand;
import dev.twotower.spark.command.RecommendCommand;
import dev.twotower.spark.command.TrainCommand;
import java.util.List;

/** The program {@code twotower-spark}. */
public final class Main {
  private Main() {}

  /** Its commands. */
  public static dev.twotower.trainer.command.Main.Program program() {
    return new dev.twotower.trainer.command.Main.Program(
        "twotower-spark",
        List.of(
            "The commands of twotower for logs beyond one machine, on Apache Spark.",
            "Runs on all cores of this machine; on a cluster with --master URL before the command"
                + " (scripts/twotower-spark, docs/cluster.md). Paths must be on storage that the"
                + " driver and all executors see."),
        List.of(
            "twotower-spark prepare --from 'log/*.parquet' --to logs/parts --parts 8 --column"
                + " user=customer --column item=sku --column time=at",
            "twotower-spark train --data logs/parts --out runs/one",
            "twotower-spark evaluate --data logs/parts --run runs/one"),
        List.of(
            new PrepareCommand(),
            new DescribeCommand(),
            new DiagnoseCommand(),
            new TrainCommand(),
            new EvaluateCommand(),
            new EmbedCommand(),
            new RecommendCommand()));
  }

  /** Runs the command line and exits with the documented code. */
  public static void main(String[] args) {
    dev.twotower.trainer.command.Main.main(program(), args);
  }
}
