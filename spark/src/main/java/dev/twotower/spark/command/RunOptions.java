package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.Optional;
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

  @Option(
      names = "--data",
      order = 20,
      paramLabel = "DIR",
      description = "Where the data set of parts is. By default where the run's was.")
  private Optional<Path> data = Optional.empty();

  /**
   * Opens the data set, and checks that the run is of it.
   *
   * @throws IllegalArgumentException when it is at no place that is given or known, or is of one
   *     piece
   */
  PartedDataset open() {
    data.ifPresent(PartsOption::requireNoLog);
    RunDirectory directory = directory();
    Path at = directory.data().at(data).toAbsolutePath().normalize();
    PartedDataset parts = PartedDataset.open(at);
    PartRun.check(parts, directory);
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
