package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real signals to a real process. */
@Timeout(60)
class SignalsTest {
  @TempDir Path folder;

  /** A command: one that finishes when asked to, one that just ends, one that does not listen. */
  static final class Command {
    public static void main(String[] arguments) throws InterruptedException {
      Interruption interruption = Interruption.listen();
      BooleanSupplier stop = () -> false;
      if (!arguments[0].equals("ends")) {
        stop = interruption.stopSignal();
      }
      System.out.println("ready");
      while (arguments[0].equals("deaf") || !stop.getAsBoolean()) {
        Thread.sleep(5);
      }
      System.out.println("finished");
      interruption.end();
    }
  }

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void needsKill() {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/kill")) || Files.isExecutable(Path.of("/usr/bin/kill")));
  }

  private Process start(String kind) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Command.class.getName(),
                kind)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    started.add(process);
    await(process, "ready");
    return process;
  }

  @AfterEach
  void leaveNoneBehind() {
    started.forEach(Process::destroyForcibly);
  }

  private void await(Process process, String said) throws Exception {
    while (!output().contains(said)) {
      assertThat(process.isAlive()).as("output: %s", output()).isTrue();
      Thread.sleep(10);
    }
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void everySignalLetsACommandFinishAndHasOneExitCode(String name) throws Exception {
    Process process = start("polls");
    signal(process, name);
    assertThat(exitCode(process)).isEqualTo(130);
    assertThat(output()).contains("interrupted").contains("finished");
  }

  @Test
  void aCommandThatHasNothingToFinishEnds() throws Exception {
    Process process = start("ends");
    signal(process, "TERM");
    assertThat(exitCode(process)).isEqualTo(130);
    assertThat(output()).contains("twotower: interrupted").doesNotContain("finished");
  }

  @Test
  void theSecondSignalEndsAtOnce() throws Exception {
    Process process = start("deaf");
    signal(process, "TERM");
    await(process, "ends after this step");
    assertThat(process.isAlive()).isTrue();
    signal(process, "INT");
    assertThat(exitCode(process)).isEqualTo(130);
    assertThat(output()).contains("interrupted again; stopped at once");
  }
}
