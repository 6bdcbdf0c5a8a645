package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.RawLog;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
    requireNoOther(directory);
    return Dataset.open(directory);
  }

  /**
   * Refuses what is there and is something else: a log that is not imported, or a run.
   *
   * @throws IllegalArgumentException saying what it is, and what to do
   */
  static void requireNoOther(Path place) {
    if (RunDirectory.isOne(place)) {
      throw new IllegalArgumentException(
          "--data: '%s' is a run, no data set; name the directory that its --data named"
              .formatted(place));
    }
    Optional<String> log = RawLog.at(place);
    if (log.isPresent() || Files.exists(place) && !Files.isDirectory(place)) {
      throw new IllegalArgumentException(
          "--data: '%s' is %s, no data set; import makes one of it: %s"
              .formatted(
                  place,
                  log.orElse("a file"),
                  ProgramName.command(
                      "import table --from %s --to DATA --column user=COLUMN --column item=COLUMN",
                      place)));
    }
  }

  Path directory() {
    return directory;
  }
}
