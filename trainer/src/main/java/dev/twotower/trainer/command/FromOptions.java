package dev.twotower.trainer.command;

import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.StartFrom;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code --from} and what belongs to it. */
final class FromOptions {
  /** What becomes of the optimisers' state. */
  enum Optimizer {
    KEEP,
    FRESH
  }

  @Option(
      names = "--from",
      order = 7,
      paramLabel = "RUN",
      showDefaultValue = Visibility.NEVER,
      description =
          "Start from the model of this run, which may be of another data set: users, items and codes are matched by their ids and texts. Without --config the run's configuration holds, changed by --set.")
  private Optional<Path> run = Optional.empty();

  @Option(
      names = "--from-data",
      order = 8,
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description = "Where that run's data set is, if it was moved.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--from-optimizer",
      order = 9,
      paramLabel = "WHAT",
      defaultValue = "keep",
      description = "Whether the state of its optimisers comes along: keep or fresh.")
  private Optimizer optimizer;

  /** Settings that hold unless the command line says otherwise; empty for the defaults. */
  Optional<RunConfig> base() {
    if (run.isEmpty() && data.isPresent()) {
      throw new IllegalArgumentException(
          "--from-data %s says where the data set of --from RUN is; give --from as well"
              .formatted(data.get()));
    }
    return run.map(path -> RunDirectory.open(path).config());
  }

  Optional<StartFrom> start() {
    return run.map(path -> new StartFrom(path, data, optimizer == Optimizer.KEEP));
  }

  /** A run that is resumed knows where it started. */
  void requireSame(Path out) {
    if (run.isEmpty()) {
      return;
    }
    Optional<String> known =
        RunDirectory.open(out)
            .origin()
            .map(Origin::continued)
            .map(Continued::chain)
            .map(chain -> chain.get(0).run());
    String asked = run.get().toAbsolutePath().normalize().toString();
    if (!known.equals(Optional.of(asked))) {
      throw new IllegalArgumentException(
          "--from %s: the run at %s started from %s; leave out --from to resume it"
              .formatted(asked, out, known.orElse("nothing")));
    }
  }
}
