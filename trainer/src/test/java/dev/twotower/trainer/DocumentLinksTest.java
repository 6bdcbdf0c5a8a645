package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages link to files that are there, and to headings that these have. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    List<Path> pages = pages();
    assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/study.md"));
    assertThat(pages.stream().flatMap(DocumentLinksTest::dead).toList()).isEmpty();
  }

  @Test
  void aHeadingThatIsNotThereIsDead() {
    Path concepts = ROOT.resolve("docs/concepts.md");
    assertThat(anchors(concepts)).contains("in-batch-negatives", "when-to-rank-seen-items");
    assertThat(
            LINK.matcher("[a](concepts.md#in-batch-negatives) [b](#gone) [c](gone.md)").results())
        .extracting(link -> leads(concepts, link))
        .containsExactly(true, false, false);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> scripts = Files.list(ROOT.resolve("scripts"))) {
      return Stream.of(top, docs, scripts)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static Stream<String> dead(Path page) {
    try {
      return LINK.matcher(Files.readString(page))
          .results()
          .filter(link -> !leads(page, link))
          .map(link -> ROOT.relativize(page) + ": " + link.group());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leads(Path page, MatchResult link) {
    String file = link.group(1);
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(target)
        && (link.group(2) == null || anchors(target).contains(link.group(2)));
  }

  /** Headings as browsers are led to them: lower case, spaces as dashes, no other signs. */
  private static List<String> anchors(Path page) {
    try {
      return HEADING
          .matcher(Files.readString(page))
          .results()
          .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
