package dev.twotower.trainer.command;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data DIR}. */
final class DataOption {
  @Option(
      names = "--data",
      required = true,
      order = 1,
      paramLabel = "DIR",
      description = "A data set made by import or generate.")
  private Path directory;

  /**
   * Opens the data set.
   *
   * @throws IllegalArgumentException when nothing exists at that place
   */
  Dataset open() {
    return open(directory);
  }

  /** As {@link #open()} for a directory given by another option. */
  static Dataset open(Path directory) {
    if (!Files.exists(directory)) {
      throw new IllegalArgumentException(
          "--data: nothing exists at '"
              + directory
              + "'; name a directory made by import or generate");
    }
    if (!Files.isDirectory(directory)) {
      throw new BadDataException(
          "--data: '"
              + directory
              + "' is no directory; name a directory made by import or generate");
    }
    return Dataset.open(directory);
  }

  Path directory() {
    return directory;
  }
}
