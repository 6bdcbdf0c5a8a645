package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad rows are told with the line on which they stand in the file. */
class CsvLinesTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private List<Long> badLines(Path log) {
    return folder
        .run(folder.table(log).split(new SplitRule.Time(0.3)).maxBadRows(10_000))
        .examples()
        .stream()
        .map(BadRow::line)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"LF, ''", "CRLF, ''", "LF, \ufeff", "CRLF, \ufeff"})
  void countBlankLinesCommentsAndLineBreaksInFields(String ends, String mark) {
    String[] lines = {
      "", // 1
      "user,item,time",
      "u,a,1",
      "u,\"b", // 4
      "",
      "c\",2",
      "",
      "",
      "u,d", // 9: malformed
      "# a comment", // 10: malformed
      "v,\"e \"\"quoted\"\"",
      "\",x", // 11: time
      "",
      "u,\"f",
      "g\",3,4", // 14: malformed
      "v,a,4",
      "v,b,5",
      "v,c,y" // 18: time
    };
    String text = mark + String.join(ends.equals("LF") ? "\n" : "\r\n", lines);
    assertThat(badLines(folder.write("log.csv", text))).containsExactly(9L, 10L, 11L, 14L, 18L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void agreeWithTheTextThatIsThere(int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("user,item,time\n");
    List<Long> expected = new ArrayList<>();
    long line = 2;
    for (int record = 0; record < 5_000; record++) {
      String row = "u%d,i%d,%d\n".formatted(record % 7, record, record);
      int kind = random.nextInt(200);
      if (kind == 0 && expected.size() < 5) {
        // Each kind of bad row shows five examples; there are as many of one kind at most.
        expected.add(line);
        row = "u,i,soon\n";
      } else if (kind < 30) {
        row =
            "u%d,\"two\n%slines, \"\"%d\"\"\",%d\n"
                .formatted(record % 7, "\n".repeat(kind % 3), record, record);
      } else if (kind < 35) {
        row = "\n".repeat(kind - 29) + row;
      } else if (kind == 35) {
        row = "u,too,many,columns\n";
      }
      text.append(row);
      line += row.chars().filter(c -> c == '\n').count();
    }
    Path log = temp.resolve("log.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(log))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    List<BadRow> examples =
        folder.run(folder.table(log).split(new SplitRule.Time(0.3)).maxBadRows(10_000)).examples();
    String[] physical = text.toString().split("\n", -1);
    assertThat(examples).isNotEmpty();
    for (BadRow example : examples) {
      assertThat(physical[(int) example.line() - 1])
          .isEqualTo(example.reason().startsWith("time") ? "u,i,soon" : "u,too,many,columns");
    }
    assertThat(
            examples.stream()
                .filter(example -> example.reason().startsWith("time"))
                .map(BadRow::line))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void aColumnOfItsOwnHasBlankRows() {
    Path log = folder.log();
    Path items = folder.file("items.csv", "item", "a", "", "b", "\"c", "x\"", "d,e", "d");
    ImportSummary summary =
        folder.run(folder.table(log).items(items.toString()).maxBadRows(10).delimiter(","));
    assertThat(summary.examples())
        .anySatisfy(
            example -> {
              assertThat(example.file()).isEqualTo("items.csv");
              assertThat(example.line()).isEqualTo(7);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user,item,time",
        "USER,Item,time",
        "\"user\",\"item\",\"time\"",
        " user , item,time"
      })
  void aLineThatRepeatsTheHeaderIsNoRow(String again) {
    Path log =
        folder.file(
            "log.csv", "user,item,time", "u,a,1", "u,b,2", again, "u,c,3", "v,\"x\ny\",4", again);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("2 of 6 rows cannot be used")
        .hasMessageContaining("2: line repeats the header line")
        .hasMessageContaining("log.csv line 4: user,item,time")
        .hasMessageContaining("log.csv line 8: user,item,time");
    ImportSummary summary = folder.run(folder.table(log).maxBadRows(2));
    assertThat(summary.manifest().counts().allRows()).isEqualTo(4);
    assertThat(summary.manifest().counts().users()).isEqualTo(2);
  }

  @Test
  void aLineOfTheGivenNamesIsNoRow() {
    Path log = folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3");
    assertThatThrownBy(() -> folder.run(folder.table(log).names("user", "item", "time")))
        .hasMessageContaining("1: line repeats the header line")
        .hasMessageContaining("log.csv line 1: user,item,time");
  }

  @Test
  void aHeaderInAnotherOrderAmidTheFileIsRefused() {
    Path log =
        folder.file("log.csv", "user,item,time", "u,a,1", "item,User,time", "b,u,2", "c,u,3");
    assertThatThrownBy(() -> folder.run(folder.table(log).maxBadRows(9)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv line 3 names the columns in another order")
        .hasMessageContaining("[item, user, time] instead of [user, item, time]");
  }

  /** As cat leaves the files of programs that begin each with a mark of UTF-8. */
  @Test
  void aRepeatedHeaderMayBeLedByAMarkOfUtf8() {
    String part = "\ufeffuser,item\nu,a\nu,b\nu,c\n";
    Path log = folder.write("log.csv", part + part.replace("user,item", "\"user\",\"item\""));
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .maxBadRows(1))) {
      assertThat(data.users()).isEqualTo(1);
      assertThat(data.manifest().counts().allRows()).isEqualTo(6);
    }
  }
}
