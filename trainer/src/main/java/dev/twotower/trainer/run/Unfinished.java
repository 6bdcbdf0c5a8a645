package dev.twotower.trainer.run;

import dev.twotower.data.disk.WriterLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Why training of a run has not come to its end, as far as its lock tells. */
final class Unfinished {
  private Unfinished() {}

  /**
   * What is said of it in a sentence, and what to do.
   *
   * @param resume the command that goes on with the run
   */
  static String words(Path run, String resume) {
    try {
      Optional<String> writer = WriterLock.holderOf(run);
      return writer.isPresent()
          ? "it is being trained by %s; wait until that ends, and run this again"
              .formatted(writer.get())
          : "it was stopped, killed or failed, and no process trains it now; go on with:%n  %s"
              .formatted(resume);
    } catch (IOException unknown) {
      return "whether a process still trains it cannot be seen here; if none does, go on with:%n  %s"
          .formatted(resume);
    }
  }
}
