package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --run RUN} and {@code --data DIR}. */
final class RunOptions {
  @Option(
      names = "--run",
      required = true,
      order = 1,
      paramLabel = "RUN",
      description =
          "A directory that train wrote on this data set of parts, on a cluster or on one machine.")
  private Path run;

  @Mixin private PartsOption data;

  /** Opens the data set, and checks that the run is of it. */
  PartedDataset open() {
    PartedDataset parts = data.open();
    PartRun.check(parts, directory());
    return parts;
  }

  RunDirectory directory() {
    return RunDirectory.open(path());
  }

  /** The run as every process names it. */
  Path path() {
    return run.toAbsolutePath().normalize();
  }
}
