package dev.twotower.trainer.kept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Trains runs that belong together, each into its own directory, and none of them again that has
 * ended. Several threads may train at once, each another directory.
 */
public final class KeptRuns {
  private static final String RESULT = "result.json";
  private static final String AT_ONCE = "atOnce";

  private final Dataset data;
  private final RunsListener listener;
  private final BooleanSupplier stop;
  private final SideBySide sides;
  private final int runs;
  private final Map<RunConfig, Path> finished = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();

  /**
   * Nothing is trained yet.
   *
   * @param stop polled while training; true ends it
   * @param runs how many there will be, for the listener
   */
  public KeptRuns(Dataset data, RunsListener listener, BooleanSupplier stop, int runs) {
    this(data, listener, stop, new SideBySide(1), runs);
  }

  /**
   * The same, where runs are trained side by side.
   *
   * @param sides does that
   */
  public KeptRuns(
      Dataset data, RunsListener listener, BooleanSupplier stop, SideBySide sides, int runs) {
    this.data = data;
    this.listener = listener;
    this.sides = sides;
    this.stop = sides.stop(stop);
    this.runs = runs;
  }

  /** How many runs were trained at the same time as one, by its result, that one among them. */
  public static int atOnce(JsonNode result) {
    return result.path(AT_ONCE).asInt(1);
  }

  /**
   * Trains a run unless it is there already with the same settings; empty when stopped.
   *
   * @param description the run for the listener
   * @return the fields of {@link TrainingResult}
   * @throws IllegalArgumentException when the directory holds a run with other settings
   * @throws BadDataException when it holds one of another data set, or a damaged one
   */
  public Optional<JsonNode> trained(String description, RunConfig config, Path path)
      throws IOException, InterruptedException {
    return trained(description, config, path, 0);
  }

  /**
   * The same, up to an epoch at which the run pauses; asked for more epochs later it goes on from
   * there.
   *
   * @param epochs where to pause; 0 for the run's own end
   * @return of a paused run, the fields as they are so far
   */
  public Optional<JsonNode> trained(String description, RunConfig config, Path path, long epochs)
      throws IOException, InterruptedException {
    int number = begun.incrementAndGet();
    if (!Files.exists(path)) {
      Path same = finished.get(config);
      if (same != null) {
        copy(same, path);
      }
    }
    if (Files.exists(path)) {
      Optional<JsonNode> kept = kept(config, path);
      if (kept.isPresent()) {
        finished.put(config, path);
        return kept;
      }
    }
    Training.Options options =
        Training.Options.DEFAULT
            .withoutCheckpoints()
            .withPauseAfter(epochs)
            .withListener(listener.run(number, runs, description))
            .withStop(stop);
    TrainingResult result =
        Files.exists(path)
            ? Training.resume(data, path, options)
            : Training.start(data, config, path, options);
    if (result.interrupted()) {
      return epochs > 0 && result.epochs() >= epochs
          ? Optional.of(Json.PLAIN.valueToTree(result))
          : Optional.empty();
    }
    ObjectNode fields = Json.PLAIN.valueToTree(result);
    if (sides.now() > 1) {
      fields.put(AT_ONCE, sides.now());
    }
    try (RunDirectory run = RunDirectory.openToWrite(path)) {
      run.endWith(RESULT, Json.PLAIN.writeValueAsString(fields));
    }
    finished.put(config, path);
    return Optional.of(fields);
  }

  /** Whether a run is there that has ended. */
  public static boolean isTrained(Path path) {
    return RunDirectory.isOne(path) && RunDirectory.open(path).result(RESULT).isPresent();
  }

  /** The result of a run that is there; empty where it has not ended. */
  private Optional<JsonNode> kept(RunConfig config, Path path) {
    RunDirectory run = RunDirectory.open(path);
    RunConfig earlier = run.config();
    if (!earlier.equals(config)) {
      throw new IllegalArgumentException(
          "'%s' holds a run with other settings (%s); give the same settings, name another --out, or remove it first"
              .formatted(path, String.join("; ", earlier.differences(config))));
    }
    Optional<String> result = run.result(RESULT);
    if (result.isEmpty()) {
      return Optional.empty();
    }
    String trainedOn = run.checkedCard().datasetChecksum();
    if (!trainedOn.equals(RunDirectory.checksum(data))) {
      throw new BadDataException(
          "data set '%s' has checksum %s, the run at '%s' was trained on %s; name that one with --data, or choose another --out"
              .formatted(data.directory(), RunDirectory.checksum(data), path, trainedOn));
    }
    try {
      return Optional.of(Json.PLAIN.readTree(result.get()));
    } catch (JsonProcessingException e) {
      throw BadDataException.unreadable(path.resolve(RESULT), e);
    }
  }

  /** A run with the same settings is the same run. */
  private static void copy(Path run, Path to) throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(to);
        Stream<Path> files = Files.walk(run)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(file, staged.path().resolve(run.relativize(file).toString()));
      }
      staged.commit();
    } catch (IOException e) {
      throw WriteFailure.of(to, e);
    }
  }
}
