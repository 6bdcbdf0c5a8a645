package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.train.TrainingListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);

  @Test
  void aShortTaskShowsNothing() {
    try (Progress progress = new Progress.Bar(terminal, 80, "evaluate", "users", 100)) {
      progress.at(50, "");
      progress.at(100, "");
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aLogGetsALineAMinute() {
    AtomicLong seconds = new AtomicLong(10);
    try (Progress progress =
        new Progress.Lines(
            terminal, "evaluate", "users", 40_000, () -> seconds.get() * 1_000_000_000L)) {
      for (int users = 0; users <= 40_000; users += 1_000) {
        progress.at(users, users == 13_000 ? "loss 0.5" : "");
        seconds.addAndGet(5);
      }
    }
    assertThat(shown.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "evaluate: 12,000 of 40,000 users after 1:00 min, about 2:20 min left",
            "evaluate: 24,000 of 40,000 users after 2:00 min, about 1:20 min left",
            "evaluate: 36,000 of 40,000 users after 3:00 min, about 0:20 min left");
  }

  @Test
  void aLogSaysNoTimeLeftWhereNobodyKnowsTheEnd() {
    AtomicLong seconds = new AtomicLong();
    Progress progress =
        new Progress.Lines(terminal, "import", "rows", -1, () -> seconds.get() * 1_000_000_000L);
    seconds.set(75);
    progress.at(2_000_000, " file 2 ");
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .isEqualTo("import: 2,000,000 rows after 1:15 min, file 2" + System.lineSeparator());
  }

  @Test
  void aTaskOfLongUnitsShowsItsBarBeforeTheFirstIsDone() throws InterruptedException {
    try (Progress progress = new Progress.Bar(terminal, 80, "diagnose", "settings", 4)) {
      progress.at(0, "iid");
      Thread.sleep(2_600);
      assertThat(shown.toString(StandardCharsets.UTF_8)).contains("diagnose", "0%", "0/4", "iid");
    }
  }

  @Test
  void aLongNameComesAfterRateAndTimeLeft() throws InterruptedException {
    Console console =
        new Console(new PrintWriter(new StringWriter()), terminal, true, new Interruption());
    String name = "requests:100000:8/identity+engaged;batchSize=64, seed 1";
    try (StudyDisplay display = new StudyDisplay(console)) {
      TrainingListener run = display.run(3, 12, name);
      run.step(1, 900, 4.5);
      Thread.sleep(2_600);
    }
    String bar = shown.toString(StandardCharsets.UTF_8);
    assertThat(bar).contains("3/12").containsPattern("/900 \\(.*\\) requests:100000");
  }

  @Test
  void runsSideBySideShareABarOfTheStepsOfAll() throws InterruptedException {
    Console console =
        new Console(new PrintWriter(new StringWriter()), terminal, true, new Interruption());
    try (StudyDisplay display = new StudyDisplay(console)) {
      display.atOnce(2);
      // Two of five were there before.
      TrainingListener one = display.run(3, 5, "sorted, seed 1");
      TrainingListener two = display.run(4, 5, "sorted, seed 2");
      one.step(1, 100, 4.5);
      two.step(1, 100, 4.5);
      Thread.sleep(2_600);
      one.step(60, 100, 4.1);
      display.note("3/5 done");
      two.step(40, 100, 4.2);
      Thread.sleep(600);
    }
    String bar = shown.toString(StandardCharsets.UTF_8);
    assertThat(bar).contains("3 runs, 2 at once", "2/300", "100/300", "seed 2", "3/5 done");
  }

  @Test
  void aLongNameOfAQuantiserComesAfterRateAndTimeLeft() throws InterruptedException {
    Console console =
        new Console(new PrintWriter(new StringWriter()), terminal, true, new Interruption());
    String name = "lambda-0.001-hierarchical-mislabelled-0.4, seed 2";
    try (QuantizerDisplay display = new QuantizerDisplay(console, "7/42", name)) {
      display.epoch(1, 24, 0.1);
      Thread.sleep(2_600);
    }
    String bar = shown.toString(StandardCharsets.UTF_8);
    assertThat(bar).contains("7/42").containsPattern("/24 \\(.*\\) lambda-0.001");
    assertThat(bar.indexOf("lambda")).isGreaterThan(bar.indexOf("/24"));
  }

  @Test
  void sentencesAreFoldedToTheTerminalAndStayWholeInALog() {
    String before = System.getProperty("twotower.terminal.columns");
    String sentence = "note: " + "more words ".repeat(20).strip();
    try {
      System.setProperty("twotower.terminal.columns", "60");
      for (boolean on : new boolean[] {true, false}) {
        shown.reset();
        new Console(new PrintWriter(new StringWriter()), terminal, on, new Interruption())
            .tell(sentence);
        String told = shown.toString(StandardCharsets.UTF_8).strip();
        assertThat(told.lines().allMatch(line -> line.length() <= 60)).isEqualTo(on);
        assertThat(told.replaceAll("\\s+", " ")).isEqualTo(sentence);
      }
    } finally {
      if (before == null) {
        System.clearProperty("twotower.terminal.columns");
      } else {
        System.setProperty("twotower.terminal.columns", before);
      }
    }
  }

  @Test
  void aLongTaskShowsRateAndTimeLeft() throws InterruptedException {
    try (Progress progress = new Progress.Bar(terminal, 80, "evaluate", "users", 100)) {
      progress.at(1, "");
      Thread.sleep(2_100);
      progress.at(50, "");
      Thread.sleep(600);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("evaluate", "50%", "users/s");
  }

  @Test
  void aBarOpensNoTerminalWhichWouldTakeTheHandlersOfSignalsAway() throws Exception {
    try (Progress progress = new Progress.Bar(terminal, 80, "train", "steps", 100)) {
      progress.at(1, "");
      Thread.sleep(2_100);
      progress.at(50, "");
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("train", "50/100");
    Field opened =
        Class.forName("me.tongfei.progressbar.TerminalUtils").getDeclaredField("terminal");
    opened.setAccessible(true);
    assertThat(opened.get(null)).isNull();
  }

  @Test
  void linesStayAboveABar() throws InterruptedException {
    try (Progress progress = new Progress.Bar(terminal, 60, "train", "steps", 100)) {
      progress.above(terminal, "epoch 1");
      progress.at(1, "");
      Thread.sleep(2_100);
      progress.at(50, "loss 1.5");
      progress.above(terminal, "epoch 2");
    }
    String all = shown.toString(StandardCharsets.UTF_8);
    String newLine = System.lineSeparator();
    assertThat(all)
        .startsWith("epoch 1" + newLine)
        .contains("\r" + " ".repeat(59) + "\repoch 2" + newLine);
    assertThat(all.split("[\r\n]+")).allMatch(line -> line.length() < 60);
  }
}
