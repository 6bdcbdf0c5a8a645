package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.run.RunDirectory;
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
   * @throws IllegalArgumentException when nothing exists at that place, or no data set
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
      throw new IllegalArgumentException(
          "--data: '%s' is no directory; name a directory made by import or generate, as in: %s"
              .formatted(
                  directory,
                  ProgramName.command("import table --from %s --to DATA --column ..", directory)));
    }
    if (RunDirectory.isOne(directory)) {
      throw new IllegalArgumentException(
          "--data: '%s' is a run, no data set; name the directory that its --data named"
              .formatted(directory));
    }
    return Dataset.open(directory);
  }

  Path directory() {
    return directory;
  }
}
