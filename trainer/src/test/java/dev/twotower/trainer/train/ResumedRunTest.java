package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Design 13, on what a resumed run says of itself, and what becomes of a run that loses its folder.
 */
class ResumedRunTest {
  /** 40 steps an epoch, so that lines of the log, 50 steps apart, fall amid epochs. */
  private static final RunConfig CONFIG =
      RunConfig.defaults()
          .with("batchSize=16", "epochs=3", "dim=4", "device=cpu", "threads=1")
          .with("user.embedding=4", "item.embedding=4", "evaluation.patience=0")
          .with("checkpoint.everySteps=7");

  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "resumed-run-test");
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 640 + 80; row++) {
      Split split = row % 9 == 8 ? Split.VALIDATION : Split.TRAIN;
      builder.row(split, row / 9, random.nextInt(40), row / 9, row % 9);
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  /** Hears of each epoch's mean loss. */
  private static final class Losses implements TrainingListener {
    private final List<Double> losses = new ArrayList<>();

    @Override
    public void epochEnded(
        long epoch, long epochs, double loss, double rowsPerSecond, double seconds) {
      losses.add(loss);
    }
  }

  /** A term that differs from batch to batch. */
  private static final OwnLoss SUMMED = (step, batch, x, y) -> x.mul(x.getShape().get(0)).sum();

  @Test
  void theLogSaysTheSameAsThatOfAnUndisturbedRun() throws Exception {
    Training.Options own =
        Training.Options.DEFAULT.withExtensions(Extensions.NONE.withLoss(SUMMED));
    Losses whole = new Losses();
    Training.start(data, CONFIG, folder.resolve("whole"), own.withListener(whole));
    Losses parts = new Losses();
    Path run = folder.resolve("parts");
    Training.Options heard = own.withListener(parts);
    AtomicInteger steps = new AtomicInteger();
    // The third one falls on the end of an epoch.
    Training.start(data, CONFIG, run, heard.withStop(() -> steps.incrementAndGet() == 33));
    Training.resume(data, run, heard.withStop(() -> steps.incrementAndGet() == 33 + 24));
    Training.resume(data, run, heard.withStop(() -> steps.incrementAndGet() == 80));
    Training.resume(data, run, heard);
    assertThat(lines("parts")).isEqualTo(lines("whole")).hasSize(2 + 3);
    assertThat(parts.losses).isEqualTo(whole.losses).hasSize(3);
  }

  /** The log without what a clock says. */
  private List<JsonNode> lines(String run) {
    List<JsonNode> lines = RunDirectory.open(folder.resolve(run)).metrics();
    for (JsonNode line : lines) {
      ((ObjectNode) line)
          .remove(List.of("seconds", "trainSeconds", "examplesPerSecond", "waitShare", "millis"));
    }
    return lines;
  }

  @Test
  void aRunWhoseFolderIsRemovedSaysSoAndDoesNotMakeItAnew() {
    Path run = folder.resolve("run");
    TrainingListener removing =
        new TrainingListener() {
          @Override
          public void step(long step, long expected, double loss) {
            if (step == 10) {
              try {
                WorkFolder.delete(run);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    assertThatThrownBy(
            () ->
                Training.start(data, CONFIG, run, Training.Options.DEFAULT.withListener(removing)))
        .isInstanceOf(WriteFailure.class)
        .hasMessageContaining(run + " is gone");
    assertThat(run).doesNotExist();
  }

  /** The engine collects the gradients of one training at a time. */
  @Test
  void aSecondTrainingInTheSameProcessWaitsAndEndsAlike() throws Exception {
    Training.start(data, CONFIG, folder.resolve("alone"), Training.Options.DEFAULT);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  Training.start(data, CONFIG, folder.resolve(name), Training.Options.DEFAULT);
                } catch (Exception | Error e) {
                  failures.add(e);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    for (String name : List.of("one", "two")) {
      assertThat(Files.mismatch(weights(name), weights("alone"))).isEqualTo(-1);
    }
  }

  private Path weights(String run) {
    return folder.resolve(run).resolve("model/weights.safetensors");
  }
}
