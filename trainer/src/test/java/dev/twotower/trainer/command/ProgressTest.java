package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);

  @Test
  void aShortTaskShowsNothing() {
    try (Progress progress = new Progress.Bar(terminal, "evaluate", "users", 100)) {
      progress.at(50, "");
      progress.at(100, "");
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aLongTaskShowsRateAndTimeLeft() throws InterruptedException {
    try (Progress progress = new Progress.Bar(terminal, "evaluate", "users", 100)) {
      progress.at(1, "");
      Thread.sleep(2_100);
      progress.at(50, "");
      Thread.sleep(600);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("evaluate", "50%", "users/s");
  }
}
