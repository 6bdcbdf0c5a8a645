package dev.twotower.trainer.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Trains the runs of a comparison, each into a directory of its own, and none of them twice. */
final class KeptRuns {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT = "result.json";

  private final Dataset data;
  private final CompareListener listener;
  private final BooleanSupplier stop;
  private final int runs;
  private int begun;

  /**
   * Nothing is trained yet.
   *
   * @param stop polled while training; true ends it
   * @param runs how many there will be, for the listener
   */
  KeptRuns(Dataset data, CompareListener listener, BooleanSupplier stop, int runs) {
    this.data = data;
    this.listener = listener;
    this.stop = stop;
    this.runs = runs;
  }

  /**
   * Trains a run unless it is there already with the same settings; empty when stopped.
   *
   * @param description the run for the listener
   * @return the fields of {@link TrainingResult}
   * @throws IllegalArgumentException when the directory holds a run with other settings
   */
  Optional<JsonNode> trained(String description, RunConfig config, Path path)
      throws IOException, InterruptedException {
    begun++;
    Path finished = path.resolve(RESULT);
    if (Files.exists(path)) {
      RunConfig earlier = RunDirectory.open(path).config();
      if (!earlier.equals(config)) {
        throw new IllegalArgumentException(
            "'%s' holds a run with other settings (%s); give the same settings, compare into another --out, or remove it first"
                .formatted(path, String.join("; ", earlier.differences(config))));
      }
      if (Files.exists(finished)) {
        return Optional.of(JSON.readTree(finished.toFile()));
      }
    }
    Training.Options options =
        Training.Options.DEFAULT
            .withoutCheckpoints()
            .withListener(listener.run(begun, runs, description))
            .withStop(stop);
    TrainingResult result =
        Files.exists(path)
            ? Training.resume(data, path, options)
            : Training.start(data, config, path, options);
    if (result.interrupted()) {
      return Optional.empty();
    }
    // Whether the file is there decides whether the run is finished, so it must never be a part.
    RunDirectory.open(path).replace(RESULT, JSON.writeValueAsString(result));
    return Optional.of(JSON.valueToTree(result));
  }
}
