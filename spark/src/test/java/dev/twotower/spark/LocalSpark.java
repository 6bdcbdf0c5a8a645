package dev.twotower.spark;

import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * Spark on two threads of this process, where a task may fail three times, and commands run on it.
 */
public final class LocalSpark {
  static {
    System.setProperty("spark.master", "local[2,4]");
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.driver.host", "127.0.0.1");
    System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    System.setProperty("spark.sql.shuffle.partitions", "3");
    System.setProperty("log4j2.configurationFile", "dev/twotower/spark/log4j2.properties");
    Jobs.keepOpen();
  }

  private LocalSpark() {}

  /** Work on Spark whose progress nobody sees. */
  public static Jobs jobs() {
    return Jobs.start(console(new StringWriter(), new ByteArrayOutputStream()), "test");
  }

  /** What a command came to. */
  public record Result(int exitCode, String out, String err) {}

  /** Runs a command line. */
  public static Result run(String... args) {
    StringWriter out = new StringWriter();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = dev.twotower.trainer.command.Main.run(Main.program(), console(out, err), args);
    return new Result(code, out.toString(), err.toString(StandardCharsets.UTF_8));
  }

  private static Console console(StringWriter out, ByteArrayOutputStream err) {
    return Console.to(
        new PrintWriter(out, true), new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
