package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A source tree as the launcher sees one, whose Maven takes a second: it hands out the classes of
 * this process, laid out in the jar otherwise at each build.
 */
record SourceTree(Path folder) {
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      set -e
      cd "$(dirname "$0")"
      [ ! -e broken ] || exit 1
      echo build >>built
      sleep 1
      out=trainer/target/launcher
      mkdir -p "$out/lib" "$out/native"
      n=$(( $(wc -l <built) % 2 ))
      cp "made/trainer-$n.jar" "$out/trainer.jar"
      cp -P made/lib/* "$out/lib/"
      cp -P made/native/* "$out/native/"
      """;

  static SourceTree make(Path root, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("scripts"));
    for (String script : List.of("twotower", "launch", "terminal")) {
      Files.copy(
          root.resolve("scripts/" + script),
          folder.resolve("scripts/" + script),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectories(folder.resolve(".mvn"));
    Files.createFile(folder.resolve("pom.xml"));
    for (String module : List.of("masking", "data", "eval", "trainer")) {
      Files.createDirectories(folder.resolve(module + "/src/main"));
      Files.createFile(folder.resolve(module + "/pom.xml"));
      Files.createFile(folder.resolve(module + "/src/main/Source.java"));
    }
    Path maven = Files.writeString(folder.resolve("mvnw"), MAVEN);
    maven.toFile().setExecutable(true);
    for (String libraries : List.of("lib", "native")) {
      Files.createDirectories(folder.resolve("made/" + libraries));
    }
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path jar = Path.of(entry);
      String name = jar.getFileName().toString();
      if (name.endsWith(".jar") && !name.equals("trainer.jar") && Files.exists(jar)) {
        String kind = name.startsWith("pytorch-native-cpu") ? "native" : "lib";
        Files.createSymbolicLink(
            folder.resolve("made/" + kind).resolve(name), jar.toAbsolutePath());
      }
    }
    for (int version = 0; version < 2; version++) {
      jar(folder.resolve("made/trainer-" + version + ".jar"), version);
    }
    return new SourceTree(folder);
  }

  /** Everything on the class path that is in no library. */
  private static void jar(Path file, int version) throws IOException {
    Set<String> names = new HashSet<>();
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry("filler")); // moves all that follows
      jar.write("x".repeat(version * 777_777).getBytes(StandardCharsets.UTF_8));
      jar.closeEntry();
      for (String entry : System.getProperty("java.class.path").split(":")) {
        Path path = Path.of(entry);
        if (Files.isDirectory(path)) {
          addAll(path, names, jar);
        } else if (entry.endsWith("trainer.jar")) {
          try (var opened = FileSystems.newFileSystem(path)) {
            addAll(opened.getPath("/"), names, jar);
          }
        }
      }
    }
  }

  private static void addAll(Path folder, Set<String> names, JarOutputStream jar)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(file).toString();
        if (names.add(name)) {
          jar.putNextEntry(new JarEntry(name));
          Files.copy(file, jar);
          jar.closeEntry();
        }
      }
    }
  }

  /** A source file becomes newer than the build. */
  void change() throws IOException, InterruptedException {
    Thread.sleep(1100); // clocks of file systems tick
    Files.writeString(folder.resolve("data/src/main/Source.java"), "changed");
  }

  /** How often Maven was called. */
  int builds() throws IOException {
    Path built = folder.resolve("built");
    return Files.exists(built) ? Files.readAllLines(built).size() : 0;
  }

  Child launch(List<String> arguments) throws IOException {
    return Child.launch(folder.resolve("scripts/twotower"), folder.resolve("logs"), arguments);
  }
}
