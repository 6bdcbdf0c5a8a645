package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Design 13, on processes that really die: killed, or out of space. */
class KilledRunTest {
  /** Every step writes a checkpoint, so that most kills fall into one, with all state there is. */
  private static final RunConfig CONFIG =
      RunConfig.defaults()
          .with(
              "batchSize=64",
              "epochs=3",
              "dim=32",
              "device=cpu",
              "user.embedding=32",
              "item.embedding=32",
              "user.hidden=[8]",
              "user.history.length=3",
              "optimizer.tables=lazy-adam",
              "optimizer.rowStepsOf=both",
              "loss.learnTemperature=true",
              "loss.correction=streaming",
              "loss.queue=64",
              "item.features=[id,category]",
              "item.idDropout=0.2",
              "tree.lambda=0.1",
              "tree.batchSize=24",
              "evaluation.metrics=[recall@10]",
              "evaluation.stopMetric=recall@10",
              "evaluation.patience=0",
              "checkpoint.everySteps=1");

  /** The log, a run over it from start to end, and one of a single epoch: read, never changed. */
  @TempDir private static Path undisturbed;

  private static Dataset data;

  @TempDir private Path folder;

  /** Trains in a process of its own; a line on standard output tells each step. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      Training.Options options =
          Training.Options.DEFAULT.withListener(
              new TrainingListener() {
                @Override
                public void step(long step, long expected, double loss) {
                  System.out.println("step " + step);
                }
              });
      try (Dataset data = Dataset.open(Path.of(args[0]))) {
        Path out = Path.of(args[1]);
        if (Files.exists(out)) {
          Training.resume(data, out, options);
        } else {
          Training.start(data, CONFIG, out, options);
        }
      }
    }
  }

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    data = data(undisturbed.resolve("data"), 1);
    Training.start(data, CONFIG, undisturbed.resolve("whole"), Training.Options.DEFAULT);
    Training.start(
        data, CONFIG.with("epochs=1"), undisturbed.resolve("epoch"), Training.Options.DEFAULT);
  }

  private static Dataset data(Path to, long seed) {
    UniformRandomProvider random = Streams.stream(seed, "killed-run-test");
    DatasetBuilder builder = new DatasetBuilder();
    builder.tree(
        IntStream.range(0, 12).map(node -> node < 3 ? -1 : (node - 3) / 3).toArray(),
        IntStream.range(0, 12).mapToObj(node -> "c" + node).toList(),
        IntStream.range(0, 90).map(item -> 3 + item / 30 * 3 + item % 3).toArray());
    int request = 0;
    for (int user = 0; user < 60; user++) {
      for (int visit = 0; visit < 4; visit++, request++) {
        for (int row = 0; row < 4; row++) {
          Split split = visit < 3 ? Split.TRAIN : row < 2 ? Split.VALIDATION : Split.TEST;
          int item = user % 3 * 30 + random.nextInt(30);
          builder.row(split, user, item, request, visit * 100L + row);
        }
      }
    }
    return builder.write(to);
  }

  @AfterAll
  static void closeData() {
    data.close();
  }

  /** A run of one epoch, to be changed. */
  private Path epoch() throws IOException {
    Path from = undisturbed.resolve("epoch");
    Path run = folder.resolve("run");
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, run.resolve(from.relativize(path).toString()));
      }
    }
    return run;
  }

  @Test
  void aProcessKilledAgainAndAgainEndsWithTheSameWeightsAndLog() throws Exception {
    long seed = Long.getLong("killedRun.seed", System.nanoTime());
    System.out.println("moments of the kills: -DkilledRun.seed=" + seed);
    UniformRandomProvider random = Streams.stream(seed, "killed-run-test.moments");
    int killed = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
      Process process = launch("killed");
      try (BufferedReader steps = process.inputReader()) {
        steps.readLine();
        Thread.sleep(random.nextInt(60));
        process.destroyForcibly();
        killed += process.waitFor() == 128 + 9 ? 1 : 0;
      }
    }
    assertThat(killed).isGreaterThanOrEqualTo(2);
    Training.resume(data, folder.resolve("killed"), Training.Options.DEFAULT);
    Path whole = undisturbed.resolve("whole");
    for (String file : List.of("model/weights.safetensors", lastCheckpoint(whole))) {
      assertThat(folder.resolve("killed").resolve(file))
          .hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(evaluations(folder.resolve("killed"))).isEqualTo(evaluations(whole));
    assertThat(hidden("killed")).isEmpty();
  }

  @Test
  void aDiskThatFillsUpLeavesTheModelAndTheCheckpointsWhole() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/bash")), "needs /bin/bash to limit a process's files");
    Path run = folder.resolve("full");
    Process first = launch("full");
    try (BufferedReader steps = first.inputReader()) {
      // Into the second epoch: there is a model by now.
      while (!"step 15".equals(steps.readLine())) {
        assertThat(first.isAlive()).isTrue();
      }
    }
    first.destroyForcibly().waitFor();
    byte[] model = Files.readAllBytes(run.resolve("model/weights.safetensors"));

    // Files may grow to 8 KiB: logs fit, arrays do not.
    Process full = launch("full", "/bin/bash", "-c", "ulimit -f 8; exec \"$@\"", "limited");
    full.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(full.waitFor()).isEqualTo(1);
    assertThat(RunDirectory.open(run).card().step()).isPositive();
    assertThat(run.resolve("model/weights.safetensors")).hasBinaryContent(model);
    assertThat(hidden("full")).isEmpty();

    Training.resume(data, run, Training.Options.DEFAULT);
    assertThat(run.resolve("model/weights.safetensors"))
        .hasSameBinaryContentAs(undisturbed.resolve("whole/model/weights.safetensors"));
  }

  @Test
  void aKillBetweenTheTwoRenamesOfAModelLosesNone() throws Exception {
    Path run = epoch();
    Files.move(run.resolve("model"), run.resolve(".model.next"));
    assertThat(RunDirectory.open(run).card().step()).isPositive();
  }

  @Test
  void aRunThatHasEndedDoesNothingWhenItIsResumed() throws Exception {
    Path run = folder.resolve("run");
    RunConfig config = CONFIG.with("checkpoint.everySteps=0");
    TrainingResult result = Training.start(data, config, run, Training.Options.DEFAULT);
    String log = Files.readString(run.resolve("metrics.jsonl"));
    TrainingResult again = Training.resume(data, run, Training.Options.DEFAULT);
    assertThat(again.metrics()).isEqualTo(result.metrics());
    assertThat(again.trainSeconds()).isPositive();
    assertThat(run.resolve("metrics.jsonl")).hasContent(log);
  }

  @Test
  void anAlteredCheckpointIsNamedWithItsChecksum() throws Exception {
    Path run = epoch();
    Path file = run.resolve(lastCheckpoint(run));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 3] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Training.resume(data, run, Training.Options.DEFAULT))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("SHA-256 expected");
    bytes[bytes.length - 3] ^= 1;
    Files.write(file, bytes);
    Files.writeString(file.resolveSibling("state.json"), "{\"check");
    assertThatThrownBy(() -> Training.resume(data, run, Training.Options.DEFAULT))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("state.json");
  }

  @Test
  void aRunDoesNotGoOnWithAnotherDataSet() throws Exception {
    Path run = epoch();
    try (Dataset other = data(folder.resolve("other"), 2)) {
      assertThatThrownBy(() -> Training.resume(other, run, Training.Options.DEFAULT))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("was trained on");
    }
  }

  private Process launch(String run, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Dtwotower.sync=" + System.getProperty("twotower.sync", "true"),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            undisturbed.resolve("data").toString(),
            folder.resolve(run).toString()));
    return new ProcessBuilder(command).redirectError(folder.resolve("err.txt").toFile()).start();
  }

  private static String lastCheckpoint(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("checkpoint-"))
              .max(Comparator.comparingInt(name -> Integer.parseInt(name.substring(11))))
              .orElseThrow()
          + "/optimizer.safetensors";
    }
  }

  /** What evaluations found and epochs were made of, without how long it took. */
  private static List<String> evaluations(Path run) throws IOException {
    return RunDirectory.open(run).metrics().stream()
        .filter(line -> !line.path("type").asText().equals("train"))
        .map((JsonNode line) -> line.at("/step") + " " + line.at("/metrics") + line.at("/batches"))
        .toList();
  }

  private List<Path> hidden(String run) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(run))) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }
}
