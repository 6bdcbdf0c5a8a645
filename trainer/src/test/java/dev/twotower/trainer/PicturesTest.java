package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's pictures say what the stored result files say; scripts/picture draws them. */
class PicturesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern TEXT = Pattern.compile("<text [^>]*>([^<]*\\d\\.\\d[^<]*)</text>");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+\\.\\d+");

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyNumberIsStored(String theme) throws IOException {
    String stored =
        Files.readString(DOCS.resolve("results/study/false-negatives.tsv"))
            + Files.readString(DOCS.resolve("results/study/recipe.tsv"));
    List<String> cells = List.of(stored.split("[\\t\\n]"));
    String picture = Files.readString(DOCS.resolve("pictures/sorted-" + theme + ".svg"));
    List<String> shown =
        TEXT.matcher(picture)
            .results()
            .flatMap(text -> NUMBER.matcher(text.group(1).replace('\u2212', '-')).results())
            .map(MatchResult::group)
            .toList();
    assertThat(shown).hasSizeGreaterThan(20);
    assertThat(cells).containsAll(shown);
  }

  /** The bars are of one mask, and not of the recipe's: picture and page say which. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/pictures/sorted-light.svg", "docs/pictures/sorted-dark.svg"})
  void theBarsAreSaidToBeThoseOfTheMaskIdentity(String picture) throws IOException {
    assertThat(Files.readString(Path.of("..", picture)))
        .contains(">False negatives under mask identity", ">the recipe's layout</text>");
    String readme = Files.readString(Path.of("..", "README.md"));
    assertThat(readme.substring(readme.indexOf("<picture>"), readme.indexOf("## Try it")))
        .contains(picture, "under mask identity alone", "with the mask `identity` in every bar");
  }
}
