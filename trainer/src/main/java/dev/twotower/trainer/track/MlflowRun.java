package dev.twotower.trainer.track;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run on the server. The server gives it an id, so only the thread that sends uses it; everybody
 * else hands it messages.
 */
final class MlflowRun {
  private static final int PARAMETERS_A_REQUEST = 100;
  private static final int LONGEST_VALUE = 500;
  private static final String OWN_STORE = "mlflow-artifacts:";

  /**
   * A number, as {@code log-batch} takes it.
   *
   * @param timestamp milliseconds since 1970
   */
  record Point(String key, double value, long timestamp, long step) {}

  private record Pair(String key, String value) {}

  private final Path directory;
  private final String name;
  private final Map<String, String> tags;
  private final Optional<MlflowRun> parent;
  private String id;
  private String artifacts;

  /**
   * The server does not know it yet.
   *
   * @param directory of the run, where {@code mlflow.json} is kept
   * @param parent the run that it is a part of
   */
  MlflowRun(Path directory, String name, Map<String, String> tags, Optional<MlflowRun> parent) {
    this.directory = directory;
    this.name = name;
    this.tags = new LinkedHashMap<>(tags);
    this.parent = parent;
  }

  /** Begins the run, or goes on with the one that the directory names. */
  void begin(MlflowClient client, String experiment, Map<String, String> parameters, long now)
      throws IOException, InterruptedException {
    if (id == null && !goOn(client)) {
      create(client, experiment, now);
    }
    List<Pair> pairs = pairs(parameters);
    for (int from = 0; from < pairs.size(); from += PARAMETERS_A_REQUEST) {
      int to = Math.min(pairs.size(), from + PARAMETERS_A_REQUEST);
      client.post("runs/log-batch", Map.of("run_id", id, "params", pairs.subList(from, to)));
    }
  }

  /** False where the server does not have the run any more. */
  private boolean goOn(MlflowClient client) throws IOException, InterruptedException {
    Optional<TrackedAs> known = known();
    if (known.isEmpty() || !known.get().server().equals(client.server().toString())) {
      return false;
    }
    try {
      JsonNode run = client.get("runs/get", "run_id", known.get().run()).at("/run/info");
      if (!run.path("lifecycle_stage").asText("active").equals("active")) {
        return false;
      }
      client.post(
          "runs/update", Map.of("run_id", run.path("run_id").asText(), "status", "RUNNING"));
      take(run);
      return true;
    } catch (RefusedException gone) {
      if (gone.absent()) {
        return false;
      }
      throw gone;
    }
  }

  private Optional<TrackedAs> known() {
    try {
      return TrackedAs.in(directory);
    } catch (BadDataException damaged) {
      return Optional.empty();
    }
  }

  private void create(MlflowClient client, String experiment, long now)
      throws IOException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(tags);
    parent.map(run -> run.id).ifPresent(run -> all.put("mlflow.parentRunId", run));
    JsonNode created =
        client.post(
            "runs/create",
            Map.of(
                "experiment_id",
                experimentId(client, experiment),
                "run_name",
                name,
                "start_time",
                now,
                "tags",
                pairs(all)));
    take(created.at("/run/info"));
    TrackedAs tracked = new TrackedAs(client.server().toString(), experiment, id);
    if (Files.isDirectory(directory)) {
      Durable.replace(directory.resolve(TrackedAs.FILE), Json.INDENTED.writeValueAsString(tracked));
    }
  }

  private void take(JsonNode info) throws RefusedException {
    id = info.path("run_id").textValue();
    artifacts = info.path("artifact_uri").asText("");
    if (id == null) {
      throw new RefusedException(200, "a run: its answer has no run_id");
    }
  }

  private static String experimentId(MlflowClient client, String experiment)
      throws IOException, InterruptedException {
    try {
      return client
          .get("experiments/get-by-name", "experiment_name", experiment)
          .at("/experiment/experiment_id")
          .asText();
    } catch (RefusedException none) {
      if (!none.absent()) {
        throw none;
      }
      return client
          .post("experiments/create", Map.of("name", experiment))
          .path("experiment_id")
          .asText();
    }
  }

  private void requireBegun() throws RefusedException {
    if (id == null) {
      throw new RefusedException(0, "the run");
    }
  }

  void log(MlflowClient client, List<Point> points) throws IOException, InterruptedException {
    requireBegun();
    client.post("runs/log-batch", Map.of("run_id", id, "metrics", points));
  }

  /**
   * Uploads the files that are there, where the server takes files itself.
   *
   * @throws RefusedException where it names another store, which is not this program's to fill
   */
  void upload(MlflowClient client, List<Path> files) throws IOException, InterruptedException {
    requireBegun();
    if (!artifacts.startsWith(OWN_STORE)) {
      throw new RefusedException(
          0,
          "card and settings as artifacts, since it keeps them at '%s' (mlflow server --serve-artifacts takes them); they are in %s"
              .formatted(artifacts, directory));
    }
    String folder = artifacts.substring(OWN_STORE.length()).replaceFirst("^//[^/]*", "");
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        client.upload(folder.replaceFirst("^/+", ""), file);
      }
    }
  }

  /** Says how the run ended. */
  void end(MlflowClient client, String status, long now) throws IOException, InterruptedException {
    requireBegun();
    client.post("runs/update", Map.of("run_id", id, "status", status, "end_time", now));
  }

  private static List<Pair> pairs(Map<String, String> values) {
    List<Pair> pairs = new ArrayList<>();
    values.forEach(
        (key, value) ->
            pairs.add(
                new Pair(
                    key,
                    value.length() > LONGEST_VALUE
                        ? value.substring(0, LONGEST_VALUE - 2) + ".."
                        : value)));
    return pairs;
  }
}
