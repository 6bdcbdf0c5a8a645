package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of one import that are written in several encodings. */
class EncodingsTest {
  private static final String LOG = "user,item,time\nu,é,1\nu,b,2\nu,c,3\nv,é,4\n";
  private static final String ITEMS = "item,title\né,Crème brûlée\nb,Tee\nc,Öl\n";

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private Path write(String name, String text, String charset) throws IOException {
    return Files.write(temp.resolve(name), text.getBytes(Charset.forName(charset)));
  }

  private ImportRequest.Builder request(Path log) {
    return folder.table(log).items("items.csv").itemName("title");
  }

  private static List<String> names(Dataset data) {
    EntityTable items = data.itemTable();
    return IntStream.range(0, items.size()).mapToObj(items::name).sorted().toList();
  }

  private void assertRead(ImportRequest.Builder request) {
    try (Dataset data = folder.open(request)) {
      assertThat(names(data)).containsExactly("Crème brûlée", "Tee", "Öl");
    }
  }

  @Test
  void aFileHasItsOwnEncoding() throws IOException {
    Path log = write("log.csv", LOG, "UTF-8");
    write("items.csv", ITEMS, "ISO-8859-1");
    folder
        .assertBadData(request(log))
        .hasMessageContaining("items.csv line 2")
        .hasMessageContaining("FILE=latin-1");
    assertRead(request(log).encoding("items.csv=latin-1"));
    folder.clear();
    write("log.csv", LOG, "UTF-16LE");
    assertRead(request(log).encoding("items.csv=latin-1").encoding("UTF-16LE"));
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(data.manifest().provenance().options())
          .containsEntry("encoding", "UTF-16LE; items.csv=latin-1");
    }
  }

  @Test
  void aFileOfAFolderIsNamedByTheEndOfItsPath() throws IOException {
    Files.createDirectories(temp.resolve("log/old"));
    Files.createDirectories(temp.resolve("log/new"));
    write("log/old/part.csv", LOG, "ISO-8859-1");
    write("log/new/part.csv", LOG, "UTF-8");
    write("items.csv", ITEMS, "UTF-8");
    ImportRequest.Builder request =
        folder
            .table(temp.resolve("log"))
            .items(temp.resolve("items.csv").toString())
            .itemName("title");
    assertRead(request.encoding("old/part.csv=latin-1"));
  }

  @Test
  void aFileIsNamedAsItsPathIsWrittenAndTheLongerNameWins() throws IOException {
    Path log = write("log.csv", LOG, "ISO-8859-1");
    write("items.csv", ITEMS, "UTF-8");
    Path winding = temp.resolve("../" + temp.getFileName()).resolve("./log.csv");
    assertRead(request(log).encoding("log.csv=utf-16").encoding(winding + "=latin-1"));
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, latin-1", "UTF-16BE, latin-1", "UTF-16LE, shift_jis", "UTF-16LE, utf-8"})
  void aMarkGoesBeforeWhatIsSaidOfAllFiles(String written, String said) throws IOException {
    Path log = write("log.csv", "\ufeff" + LOG, written);
    write("items.csv", "\ufeff" + ITEMS, written);
    ImportSummary summary = folder.run(request(log).encoding(said));
    String marked = written.startsWith("UTF-16") ? "UTF-16" : written;
    if (said.equals("utf-8")) {
      assertThat(summary.notes()).noneMatch(note -> note.contains("first bytes"));
    } else {
      assertThat(summary.notes())
          .contains(
              "items.csv is read as %s, as its first bytes mark it, and not as %s (--encoding)"
                  .formatted(marked, said));
    }
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(names(data)).containsExactly("Crème brûlée", "Tee", "Öl");
    }
  }

  @Test
  void whatIsSaidOfOneFileAgainstItsMarkIsRefused() throws IOException {
    Path log = write("log.csv", LOG, "UTF-8");
    write("items.csv", "\ufeff" + ITEMS, "UTF-8");
    folder
        .assertUsage(request(log).encoding("items.csv=latin-1"))
        .hasMessageContaining("--encoding items.csv=latin-1: the first bytes of ")
        .hasMessageContaining("items.csv mark it as UTF-8; leave this out");
    assertRead(request(log).encoding("items.csv=utf-8"));
  }

  @Test
  void aRefusalTellsOfTheEncoding() throws IOException {
    Path log = write("log.csv", LOG, "UTF-8");
    write("items.csv", "item,title\né,Tee\n", "ISO-8859-1");
    folder
        .assertBadData(request(log).encoding("latin-1"))
        .hasMessageContaining("items.csv describes none of the log's 3 items")
        .hasMessageContaining("note: log.csv is read as latin-1 (--encoding), but all its letters");
  }

  @Test
  void aFileThatIsUtf8AllTheSameIsNoted() throws IOException {
    Path log = write("log.csv", LOG, "ISO-8859-1");
    write("items.csv", ITEMS, "UTF-8");
    ImportSummary summary = folder.run(request(log).encoding("latin-1"));
    assertThat(summary.notes())
        .contains(
            "items.csv is read as latin-1 (--encoding), but all its letters beyond ASCII are valid"
                + " UTF-8; if they look wrong, add --encoding items.csv=utf-8")
        .noneMatch(note -> note.startsWith("log.csv is read as"));
    folder.clear();
    assertRead(request(log).encoding("latin-1").encoding("items.csv=utf-8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"item.csv=latin-1", "tems.csv=latin-1", "out=utf-8"})
  void anEncodingOfNoFileIsRefused(String text) throws IOException {
    Path log = write("log.csv", LOG, "UTF-8");
    write("items.csv", ITEMS, "UTF-8");
    folder
        .assertUsage(request(log).encoding(text))
        .hasMessageContaining(
            "no csv file of this import is called so; allowed: log.csv, items.csv");
  }

  @ParameterizedTest
  @CsvSource({
    "latin-1, utf-8, --encoding is given twice",
    "a=latin-1, a=utf-8, --encoding a is given twice",
    "=latin-1, utf-8, received '=latin-1'; allowed: NAME",
    "a=klingon, utf-8, --encoding: received 'klingon'; allowed: utf-8"
  })
  void encodingsAreGivenOnceAndExist(String one, String other, String message) throws IOException {
    Path log = write("log.csv", LOG, "UTF-8");
    folder
        .assertUsage(folder.table(log).encoding(one).encoding(other))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "UTF-8"})
  void titlesOfMovieLensAreReadInEither(String charset) throws IOException {
    Files.createDirectories(temp.resolve("ml"));
    write("ml/ratings.dat", "1::1::5::1\n1::2::5::2\n1::3::5::3\n", "UTF-8");
    write(
        "ml/movies.dat",
        "1::Amélie (2001)::Comedy\n2::Léon (1994)::Drama\n3::Up (2009)::Drama\n",
        charset);
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.MOVIELENS, temp.resolve("ml"), folder.target()))) {
      assertThat(names(data)).containsExactly("Amélie (2001)", "Léon (1994)", "Up (2009)");
    }
  }
}
