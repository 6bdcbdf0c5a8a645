package dev.twotower.trainer.command;

import dev.twotower.data.BadDataException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.track.TrackedAs;
import dev.twotower.trainer.track.Tracking;
import dev.twotower.trainer.track.TrackingServer;
import dev.twotower.trainer.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code --track} and what goes with it. */
final class TrackOptions {
  private static final String EXPERIMENT = "twotower";

  @Option(
      names = "--track",
      order = 40,
      paramLabel = "URI",
      showDefaultValue = Visibility.NEVER,
      description =
          "Send settings, metrics by step, status and results to this MLflow tracking server as"
              + " well. A server that does not answer costs a warning, never the run.")
  private Optional<String> server = Optional.empty();

  @Option(
      names = "--track-experiment",
      order = 41,
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = "The experiment there, made where there is none. By default twotower.")
  private Optional<String> experiment = Optional.empty();

  @Option(
      names = "--track-tag",
      order = 42,
      paramLabel = "KEY=VALUE",
      description = "A tag of every run there; may be repeated.")
  private Map<String, String> tags = Map.of();

  /** The tracking of one command; without {@code --track} there is none. */
  record Session(Optional<Tracking> tracking) implements AutoCloseable {
    /** What a training that stands alone is to tell. */
    TrainingListener run(TrainingListener shown) {
      return tracking.map(each -> each.run(shown)).orElse(shown);
    }

    /**
     * Does what trains several parts of a whole.
     *
     * @param out the directory of all
     * @param base what they have in common
     * @param work is given whom to tell, and gives what came of it, empty when stopped
     * @param files what it leaves in the directory
     */
    <T> Optional<T> parts(
        RunsListener shown, Path out, RunConfig base, Work<T> work, String... files)
        throws IOException, InterruptedException {
      Optional<Tracking.Runs> runs = tracking.map(each -> each.runs(shown, out, base));
      Optional<T> result = work.tellingOf(runs.isPresent() ? runs.get() : shown);
      if (result.isPresent()) {
        runs.ifPresent(each -> each.finish(files));
      }
      return result;
    }

    @Override
    public void close() throws InterruptedException {
      if (tracking.isPresent()) {
        tracking.get().close();
      }
    }
  }

  /** What trains several parts of a whole. */
  @FunctionalInterface
  interface Work<T> {
    Optional<T> tellingOf(RunsListener listener) throws IOException, InterruptedException;
  }

  /** Whether a server is named. */
  boolean given() {
    return server.isPresent();
  }

  /** Refuses options that do not go together, for a run that is not tracked yet. */
  void check() {
    requireServer(server);
    server.ifPresent(TrackOptions::server);
  }

  private void requireServer(Optional<String> address) {
    if (address.isEmpty() && (experiment.isPresent() || !tags.isEmpty())) {
      throw new IllegalArgumentException(
          "--track-experiment and --track-tag say something of --track URI; give --track as well");
    }
  }

  /** To be closed once the command has done its work or failed. */
  Session open(Console console) {
    return open(console, Optional.empty());
  }

  /**
   * The same, for a run that may be tracked already.
   *
   * @param resumed its directory
   */
  Session open(Console console, Optional<Path> resumed) {
    Optional<TrackedAs> known =
        server.isPresent() ? Optional.empty() : resumed.flatMap(run -> known(console, run));
    Optional<String> address = server.or(() -> known.map(TrackedAs::server));
    requireServer(address);
    String name = experiment.or(() -> known.map(TrackedAs::experiment)).orElse(EXPERIMENT);
    return new Session(
        address.map(
            text ->
                new Tracking(
                    new Tracking.Target(server(text), name, new LinkedHashMap<>(tags)),
                    message -> note(console, message),
                    console.interruption().stopSignal())));
  }

  /** A file beside the run is no reason to stop it. */
  private static Optional<TrackedAs> known(Console console, Path run) {
    try {
      Optional<TrackedAs> known = TrackedAs.in(run);
      known.ifPresent(
          as -> note(console, "the run is tracked at " + server(as.server()) + " as before"));
      return known;
    } catch (BadDataException | IllegalArgumentException damaged) {
      note(console, damaged.getMessage() + "; the run goes on untracked, unless --track is given");
      return Optional.empty();
    }
  }

  private static void note(Console console, String message) {
    console.tell("note: " + message);
  }

  private static TrackingServer server(String text) {
    try {
      return TrackingServer.parse(text, System.getenv());
    } catch (IllegalArgumentException other) {
      throw new IllegalArgumentException("--track: " + other.getMessage(), other);
    }
  }
}
