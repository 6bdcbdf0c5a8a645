package dev.twotower.trainer.run;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A run whose training has not come to its end: why, as far as its lock tells, and what to do. */
public final class Unfinished {
  private Unfinished() {}

  /** Where the plan of a run lies that is trained in rounds, over the parts of its data set. */
  public static Path plan(Path run) {
    return run.resolve("rounds").resolve("plan.json");
  }

  /** Whether a run is trained in rounds, which another program goes on with. */
  public static boolean inRounds(Path run) {
    return Files.isRegularFile(plan(run));
  }

  /**
   * The command that goes on with a run, as a shell reads it.
   *
   * @param inUse where its data set may be, see {@link RunData#option}
   */
  public static String resume(Path run, Optional<Path> inUse) {
    return inRounds(run)
        ? "%s train --data %s --out %s --resume"
            .formatted(ProgramName.onSpark(), named(run, inUse), ShellWord.of(run))
        : "%s train%s --out %s --resume"
            .formatted(ProgramName.typed(), option(run, inUse), ShellWord.of(run));
  }

  private static String named(Path run, Optional<Path> inUse) {
    try {
      return RunDirectory.open(run).data().named(inUse);
    } catch (IllegalArgumentException | BadDataException unknown) {
      return inUse.map(ShellWord::of).orElse("DIR");
    }
  }

  /**
   * What names a run's data set in a command, see {@link RunData#option}; where the run does not
   * say which it has, the one in use.
   */
  public static String option(Path run, Optional<Path> inUse) {
    try {
      return RunDirectory.open(run).data().option(inUse);
    } catch (IllegalArgumentException | BadDataException unknown) {
      return inUse.map(path -> ShellWord.command(" --data %s", path)).orElse("");
    }
  }

  /**
   * What is said of it in a sentence, and what to do.
   *
   * @param inUse where its data set may be
   */
  static String words(Path run, Optional<Path> inUse) {
    try {
      Optional<String> writer = WriterLock.holderOf(run);
      return writer.isPresent()
          ? "it is being trained by %s; wait until that ends, and run this again"
              .formatted(writer.get())
          : "it was stopped, killed or failed, and no process trains it now; go on with:%n  %s"
              .formatted(resume(run, inUse));
    } catch (IOException unknown) {
      return "whether a process still trains it cannot be seen here; if none does, go on with:%n  %s"
          .formatted(resume(run, inUse));
    }
  }
}
