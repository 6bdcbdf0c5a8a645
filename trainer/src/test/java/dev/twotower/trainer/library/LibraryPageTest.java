package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the library shows code of the tests that it links to, word for word. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("..", "docs", "library.md");
  private static final Pattern PART =
      Pattern.compile("]\\((\\.\\./[^)]+Test\\.java)\\)|```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleIsPartOfItsTest() throws IOException {
    Matcher parts = PART.matcher(Files.readString(PAGE));
    String source = "";
    int tests = 0;
    while (parts.find()) {
      if (parts.group(1) != null) {
        source = words(Files.readString(PAGE.resolveSibling(parts.group(1))));
        tests++;
      } else {
        assertThat(source).contains(words(parts.group(2)));
      }
    }
    assertThat(tests).isEqualTo(5);
  }

  private static String words(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}
