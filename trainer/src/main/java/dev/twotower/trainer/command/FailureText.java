package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.TemporaryFolder;
import dev.twotower.data.message.ProgramName;
import java.io.IOException;
import java.util.Optional;

/**
 * The message for a failure and its exit code. An error of the Java machine is reported as its
 * cause: memory, the temporary folder, a truncated file, the program's own files. Threads wrap
 * errors in exceptions, so the whole chain of causes is searched.
 *
 * @param message for the user, without the program's name
 * @param code see {@link ExitCode}
 */
record FailureText(String message, int code) {
  private static final String MORE_MEMORY =
      "give the JVM more with TWOTOWER_JAVA_OPTS=-Xmx8g, or choose smaller batches";

  static FailureText of(Throwable failure) {
    FailureText text = ofCauses(failure);
    if (text.code != ExitCode.FAILED) {
      return text;
    }
    // A fault in mapped memory may come out anywhere, also as the failure of a lock it went
    // through.
    return Dataset.changedFile()
        .map(
            file ->
                new FailureText(
                    file
                        + " was cut short or extended while it was being read; import the data"
                        + " again",
                    ExitCode.BAD_DATA))
        .orElse(text);
  }

  private static FailureText ofCauses(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error error) {
        return ofError(error);
      }
    }
    return new FailureText(message(failure), ExitCode.of(failure));
  }

  private static FailureText ofError(Error error) {
    String said = String.valueOf(error.getMessage());
    if (error instanceof OutOfMemoryError) {
      String remedy =
          said.contains("native thread")
              ? "the system allows no more threads: raise 'ulimit -u', or set threads lower"
              : MORE_MEMORY;
      return failed("out of memory (" + said + "); " + remedy);
    }
    if (error instanceof StackOverflowError) {
      return failed(
          "something is nested too deeply for the stack; give the JVM more with"
              + " TWOTOWER_JAVA_OPTS=-Xss8m");
    }
    if (error instanceof InternalError && said.contains("unsafe memory access")) {
      return new FailureText(
          Dataset.changedFile().map(file -> file + " was").orElse("a file was")
              + " cut short, or its disk failed, while it was being read",
          ExitCode.BAD_DATA);
    }
    if (error instanceof LinkageError) {
      return failed(linkage(error));
    }
    return failed(error.getClass().getSimpleName() + ": " + said);
  }

  /** A native library, or a class that needs one, or a file of the program is missing. */
  private static String linkage(Error error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getClass().getSimpleName() + ": " + root.getMessage();
    TemporaryFolder folder = TemporaryFolder.ofThisProcess();
    Optional<String> problem = folder.problem();
    if (problem.isPresent()) {
      return "native libraries are unpacked into the temporary folder '%s', which %s; %s (%s)"
          .formatted(folder.path(), problem.get(), TemporaryFolder.REMEDY, said);
    }
    return error instanceof NoClassDefFoundError && root == error
        ? "a part of the program is missing (" + said + "): its files have changed; start it again"
        : "a native library cannot be loaded ("
            + said
            + "); '"
            + ProgramName.command("doctor")
            + "' says what is missing";
  }

  private static FailureText failed(String message) {
    return new FailureText(message, ExitCode.FAILED);
  }

  /** Some exceptions say only what they are about, such as a file's name; add what happened. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    Throwable cause = failure.getCause();
    if (cause != null && message.equals(cause.toString())) {
      return message(cause);
    }
    boolean says = message.contains(" ") || ExitCode.of(failure) != ExitCode.FAILED;
    return says || failure instanceof IOException io && io.getCause() != null
        ? message
        : failure.getClass().getSimpleName() + ": " + message;
  }
}
