package dev.twotower.trainer.track;

import dev.twotower.data.BadDataException;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code mlflow.json} in a run's directory: what the run is on a tracking server.
 *
 * @param server its address
 * @param experiment the experiment's name
 * @param run the run's id
 */
public record TrackedAs(String server, String experiment, String run) {
  /** The file's name. */
  public static final String FILE = "mlflow.json";

  /**
   * What a directory says; empty where its run is not tracked.
   *
   * @throws BadDataException when the file cannot be read
   */
  public static Optional<TrackedAs> in(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      TrackedAs tracked = Json.TOLERANT.readValue(file.toFile(), TrackedAs.class);
      if (tracked.server() == null || tracked.experiment() == null || tracked.run() == null) {
        throw new IOException("it lacks the server, the experiment or the run");
      }
      return Optional.of(tracked);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }
}
