package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts further processes with the class path and the options of this one. */
final class Jvm {
  private Jvm() {}

  /**
   * @param temporary the folder that the process takes for the system's temporary one
   */
  static ProcessBuilder builder(Path folder, Path temporary, Class<?> main, List<String> args)
      throws IOException {
    Files.createDirectories(folder);
    Files.createDirectories(temporary);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Xmx1g");
    command.add("-XX:-UsePerfData");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    return new ProcessBuilder(command).directory(folder.toFile());
  }
}
