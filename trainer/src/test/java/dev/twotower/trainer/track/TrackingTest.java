package dev.twotower.trainer.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.command.SmallRuns;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs and the tracking server that they tell of themselves. */
class TrackingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWN = "mlflow-artifacts:/7";
  @TempDir private static Path folder;
  private static Path data;

  @BeforeAll
  static void log() {
    data = folder.resolve("data");
    Invocation.done("generate", "--to=" + data, "--users=60", "--items=120", "--rows=1800");
  }

  private static String[] train(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--data=" + data,
                "--out=" + folder.resolve(out),
                "--device=cpu",
                "--set=threads=1",
                "--set=batchSize=16",
                "--set=dim=4",
                "--set=epochs=2"));
    words.addAll(Arrays.asList(more));
    return words.toArray(String[]::new);
  }

  @Test
  void aRunIsToldWhole() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      Invocation trained =
          Invocation.done(
              train(
                  "whole",
                  "--track=" + server.address().replace("http://", "http://ann:secret@"),
                  "--track-experiment=shop",
                  "--track-tag=team=search"));
      assertThat(trained.err()).doesNotContain("tracking server");
      FakeMlflow.Run run = server.run();
      assertThat(server.runs()).hasSize(1);
      assertThat(run.name).isEqualTo("whole");
      assertThat(run.experiment).isEqualTo("1");
      assertThat(run.tags)
          .containsEntry("team", "search")
          .containsEntry("twotower.run", folder.resolve("whole").toString());
      assertThat(run.parameters)
          .containsEntry("optimizer.tableLearningRate", "0.2")
          .containsEntry("batchSize", "16")
          .containsEntry("masks", RunConfig.load(config("whole"), List.of()).masks().toString());
      assertThat(run.statuses).containsExactly("RUNNING", "FINISHED");
      assertThat(told(run)).isEqualTo(written("whole"));
      assertThat(run.metrics.get(0).path("timestamp").longValue()).isPositive();
      assertThat(run.artifacts.keySet())
          .containsExactly("config.yaml", "metrics.jsonl", "model.json");
      assertThat(run.artifacts.get("model.json"))
          .isEqualTo(Files.readAllBytes(folder.resolve("whole/model.json")));
      // The base64 of ann:secret, which nothing on disk holds.
      assertThat(server.authorizations).containsOnly("Basic YW5uOnNlY3JldA==");
      assertThat(folder.resolve("whole/mlflow.json"))
          .content()
          .contains("shop", run.id)
          .doesNotContain("secret");
    }
  }

  private static Optional<Path> config(String run) {
    return Optional.of(folder.resolve(run).resolve("config.yaml"));
  }

  /** What a log holds, as the server should have been told it. */
  private static Set<String> written(String run) throws IOException {
    Set<String> points = new HashSet<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      JsonNode json = JSON.readTree(line);
      collect(json.path("type").textValue(), json, json.path("step").longValue(), points);
    }
    assertThat(points).hasSizeGreaterThan(50);
    return points;
  }

  private static void collect(String prefix, JsonNode node, long step, Set<String> into) {
    node.properties()
        .forEach(
            each -> {
              String name = prefix + "/" + each.getKey().replace("@", "_at_");
              if (each.getValue().isObject()) {
                collect(name, each.getValue(), step, into);
              } else if (each.getValue().isNumber() && !each.getKey().equals("step")) {
                into.add(step + " " + name + " " + each.getValue().doubleValue());
              }
            });
  }

  private static Set<String> told(FakeMlflow.Run run) {
    Set<String> points = new HashSet<>();
    for (JsonNode point : run.metrics) {
      points.add(
          point.path("step").longValue()
              + " "
              + point.path("key").textValue()
              + " "
              + point.path("value").doubleValue());
    }
    return points;
  }

  /** Trains until a listener throws or the stop signal is given, and tells the server of it. */
  private static void begin(
      FakeMlflow server, String out, TrainingListener listener, BooleanSupplier stopped)
      throws IOException, InterruptedException {
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=16", "dim=4", "epochs=2")
            .with("user.embedding=4", "item.embedding=4", "checkpoint.everySteps=20");
    Tracking.Target target =
        new Tracking.Target(TrackingServer.parse(server.address(), Map.of()), "shop", Map.of());
    try (Dataset opened = Dataset.open(data);
        Tracking tracking = new Tracking(target, warning -> listener.note(warning), stopped)) {
      Training.start(
          opened,
          config,
          folder.resolve(out),
          Training.Options.DEFAULT.withListener(tracking.run(listener)).withStop(stopped));
    }
  }

  @Test
  void aResumedRunGoesOnInTheSameOne() throws Exception {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      AtomicLong steps = new AtomicLong();
      TrainingListener counting =
          new TrainingListener() {
            @Override
            public void step(long step, long expected, double loss) {
              steps.set(step);
            }

            @Override
            public void note(String message) {
              throw new AssertionError(message);
            }
          };
      begin(server, "resumed", counting, () -> steps.get() >= 130);
      assertThat(server.run().statuses).containsExactly("RUNNING", "KILLED");
      int before = server.run().metrics.size();
      // The run's own directory says where it is tracked.
      Invocation.done("train", "--data=" + data, "--out=" + folder.resolve("resumed"), "--resume");
      assertThat(server.runs()).hasSize(1);
      assertThat(server.run().statuses).containsExactly("RUNNING", "KILLED", "RUNNING", "FINISHED");
      assertThat(server.run().metrics).hasSizeGreaterThan(before);
      assertThat(told(server.run())).containsAll(written("resumed"));
    }
  }

  @Test
  void aRunThatFailsIsToldAsFailed() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      TrainingListener failing =
          new TrainingListener() {
            @Override
            public void step(long step, long expected, double loss) {
              throw new IllegalStateException("step " + step);
            }
          };
      assertThatThrownBy(() -> begin(server, "failed", failing, () -> false)).hasMessage("step 1");
      assertThat(server.run().statuses).containsExactly("RUNNING", "FAILED");
    }
  }

  @Test
  void aServerThatIsNotThereCostsAWarning() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Invocation.done(train("alone"));
    Invocation trained = Invocation.done(train("without", "--track=http://localhost:" + closed));
    assertThat(trained.err()).containsOnlyOnce("does not answer").containsOnlyOnce("not sent");
    assertThat(folder.resolve("without/model/weights.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("alone/model/weights.safetensors"));
    assertThat(folder.resolve("without/mlflow.json")).doesNotExist();
  }

  @Test
  void aServerThatComesBackHearsEverything() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      server.unavailable(1);
      Invocation trained = Invocation.done(train("back", "--track=" + server.address()));
      assertThat(trained.err())
          .containsOnlyOnce("HTTP status 503, busy")
          .doesNotContain("not sent");
      assertThat(told(server.run())).isEqualTo(written("back"));
      assertThat(server.run().statuses).containsExactly("RUNNING", "FINISHED");
    }
  }

  /** Steps take no longer beside a server that accepts calls and never answers. */
  @Test
  void nobodyWaitsForASilentServer() throws Exception {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      server.silent();
      List<String> warnings = new ArrayList<>();
      Outbox outbox =
          new Outbox(
              new MlflowClient(TrackingServer.parse(server.address(), Map.of())), warnings::add);
      MlflowRun run = new MlflowRun(folder, "silent", Map.of(), Optional.empty());
      long start = System.nanoTime();
      for (int line = 0; line < Outbox.LINES + 10; line++) {
        outbox.add(new Outbox.Line(run, List.of(new MlflowRun.Point("train/loss", 1, 0, line))));
      }
      assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
  }

  /** Files hold up nothing, and a run hears of its end however they fare. */
  @Test
  void aStoreThatFailsForEverCostsAWarning() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      server.breakStore();
      Invocation trained = Invocation.done(train("unstored", "--track=" + server.address()));
      assertThat(trained.err()).contains("0 lines of metrics, 1 other message");
      assertThat(told(server.run())).isEqualTo(written("unstored"));
      assertThat(server.run().statuses).containsExactly("RUNNING", "FINISHED");
    }
  }

  @Test
  void whatIsAskedForInVainCountsAsRefused() throws Exception {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      server.unavailable(Outbox.TRIES);
      List<String> warnings = Collections.synchronizedList(new ArrayList<>());
      Outbox outbox =
          new Outbox(
              new MlflowClient(TrackingServer.parse(server.address(), Map.of())), warnings::add);
      outbox.add(client -> client.get("experiments/get-by-name", "experiment_name", "first"));
      outbox.add(
          client -> {
            throw new IllegalStateException("a fault");
          });
      CountDownLatch third = new CountDownLatch(1);
      outbox.add(client -> third.countDown());
      assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
      outbox.close();
      assertThat(warnings).last().asString().contains("2 other messages");
    }
  }

  /** The program of whoever sent them a file is not stopped by it. */
  @Test
  void aDamagedNoteOfTheServerLeavesTheRunUntracked() throws IOException {
    Invocation.done(train("noted"));
    for (String text :
        List.of("{", "{}", "{\"server\":\"/tmp/x\",\"experiment\":\"shop\",\"run\":\"1\"}")) {
      Files.writeString(folder.resolve("noted/mlflow.json"), text);
      Invocation resumed = Invocation.of(train("noted", "--resume"));
      assertThat(resumed.err()).as(text).contains("goes on untracked");
      assertThat(resumed.exitCode()).as(text).isEqualTo(0);
    }
  }

  @Test
  void aServerThatKeepsArtifactsElsewhereIsLeftToIt() throws IOException {
    try (FakeMlflow server = new FakeMlflow("s3://bucket")) {
      Invocation trained = Invocation.done(train("elsewhere", "--track=" + server.address()));
      assertThat(trained.err()).contains("s3://bucket", "--serve-artifacts");
      assertThat(server.run().statuses).containsExactly("RUNNING", "FINISHED");
      assertThat(server.run().artifacts).isEmpty();
    }
  }

  @Test
  void aComparisonHoldsItsRuns() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      Invocation.done(
          SmallRuns.comparison(data, folder.resolve("comparison"), "--track=" + server.address()));
      List<FakeMlflow.Run> runs = server.runs();
      assertThat(runs).hasSize(3);
      assertThat(runs.get(0).artifacts.keySet()).containsExactly("report.json", "report.html");
      assertThat(runs).allSatisfy(run -> assertThat(run.statuses).endsWith("FINISHED"));
      assertThat(runs.subList(1, 3))
          .allSatisfy(
              run -> assertThat(run.tags).containsEntry("mlflow.parentRunId", runs.get(0).id));
      assertThat(runs.get(1).name).isNotEqualTo(runs.get(2).name);
      assertThat(runs.get(1).parameters).containsEntry("layout", "iid");
    }
  }

  /** A trial that goes on in a later rung is told of once more. */
  @Test
  void aSearchHoldsItsTrials() throws IOException {
    try (FakeMlflow server = new FakeMlflow(OWN)) {
      Invocation.done(
          "tune",
          "--data=" + data,
          "--trials=4",
          "--out=" + folder.resolve("search"),
          "--device=cpu",
          "--set=threads=1",
          "--set=epochs=3",
          "--track=" + server.address());
      List<FakeMlflow.Run> runs = server.runs();
      FakeMlflow.Run search = runs.get(0);
      assertThat(search.artifacts.keySet()).containsExactly("best.yaml", "tune.json", "tune.html");
      List<FakeMlflow.Run> trials = runs.subList(1, runs.size());
      assertThat(trials)
          .extracting(run -> run.name)
          .contains("rung 1, trial 2")
          .doesNotHaveDuplicates();
      assertThat(trials)
          .hasSizeGreaterThan(3)
          .allSatisfy(
              run -> {
                assertThat(run.tags).containsEntry("mlflow.parentRunId", search.id);
                assertThat(run.metrics).isNotEmpty();
              });
      assertThat(runs).allSatisfy(run -> assertThat(run.statuses).endsWith("FINISHED"));
    }
  }

  @Test
  void addressesAreChecked() {
    for (String wrong : List.of("sqlite:///x.db", "localhost:5000", "/tmp/mlruns", "http://a b")) {
      assertThatThrownBy(() -> TrackingServer.parse(wrong, Map.of()))
          .hasMessageContaining(wrong)
          .hasMessageContaining("http://localhost:5000");
    }
    for (String secret : List.of("http://ann:p#ss@h", "https://ann:p^ss@h:5000/a")) {
      assertThatThrownBy(() -> TrackingServer.parse(secret, Map.of()))
          .hasMessageContaining("'..@h")
          .hasMessageContaining("MLFLOW_TRACKING_PASSWORD")
          .hasMessageNotContaining("ss@")
          .hasNoCause();
    }
    assertThat(TrackingServer.parse("https://host/a/", Map.of()).base())
        .hasToString("https://host/a");
    assertThat(
            TrackingServer.parse("http://h", Map.of("MLFLOW_TRACKING_TOKEN", "t")).authorization())
        .contains("Bearer t");
    assertThat(
            TrackingServer.parse(
                    "http://h",
                    Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", "secret"))
                .authorization())
        .contains("Basic YW5uOnNlY3JldA==");
    Invocation refused = Invocation.of(train("never", "--track=mlruns"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--track", "'mlruns'");
    assertThat(folder.resolve("never")).doesNotExist();
  }
}
