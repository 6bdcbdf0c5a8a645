package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.disk.StagedDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptionTest {
  @TempDir private Path folder;

  private static String await(Interruption interruption) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    interruption.await(new PrintStream(err, true, StandardCharsets.UTF_8));
    return err.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void aCommandThatJustEndsLeavesNothingHalfWritten() throws IOException {
    Interruption interruption = new Interruption();
    try (StagedDirectory staged = StagedDirectory.create(folder.resolve("data"))) {
      Files.writeString(staged.path().resolve("file"), "text");
      assertThat(await(interruption)).isEqualTo("twotower: interrupted; nothing written");
      assertThat(folder).isEmptyDirectory();
    }
    assertThat(interruption.abandoned()).isTrue();
  }

  @Test
  void aCommandThatWritesNothingIsInterruptedToo() {
    assertThat(await(new Interruption())).isEqualTo("twotower: interrupted");
  }

  @Test
  void aCommandThatPollsFinishesItsFiles() throws Exception {
    Interruption interruption = new Interruption();
    var stop = interruption.stopSignal();
    try (StagedDirectory staged = StagedDirectory.create(folder.resolve("checkpoint"))) {
      Thread command =
          new Thread(
              () -> {
                while (!stop.getAsBoolean()) {
                  Thread.onSpinWait();
                }
                try {
                  staged.commit();
                } catch (IOException lost) {
                  throw new AssertionError(lost);
                } finally {
                  interruption.end();
                }
              });
      command.start();
      assertThat(await(interruption)).contains("ends after this step");
      command.join();
    }
    assertThat(folder.resolve("checkpoint")).isDirectory();
    assertThat(interruption.abandoned()).isFalse();
  }

  @Test
  void theNormalEndSaysNothing() {
    Interruption interruption = new Interruption();
    interruption.end();
    assertThat(await(interruption)).isEmpty();
    assertThat(interruption.requested()).isFalse();
  }
}
