package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One run of the command line inside the test's process, and what came of it. */
public record Invocation(int exitCode, String out, String err, List<String> arguments) {
  public static Invocation of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintWriter(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            new Interruption());
    int code = Main.run(console, arguments);
    return new Invocation(
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8),
        List.of(arguments));
  }

  /** A run that must succeed. */
  public static Invocation done(String... arguments) {
    Invocation invocation = of(arguments);
    assertThat(invocation.exitCode()).as(invocation.err()).isZero();
    return invocation;
  }

  /**
   * The document on standard output, which must hold one and nothing else, and no field that the
   * reference does not have.
   */
  JsonNode json() {
    assertThat(exitCode).as("exit code; standard error: %s", err).isZero();
    JsonNode document = parsed();
    if (System.getProperty("twotower.fields") == null) {
      JsonDocument.of(arguments.toArray(String[]::new)).requireKnown(document);
    }
    return document;
  }

  private JsonNode parsed() {
    try {
      return new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(out);
    } catch (JsonProcessingException malformed) {
      throw new AssertionError("not one JSON document: " + out, malformed);
    }
  }

  /** Asserts that the command refused its input: code, empty output, and a message. */
  Invocation refused(int code, String... fragments) {
    assertThat(err).contains(fragments);
    assertThat(exitCode).as("exit code; standard error: %s", err).isEqualTo(code);
    assertThat(out).isEmpty();
    assertThat(err).doesNotContain("\tat ");
    return this;
  }
}
