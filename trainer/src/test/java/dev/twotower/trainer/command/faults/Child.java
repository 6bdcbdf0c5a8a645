package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command in a process of its own, which may be killed, signalled and waited for. */
final class Child {
  private final Process process;
  private final Path out;
  private final Path err;

  private Child(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * @param folder where its output goes
   */
  static Child start(Path folder, Path temporary, List<String> command) throws IOException {
    return start(folder, Jvm.builder(folder, temporary, Main.class, command));
  }

  /** The same through the launcher. */
  static Child launch(Path launcher, Path folder, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("TWOTOWER_NATIVE", "bundled");
    builder.environment().put("TWOTOWER_JAVA_OPTS", "-Xmx1g -XX:TieredStopAtLevel=1");
    return start(folder, builder);
  }

  private static Child start(Path folder, ProcessBuilder builder) throws IOException {
    Files.createDirectories(folder);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    // A shell's background jobs ignore SIGINT, and so would what they start.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(builder.command());
    builder.command(words);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Child(process, out, err);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Waits until something holds or the process has ended; looks every half a millisecond. */
  boolean await(BooleanSupplier condition, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (process.isAlive() && System.nanoTime() < end) {
      if (condition.getAsBoolean()) {
        return true;
      }
      TimeUnit.MICROSECONDS.sleep(500);
    }
    return condition.getAsBoolean();
  }

  /**
   * Kills the process.
   *
   * @return whether it was still running
   */
  boolean kill() throws InterruptedException {
    process.destroyForcibly();
    return process.waitFor() == 128 + 9;
  }

  /**
   * @param name as {@code kill} knows it, for example INT
   */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Waits for the end; a process that does not end is killed. */
  Reply end(int seconds) throws IOException, InterruptedException {
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    int code = process.exitValue();
    boolean crashed = ended && (code == 128 + 6 || code == 128 + 11 || code == 128 + 7);
    return new Reply(
        !ended ? Reply.HUNG : crashed ? Reply.CRASHED : code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
