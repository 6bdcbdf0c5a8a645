package dev.twotower.trainer.command.fuzz;

import dev.twotower.data.BadDataException;
import dev.twotower.trainer.command.Invocation;
import java.io.IOException;
import java.nio.file.Path;

/** Goes on with an interrupted run, and so reads its newest checkpoint. */
final class Resuming {
  private Resuming() {}

  static void resume(Path file) throws IOException {
    Path run = file.getParent().getParent();
    Invocation done =
        Invocation.of("train", "--data=" + run.resolveSibling("data"), "--out=" + run, "--resume");
    // As the exit code says what the exception was.
    switch (done.exitCode()) {
      case 0 -> {}
      case 2 -> throw new IllegalArgumentException(done.err());
      case 3 -> throw new BadDataException(done.err());
      default -> throw new IOException(done.err());
    }
  }
}
