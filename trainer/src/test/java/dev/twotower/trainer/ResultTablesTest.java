package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of the pages say what the stored result files say. */
class ResultTablesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path RESULTS = ROOT.resolve("docs/results");

  private static final String FILE =
      """
      # command: scripts/twotower compare --data logs/mine
      arm\trecall@20\tlow\thigh\tbatch
      iid/identity\t0.17712\t0.1639\t0.19031\t1024
      sorted/identity+user\t-1.949\t-4.6\t0.8\t1024
      """;

  @Test
  void everyTableSaysWhatIsStored() {
    List<ResultTables> pages = pages().stream().map(ResultTablesTest::checked).toList();
    assertThat(pages.stream().flatMap(page -> page.faults().stream()).toList()).isEmpty();
    Stream<String> quoted = prose().stream().flatMap(page -> checkedProse(page).files().stream());
    Stream<String> shown = pages.stream().flatMap(page -> page.files().stream());
    assertThat(Stream.concat(shown, quoted).distinct().toList())
        .as("result files that a page shows: all of them")
        .containsExactlyInAnyOrderElementsOf(files().stream().map(this::name).toList());
  }

  @Test
  void everyFigureInASentenceIsStored() {
    assertThat(prose().stream().flatMap(page -> checkedProse(page).faults().stream()).toList())
        .isEmpty();
  }

  @Test
  void sentencesHaveFiguresWhereTheyHaveDecimalsOrUnits() {
    assertThat(ProseFigures.figures(List.of("It took 100 s (2.1 times, +0.8 %), on `x 3.5`,")))
        .containsExactly("100", "2.1", "+0.8");
    assertThat(ProseFigures.figures(List.of("PyTorch 2.7.1 with 12 seeds and 95 % intervals")))
        .isEmpty();
    assertThat(ProseFigures.figures(List.of("up to 41", "percentage points of .2802")))
        .containsExactly("41", ".2802");
  }

  @Test
  void aFigureThatIsNotStoredIsAFault() {
    assertThat(proseFaults("<!-- figures: one.tsv -->", "A loss of 1.9 %, .1771.")).isEmpty();
    assertThat(proseFaults("<!-- figures: one.tsv -->", "A change of +1.9 %."))
        .containsExactly("page:2: +1.9 is not in [one.tsv]");
    assertThat(proseFaults("A loss of 1.9 %."))
        .singleElement()
        .asString()
        .startsWith("page:1: figures without a result file: [1.9]");
    assertThat(proseFaults("<!-- no figures: an example of a share -->", "Say 1.9 %.")).isEmpty();
    assertThat(proseFaults("<!-- figures: one.tsv -->", "No figure."))
        .containsExactly("page:2: a mark above a paragraph without figures");
    assertThat(proseFaults("<!-- figures: one.tsv -->", "```text", "x  -4.7 %", "```"))
        .containsExactly("page:2: -4.7 is not in [one.tsv]");
  }

  private static List<String> proseFaults(String... page) {
    return ProseFigures.of("page", List.of(page), name -> FILE.lines().toList()).faults();
  }

  /** All pages but the reference, whose figures are those of the code. */
  private static List<Path> prose() {
    return pages().stream().filter(page -> !page.endsWith("reference.md")).toList();
  }

  private static ProseFigures checkedProse(Path page) {
    return ProseFigures.of(
        ROOT.relativize(page).toString(),
        lines(page),
        name -> Files.exists(RESULTS.resolve(name)) ? lines(RESULTS.resolve(name)) : null);
  }

  @Test
  void everyResultFileNamesItsCommand() {
    assertThat(files())
        .isNotEmpty()
        .allSatisfy(file -> assertThat(lines(file).get(0)).startsWith("# command: "));
  }

  @Test
  void numbersMayBeRoundedButNotChanged() {
    assertThat(faults("| `iid/identity` | 0.1771 (0.1639 .. 0.1903) | 1,024 |")).isEmpty();
    assertThat(faults("| `iid/identity` of ml-100k, recall@20 | .177 |")).isEmpty();
    assertThat(faults("| `sorted/identity+user` | -1.9 % (-4.6 .. +0.8) |")).isEmpty();
    assertThat(faults("| `iid/identity` | 0.1772 |")).hasSize(1);
    assertThat(faults("| `iid/identity` | 0.16390 |")).isEmpty();
    assertThat(faults("| `iid/identity` | 0.16391 |")).hasSize(1);
    assertThat(faults("| `iid/identity` | +1.9 % |")).hasSize(1);
  }

  @Test
  void aNumberOfAnotherRowIsNotThisRows() {
    assertThat(faults("| `iid/identity` | -4.6 |")).hasSize(1);
    assertThat(faults("| `sorted/identity` | 0.1771 |")).hasSize(1);
  }

  @Test
  void missingFilesAndUnmarkedTablesAreFaults() {
    List<String> page =
        List.of(
            "<!-- results: gone.tsv -->",
            "",
            "| a |",
            "|---|",
            "",
            "| b |",
            "|---|",
            "| 0.5 |",
            "",
            "<!-- no results: settings -->",
            "| c |",
            "|---|",
            "| 0.5 |",
            "",
            "| d |",
            "|---|",
            "| 5 |");
    assertThat(ResultTables.of("page", page, name -> null).faults())
        .satisfiesExactly(
            fault -> assertThat(fault).isEqualTo("page:3: docs/results/gone.tsv is missing"),
            fault -> assertThat(fault).startsWith("page:6: a table with numbers"));
  }

  private static List<String> faults(String row) {
    List<String> page = List.of("<!-- results: one.tsv -->", "| arm | recall@20 |", "|---|", row);
    return ResultTables.of("page", page, name -> FILE.lines().toList()).faults();
  }

  private static ResultTables checked(Path page) {
    return ResultTables.of(
        ROOT.relativize(page).toString(),
        lines(page),
        name -> Files.exists(RESULTS.resolve(name)) ? lines(RESULTS.resolve(name)) : null);
  }

  private static List<Path> pages() {
    return Stream.concat(Stream.of(ROOT.resolve("README.md")), under(ROOT.resolve("docs"), ".md"))
        .toList();
  }

  private static List<Path> files() {
    return under(RESULTS, ".tsv").toList();
  }

  private String name(Path file) {
    return RESULTS.relativize(file).toString().replace('\\', '/');
  }

  private static Stream<Path> under(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
