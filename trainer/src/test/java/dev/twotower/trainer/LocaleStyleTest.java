package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Numbers with points, groups or exponents are written under {@code Locale.ROOT}, and letters
 * change case under it: a library's user may have any locale.
 */
class LocaleStyleTest {
  private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*\"";
  private static final String BLOCK = "\"\"\"(?s:.*?)\"\"\"";

  /** Texts that are formatted under the default locale. */
  private static final Pattern FORMATTED =
      Pattern.compile("((?:(?:" + BLOCK + "|" + LITERAL + ")[\\s+]*)+)\\)?\\s*\\.formatted\\(");

  private static final Pattern LOCAL_NUMBER =
      Pattern.compile("%(?:\\d+\\$)?(?:[-,+ 0-9.(#]*[aefgAEG]|[-+ 0-9(#]*,[-,+ 0-9.(#]*d)");

  private static final Pattern DEFAULT_LOCALE =
      Pattern.compile(
          "(?:String\\.format|\\.printf)\\(\\s*+(?!Locale\\.ROOT)"
              + "|\\.to(?:Upper|Lower)Case\\(\\)"
              + "|new (?:DecimalFormat|Formatter|Scanner)\\("
              + "|NumberFormat\\.get\\w+\\(\\)");

  @Test
  void numbersAndLettersDoNotDependOnTheLocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("masking", "data", "eval", "trainer")) {
      try (Stream<Path> sources = Files.walk(root().resolve(module + "/src/main/java"))) {
        for (Path source :
            sources.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
          String text = Files.readString(source);
          Matcher formatted = FORMATTED.matcher(text);
          while (formatted.find()) {
            if (LOCAL_NUMBER.matcher(formatted.group(1).replace("%%", "")).find()) {
              found.add(place(source, text, formatted.start()));
            }
          }
          Matcher other = DEFAULT_LOCALE.matcher(text);
          while (other.find()) {
            found.add(place(source, text, other.start()));
          }
        }
      }
    }
    assertThat(found).as("places without Locale.ROOT").isEmpty();
  }

  private static String place(Path source, String text, int at) {
    return source.getFileName() + ":" + (text.substring(0, at).lines().count() + 1);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
