package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages link to files that are there. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)(#[^)]*)?\\)");

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    List<Path> pages = pages();
    assertThat(pages).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/study.md"));
    assertThat(pages.stream().flatMap(DocumentLinksTest::dead).toList()).isEmpty();
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
          .map(MatchResult::group)
          .filter(link -> !Files.exists(page.resolveSibling(target(link)).normalize()))
          .map(link -> ROOT.relativize(page) + ": " + link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(String link) {
    return link.substring(2, link.length() - 1).replaceFirst("#.*", "");
  }
}
