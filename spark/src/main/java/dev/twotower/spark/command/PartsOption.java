package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.imports.RawLog;
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
    requireNoLog(directory);
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "--data: there is no directory '%s'; name one made by twotower-spark prepare"
              .formatted(directory));
    }
    return PartedDataset.open(path());
  }

  /**
   * Refuses a log in place of the data set that is made of it.
   *
   * @throws IllegalArgumentException saying what it is, and what to do
   */
  static void requireNoLog(Path place) {
    RawLog.at(place)
        .ifPresent(
            log -> {
              throw new IllegalArgumentException(
                  "--data: '%s' is %s, no data set; prepare makes one of it: %s"
                      .formatted(
                          place,
                          log,
                          Typed.command(
                              "prepare --from %s --to DATA --column user=COLUMN --column"
                                  + " item=COLUMN",
                              place)));
            });
  }

  /** The directory as every process names it. */
  Path path() {
    return directory.toAbsolutePath().normalize();
  }
}
