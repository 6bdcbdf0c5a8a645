package dev.twotower.trainer.command;

import dev.twotower.trainer.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --run RUN} and what loading it needs. */
final class RunOption {
  @Option(
      names = "--run",
      required = true,
      order = 1,
      paramLabel = "RUN",
      description = "A directory that train wrote.")
  private Path path;

  @Mixin private RunPlace place;

  TrainedRun open(Console console) throws IOException {
    return open(path, place.data(), place.device(), console);
  }

  /** Opens a run; of one that has not ended, says that its model is the best so far. */
  static TrainedRun open(Path path, Optional<Path> data, Optional<String> device, Console console)
      throws IOException {
    TrainedRun run = TrainedRun.load(path, data, device);
    run.notEnded().ifPresent(console::tell);
    return run;
  }
}
