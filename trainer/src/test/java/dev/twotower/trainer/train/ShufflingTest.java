package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.DiskShuffle;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.SamplerFactory;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting shuffle: where layout iid reads its rows changes nothing that is learned. */
class ShufflingTest {
  private static final RunConfig CONFIG =
      RunConfig.defaults()
          .with("layout=iid", "batchSize=32", "epochs=3", "dim=8", "device=cpu", "threads=1")
          .with("evaluation.patience=0", "checkpoint.everySteps=0", "shuffle=memory");

  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "shuffling-test");
    DatasetBuilder builder =
        new DatasetBuilder().categoricalContext("device", List.of("phone", "desk", "tv"));
    for (int user = 0; user < 60; user++) {
      for (int row = 0; row < 18; row++) {
        Split split = row < 14 ? Split.TRAIN : row < 16 ? Split.VALIDATION : Split.TEST;
        int request = user * 6 + row / 3;
        float weight = 1 + random.nextInt(4) / 2f;
        builder.row(
            split, user, random.nextInt(50), request, row * 60_000_000L, weight, random.nextInt(3));
      }
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "masks=identity",
        "masks=identity+user+context:device",
        "masks=engaged+context:time/120 user.history.length=3",
        "masks=identity loss.weighting=requests loss.correction=streaming loss.queue=40"
      })
  void theSameWeightsAndLog(String settings) throws Exception {
    RunConfig config = CONFIG.with(settings.split(" "));
    train(config, "memory");
    train(config.with("shuffle=disk"), "disk");
    assertThat(weights("disk")).hasSameBinaryContentAs(weights("memory"));
    assertThat(numbers("disk")).isEqualTo(numbers("memory"));
    assertThat(lines("disk", "shuffle")).hasSize(1);
    assertThat(lines("memory", "shuffle")).isEmpty();
  }

  @Test
  void aRunStoppedAmidAnEpochGoesOnAlike() throws Exception {
    train(CONFIG, "memory");
    RunConfig config = CONFIG.with("shuffle=disk");
    AtomicInteger steps = new AtomicInteger();
    Path out = folder.resolve("disk");
    Training.Options stopping =
        Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() % 31 == 0);
    Training.start(data, config, out, stopping);
    assertThat(hidden(out)).isEmpty();
    Training.resume(data, out, stopping);
    Training.resume(data, out, Training.Options.DEFAULT);
    assertThat(steps.get()).isEqualTo(62);
    assertThat(weights("disk")).hasSameBinaryContentAs(weights("memory"));
    assertThat(hidden(out)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anEpochIsCopiedOnceAndNoneAfterTheLast(int epochs) throws Exception {
    RunConfig config = CONFIG.with("shuffle=disk");
    try (DiskShuffle shuffle =
            Shuffling.of(data, config).open(folder, Extensions.NONE, note -> {}).orElseThrow();
        TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner =
          new BatchPlanner(data, config, model.sources(), Extensions.NONE, Optional.of(shuffle));
      try (BatchPipeline pipeline = new BatchPipeline(planner, new SamplerPosition(0, 0), epochs)) {
        for (int ended = 0; ended < epochs; ) {
          PlannedBatch batch = pipeline.take();
          if (batch == null) {
            ended++;
          } else {
            pipeline.giveBack(batch);
          }
        }
        assertThatThrownBy(pipeline::take)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("up to epoch " + epochs);
      }
      assertThat(shuffle.counts().bytesWritten()).isEqualTo(epochs * 840L * 20);
    }
  }

  /** When the last epoch is judged, nobody plans another one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aRunPlansNoMoreThanItsEpochs(int epochs) throws Exception {
    List<Boolean> over = new ArrayList<>();
    TrainingListener looking =
        new TrainingListener() {
          @Override
          public void evaluated(
              long step, long epoch, Map<String, Double> metrics, boolean better) {
            if (epoch == epochs) {
              over.add(plannersEnd());
            }
          }
        };
    RunConfig config = CONFIG.with("shuffle=disk", "epochs=" + epochs);
    Training.start(
        data, config, folder.resolve("run"), Training.Options.DEFAULT.withListener(looking));
    assertThat(over).containsExactly(true);
  }

  private static boolean plannersEnd() {
    try {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("batch-planner")) {
          thread.join(10_000);
          if (thread.isAlive()) {
            return false;
          }
        }
      }
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** 840 rows; a copy of user, item, request and weight takes 16 bytes of the log and 4 more. */
  @Test
  void autoGoesByWhatIsReadAndTheMemoryThereIs() throws Exception {
    RunConfig auto = CONFIG.with("shuffle=auto");
    assertThat(bytes(auto, 2 * 840 * 16)).isZero();
    assertThat(bytes(auto, 2 * 840 * 16 - 1)).isEqualTo(840 * 20);
    assertThat(bytes(auto.with("masks=context:device"), 2 * 840 * 16)).isEqualTo(840 * 28);
    assertThat(bytes(auto.with("layout=sorted"), 1)).isZero();
    assertThat(bytes(auto.with("shuffle=memory"), 1)).isZero();
    assertThat(bytes(auto.with("shuffle=disk"), Long.MAX_VALUE)).isEqualTo(840 * 20);
  }

  /** What a copy would take, as it is told; 0 where there is none. */
  private long bytes(RunConfig config, long memory) throws IOException {
    List<String> told = new ArrayList<>();
    Optional<DiskShuffle> shuffle =
        new Shuffling(data, config, memory).open(folder, Extensions.NONE, told::add);
    shuffle.ifPresent(DiskShuffle::close);
    assertThat(told).hasSize(shuffle.isPresent() ? 1 : 0);
    return shuffle.map(DiskShuffle::bytes).orElse(0L);
  }

  @Test
  void aProgramsOwnSamplerReadsTheLog() throws Exception {
    Extensions own = Extensions.NONE.withSampler(SamplerFactory.of(Layout.SORTED));
    assertThat(new Shuffling(data, CONFIG.with("shuffle=disk"), 1).open(folder, own, this::hear))
        .isEmpty();
  }

  private void hear(String note) {
    throw new AssertionError(note);
  }

  @Test
  void saysBeforehandWhatItTakesAndWhatIsStillReadAtRandom() throws Exception {
    List<String> notes = new ArrayList<>();
    TrainingListener hearing =
        new TrainingListener() {
          @Override
          public void note(String message) {
            notes.add(message);
          }
        };
    Path out = folder.resolve("run");
    RunConfig config = CONFIG.with("shuffle=disk", "masks=engaged", "epochs=1");
    Training.start(data, config, out, Training.Options.DEFAULT.withListener(hearing));
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("shuffled through the disk: 1 MB in " + out)
        .contains("mask engaged still reads")
        .contains("1 MB of memory");
  }

  /** The correction looks the items of users up, too; what reads them is told by name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "masks=identity | gone at the end",
        "masks=user loss.correction=leave-user-out | ; loss.correction=leave-user-out still reads ",
        "masks=engaged loss.correction=leave-user-out user.history.length=2"
            + " | ; mask engaged and loss.correction=leave-user-out and histories still read "
      })
  void tellsWhatIsStillReadAtRandom(String settings, String told) throws Exception {
    List<String> notes = new ArrayList<>();
    RunConfig config = CONFIG.with("shuffle=disk").with(settings.split(" "));
    Shuffling.of(data, config)
        .open(folder, Extensions.NONE, notes::add)
        .ifPresent(DiskShuffle::close);
    assertThat(notes).singleElement().asString().contains(told);
    assertThat(notes.get(0).contains("still")).isEqualTo(told.contains("still"));
  }

  /** An arm takes another layout than the settings that all arms share. */
  @Test
  void anotherLayoutIsToldThatTheDiskIsNotUsed() throws Exception {
    List<String> notes = new ArrayList<>();
    RunConfig config = CONFIG.with("shuffle=disk", "layout=sorted");
    assertThat(Shuffling.of(data, config).open(folder, Extensions.NONE, notes::add)).isEmpty();
    assertThat(notes).singleElement().asString().contains("changes nothing under layout sorted");
  }

  @Test
  void aFolderThatCannotBeWrittenToIsRefused() {
    assertThatThrownBy(
            () ->
                Shuffling.of(data, CONFIG.with("shuffle=disk"))
                    .open(folder.resolve("absent"), Extensions.NONE, note -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("absent");
  }

  private void train(RunConfig config, String name) throws Exception {
    Training.start(data, config, folder.resolve(name), Training.Options.DEFAULT);
  }

  private Path weights(String run) {
    return folder.resolve(run).resolve("model/weights.safetensors");
  }

  private List<JsonNode> lines(String run, String type) {
    return RunDirectory.open(folder.resolve(run)).metrics().stream()
        .filter(line -> line.path("type").asText().equals(type))
        .toList();
  }

  private List<String> numbers(String run) {
    return lines(run, "evaluation").stream().map(line -> line.path("metrics").toString()).toList();
  }

  private static List<Path> hidden(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".shuffle")).toList();
    }
  }
}
