package dev.twotower.trainer.command;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --data DIR} and {@code --device D} of commands that read what a run knows itself. */
final class RunPlace {
  @Option(
      names = "--data",
      order = 20,
      paramLabel = "DIR",
      description = "Where the data set is. By default where the run's was.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--device",
      order = 21,
      paramLabel = "D",
      description = "auto, cpu or gpu:N. By default the run's.")
  private Optional<String> device = Optional.empty();

  /**
   * Where the data set was said to be.
   *
   * @throws IllegalArgumentException when that is something else
   */
  Optional<Path> data() {
    data.ifPresent(DataOption::requireNoOther);
    return data;
  }

  Optional<String> device() {
    return device;
  }
}
