package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of the Java machine have a cause that a user can do something about. */
class FailureTextTest {
  static Arguments[] errors() {
    return new Arguments[] {
      Arguments.of(new OutOfMemoryError("Java heap space"), 1, "TWOTOWER_JAVA_OPTS=-Xmx8g"),
      Arguments.of(
          new OutOfMemoryError("unable to create native thread: possibly out of memory"),
          1,
          "ulimit -u"),
      Arguments.of(new StackOverflowError(), 1, "-Xss8m"),
      Arguments.of(
          new InternalError("a fault occurred in an unsafe memory access operation"),
          3,
          "was cut short"),
      Arguments.of(new UnsatisfiedLinkError("x.so: wrong ELF class"), 1, "native library"),
      Arguments.of(
          new ExceptionInInitializerError(new UnsatisfiedLinkError("x.so: no")), 1, "x.so: no"),
      Arguments.of(new NoClassDefFoundError("dev/twotower/Gone"), 1, "start it again"),
      Arguments.of(new AssertionError("two is three"), 1, "AssertionError: two is three"),
    };
  }

  @ParameterizedTest
  @MethodSource("errors")
  void areToldWithCauseAndRemedy(Error error, int code, String said) {
    assertThat(FailureText.of(error).message()).contains(said).doesNotContain("\tat ");
    assertThat(FailureText.of(error).code()).isEqualTo(code);
    // Threads hand them on inside of exceptions.
    assertThat(FailureText.of(new ExecutionException(error))).isEqualTo(FailureText.of(error));
  }
}
