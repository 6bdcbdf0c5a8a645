package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A file that nobody should have written, before the command that reads such files.
 *
 * @param kind of the file, for the tally
 * @param name what is wrong with it
 * @param file its name
 * @param content writes it
 * @param command the command line, by the file
 * @param refuse whether there is nothing in it that could be taken
 */
record HostileFile(
    String kind,
    String name,
    String file,
    Content content,
    Function<Path, List<String>> command,
    boolean refuse) {

  /** Writes a file. */
  @FunctionalInterface
  interface Content {
    void write(Path file, UniformRandomProvider random) throws IOException;
  }
}
