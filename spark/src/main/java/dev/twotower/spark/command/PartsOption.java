package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data DIR}. */
final class PartsOption {
  @Option(
      names = "--data",
      required = true,
      order = 1,
      paramLabel = "DIR",
      description = "A data set of parts made by prepare.")
  private Path directory;

  /**
   * Opens the data set.
   *
   * @throws IllegalArgumentException when nothing exists at that place
   */
  PartedDataset open() {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "--data: there is no directory '%s'; name one made by twotower-spark prepare"
              .formatted(directory));
    }
    return PartedDataset.open(path());
  }

  /** The directory as every process names it. */
  Path path() {
    return directory.toAbsolutePath().normalize();
  }
}
