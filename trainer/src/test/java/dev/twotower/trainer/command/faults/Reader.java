package dev.twotower.trainer.command.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A command that reads a folder.
 *
 * @param name for the tally
 * @param arguments the command line, from the folder's copy and a folder to write into
 * @param answer what tells one answer from another
 */
record Reader(String name, BiFunction<Path, Path, List<String>> arguments, Answer answer) {}
