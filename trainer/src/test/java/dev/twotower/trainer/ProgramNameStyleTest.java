package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Commands that messages tell begin with the program as it was called, by {@code ProgramName}, not
 * with its name: that may be on no path.
 */
class ProgramNameStyleTest {
  /** Examples of help begin with two spaces, and a name in quotes only says what wrote a file. */
  private static final Pattern COMMAND =
      Pattern.compile("^(?!\\s*(?:\\*|//)).*\".*(?<!  )(?<!')\\btwotower [a-z]+ .*--");

  @Test
  void commandsOfMessagesBeginWithTheProgramAsItWasCalled() throws IOException {
    assertThat(named("    return \"twotower train --data %s\"")).isTrue();
    assertThat(named("  \"make one with: twotower export --format hnsw\"")).isTrue();
    assertThat(named("      \"  twotower train --data logs/mine\",")).isFalse();
    assertThat(named("   * \"twotower train --data logs/mine\"")).isFalse();
    List<String> found = new ArrayList<>();
    for (String module : List.of("masking", "data", "eval", "trainer")) {
      try (Stream<Path> sources = Files.walk(root().resolve(module + "/src/main/java"))) {
        for (Path source :
            sources.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
          // The help of import tells of itself in sentences.
          if (!source.endsWith("ImportHelp.java")) {
            Files.readAllLines(source).stream()
                .filter(ProgramNameStyleTest::named)
                .forEach(line -> found.add(source.getFileName() + ": " + line.strip()));
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean named(String line) {
    return COMMAND.matcher(line).find();
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
