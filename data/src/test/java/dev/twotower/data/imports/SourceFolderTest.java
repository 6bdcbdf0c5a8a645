package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No part of a folder is left out in silence. */
class SourceFolderTest {
  private static final String[] ROWS = {"user,item,time", "u,a,1", "u,b,2", "u,c,3"};

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    folder.file("log/a.csv", ROWS);
  }

  private ImportRequest.Builder request() {
    return folder.table(temp.resolve("log"));
  }

  private void refused(String... reasons) {
    assertThatThrownBy(() -> folder.run(request()))
        .isInstanceOfAny(BadDataException.class, IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(reasons));
    folder.assertNothingLeft();
  }

  @Test
  void whatSparkWritesBesideThePartsIsNoPart() throws IOException {
    for (String name : new String[] {"_SUCCESS", "_metadata", ".a.csv.crc", "_committed_123"}) {
      folder.write("log/" + name, name.equals("_SUCCESS") ? "" : "bytes");
    }
    folder.write("log/.ipynb_checkpoints/a.csv", "x");
    ImportSummary summary = folder.run(request());
    assertThat(summary.rowsRead()).isEqualTo(3);
    assertThat(summary.notes()).noneMatch(note -> note.contains("left out"));
  }

  @Test
  void otherNamesWithAnUnderscoreAreLeftOutAndNamed() {
    folder.file("log/_more.csv", "user,item,time", "v,a,1");
    folder.file("log/_temporary/0/part.csv", "user,item,time", "v,a,1");
    assertThat(folder.run(request()).notes())
        .anyMatch(note -> note.contains("_more.csv is left out"))
        .anyMatch(note -> note.contains("_temporary is left out"));
  }

  @Test
  void subfoldersAreReadInOrderOfName() {
    folder.file("log/b/2/x.csv", "time,user,item", "5,u,e");
    folder.file("log/b/1.csv", "user,item,time", "u,d,4");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, temp.resolve("log"), folder.target())
            .column("user", "user")
            .column("item", "item");
    try (var data = folder.open(request)) {
      assertThat(data.manifest().provenance().sources())
          .extracting(source -> source.name())
          .containsExactly("a.csv", "1.csv", "x.csv");
      assertThat(ImportFolder.allRows(data)).last().asString().startsWith("test u e");
    }
  }

  @Test
  void linksAreFollowedButNotToNothingAndNotInCircles() throws IOException {
    folder.file("elsewhere/b.csv", "user,item,time", "u,d,4");
    Files.createSymbolicLink(temp.resolve("log/more"), temp.resolve("elsewhere"));
    assertThat(folder.run(request()).rowsRead()).isEqualTo(4);
    folder = new ImportFolder(temp.resolve("second"));
    Files.createSymbolicLink(temp.resolve("log/z.csv"), Path.of("gone.csv"));
    assertThatThrownBy(() -> folder.run(folder.table(temp.resolve("log"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("z.csv is a broken link");
    Files.delete(temp.resolve("log/z.csv"));
    Files.createSymbolicLink(temp.resolve("elsewhere/round"), temp.resolve("log"));
    assertThatThrownBy(() -> folder.run(folder.table(temp.resolve("log"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("round is a link to a folder it is in");
  }

  @Test
  void aDanglingLinkForTheWholeLogIsNamed() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("log.csv"), Path.of("gone"));
    assertThatThrownBy(() -> folder.run(folder.table(link)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("log.csv");
  }

  @Test
  void conditionsOverNamesOfFoldersAreHelped() {
    folder.file("log/dt=2026-10-07/part.csv", ROWS);
    folder.file("log/dt=2026-10-08/part.csv", "user,item,time", "u,d,4");
    temp.resolve("log/a.csv").toFile().delete();
    folder
        .assertUsage(request().where("dt < DATE '2026-10-08'"))
        .hasMessageContaining("'dt=..': --partitions makes a column");
    folder
        .assertUsage(request().partitions(true).where("dt < DATE '2026-10-08'"))
        .hasMessageContaining("CAST(dt AS DATE)");
    String cast = "CAST(dt AS DATE) < DATE '2026-10-08'";
    assertThat(folder.run(request().partitions(true).where(cast)).dropped().values())
        .containsExactly(1L);
  }

  @Test
  void messagesNameTheFolderOfManyParts() {
    for (int day = 1; day <= 4; day++) {
      folder.file("log/day=" + day + "/part.csv", "user,item,time", "u" + day + ",a," + day);
    }
    temp.resolve("log/a.csv").toFile().delete();
    String label = temp.resolve("log") + " (4 files)";
    folder
        .assertUsage(request().column("user", "uesr"))
        .hasMessageContaining(label + " has no column 'uesr'")
        .hasMessageContaining("did you mean 'user'?")
        .hasMessageNotContaining("part.csv");
    folder.assertUsage(request().where("user >")).hasMessageContaining("columns of " + label);
    folder
        .assertBadData(request().where("user = 'nobody'"))
        .hasMessageContaining(label + " leaves no row");
    folder.file("log/day=1/part.csv", "user,item,time", "u1,a,then");
    folder.assertBadData(request()).hasMessageContaining(label + ": 1 of 4 rows cannot be used");
  }

  @Test
  void partsOfUnlikeKindOrColumnsAreNamed() {
    folder.file("log/b.json", "{\"user\": \"u\", \"item\": \"x\", \"time\": 9}");
    refused("CSV=[a.csv]", "JSON=[b.json]");
    temp.resolve("log/b.json").toFile().delete();
    folder.file("log/b.csv", "user,item,time,place", "u,d,4,fr");
    refused("b.csv", "a.csv", "place");
  }

  @Test
  void emptyPartsAndFoldersAreNamed() {
    folder.write("log/b.csv", "");
    refused("b.csv is empty");
    folder.write("log/b.csv", "user,item,time\n");
    assertThat(folder.run(request()).rowsRead()).isEqualTo(3);
    temp.resolve("empty").toFile().mkdir();
    ImportFolder second = new ImportFolder(temp.resolve("second"));
    assertThatThrownBy(() -> second.run(second.table(temp.resolve("empty"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("empty holds no files to import");
  }

  @Test
  void aPartIsReadOnce() throws IOException {
    Files.createSymbolicLink(temp.resolve("log/b.csv"), Path.of("a.csv"));
    refused("a.csv and", "b.csv are one file");
    Files.delete(temp.resolve("log/b.csv"));
    Files.createLink(temp.resolve("log/b.csv"), temp.resolve("log/a.csv"));
    refused("a.csv and", "b.csv are one file");
    Files.delete(temp.resolve("log/b.csv"));
    folder.file("log/a.csv.gz", ROWS);
    refused("a.csv and", "a.csv.gz are by their names one file");
  }

  @Test
  void partsOfTheSameBytesAreNoted() {
    folder.file("log/b.csv", ROWS);
    folder.write("log/c.csv", "user,item,time\n");
    folder.write("log/d.csv", "user,item,time\n");
    ImportSummary summary = folder.run(request());
    assertThat(summary.rowsRead()).isEqualTo(6);
    assertThat(summary.notes())
        .filteredOn(note -> note.contains("same bytes"))
        .containsExactly(
            "a.csv and b.csv hold the same bytes; if one is a copy, its rows count twice");
  }

  @Test
  void tablesThatKeepDeletedRowsAreRefused() {
    folder.write("log/_delta_log/0.json", "{}");
    refused("log is a Delta Lake table");
    temp.resolve("log/_delta_log/0.json").toFile().delete();
    temp.resolve("log/_delta_log").toFile().delete();
    folder.write("log/metadata/v1.metadata.json", "{}");
    folder.file("log/data/b.csv", ROWS);
    refused("log is an Iceberg table");
  }

  @Test
  void folderNamesAddColumnsOnlyWhereAsked() {
    folder.file("p/day=2024-01-01/place=fr/log.csv", ROWS);
    folder.file("p/day=2024-01-02/place=d%3Ae/log.csv", "user,item,time", "v,a,5", "v,b,6");
    folder.file(
        "p/day=2024-01-02/place=__HIVE_DEFAULT_PARTITION__/log.csv", "item,user,time", "a,w,7");
    ImportRequest.Builder request =
        folder.table(temp.resolve("p")).context("place").split(new SplitRule.Time(0.3));
    assertThatThrownBy(() -> folder.run(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("place");
    try (var data = folder.open(request.partitions(true).where("day >= '2024-01-01'"))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(6);
      assertThat(data.manifest().schema().context())
          .singleElement()
          .satisfies(place -> assertThat(place.cardinality()).isEqualTo(3));
      assertThat(data.manifest().provenance().options()).containsEntry("partitions", "true");
    }
  }

  @Test
  void wholeNumbersOfFoldersAreNumbers() {
    for (int year : new int[] {998, 2023, 2024}) {
      for (String month : List.of("01", "10")) {
        folder.file(
            "y/year=%d/month=%s/log.csv".formatted(year, month),
            "user,item,time",
            "u%d,a,1".formatted(year),
            "u%1$d,b%2$s,2".formatted(year, month),
            "u%1$d,c%2$s,3".formatted(year, month));
      }
    }
    Map<String, Integer> rows =
        Map.of(
            "year = 2024", 6,
            "year >= 2023", 12,
            "year + 1 = 999", 6,
            "year IN (2023, 998)", 12,
            "year = '2024'", 6,
            "month = '01'", 9,
            "month < '10' AND year < 2024", 6);
    rows.forEach(
        (where, left) -> {
          try (var data = folder.open(years().where(where))) {
            assertThat(data.manifest().counts().allRows()).as(where).isEqualTo(left.longValue());
          }
          folder.clear();
        });
    // An id is its text.
    assertThat(folder.users(years().column("user", "year")))
        .containsExactlyInAnyOrder("998", "2023", "2024");
    folder.clear();
    folder.file("y/year=unknown/month=01/log.csv", "user,item,time", "u,a,1");
    folder
        .assertUsage(years().where("year >= 2023"))
        .hasMessageContaining("TRY_CAST(year AS DOUBLE)");
  }

  private ImportRequest.Builder years() {
    return folder.table(temp.resolve("y")).partitions(true);
  }

  @Test
  void aFolderNameNeverReplacesAColumn() {
    folder.file("q/user=bob/log.csv", ROWS);
    Path from = temp.resolve("q");
    ImportSummary summary = folder.run(folder.table(from));
    assertThat(summary.manifest().counts().users()).isEqualTo(1);
    ImportRequest.Builder asked =
        ImportRequest.builder(ImportFormat.TABLE, from, temp.resolve("y"))
            .column("user", "user")
            .column("item", "item")
            .partitions(true);
    assertThatThrownBy(() -> folder.run(asked))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("has a column 'user', and a folder above it is named 'user=bob'");
    ImportRequest.Builder none =
        ImportRequest.builder(ImportFormat.TABLE, temp.resolve("log"), temp.resolve("z"))
            .column("user", "user")
            .column("item", "item")
            .partitions(true);
    assertThatThrownBy(() -> folder.run(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--partitions: no folder above");
  }

  @Test
  void part2StandsBeforePart10() {
    ImportFolder many = new ImportFolder(temp.resolve("many"));
    for (int part : new int[] {10, 9, 2, 1}) {
      many.file("log/part-" + part + ".csv", "user,item", "u,i" + part);
    }
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, temp.resolve("many/log"), many.target())
            .column("user", "user")
            .column("item", "item");
    try (var data = many.open(request)) {
      assertThat(ImportFolder.allRows(data))
          .extracting(row -> row.split(" ")[2])
          .containsExactly("i1", "i2", "i9", "i10");
    }
  }

  @Test
  void hiddenFilesThatMayBeDataAreNamed() {
    folder.file("log/.b.csv", "user,item,time", "v,a,1");
    assertThat(folder.run(request()).notes())
        .anyMatch(note -> note.startsWith(".b.csv is left out, because names that start with ."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.csv.bak", "a.csv~", "b.csv.tmp", "b.csv.crdownload", "a.csv.OLD"})
  void backupsAndUnfinishedCopiesAreRefused(String name) {
    folder.file("log/" + name, "user,item,time", "v,a,1");
    refused("log/" + name + " is by its name a backup, or a copy that is not finished");
  }

  @Test
  void partsOfOneNameAreToldApart() {
    folder.file("log/day=1/a.csv", "user,item,time", "u,d,4", "u,e");
    folder.file("log/day=2/a.csv", "user,item,time", "u,f,x");
    refused("day=1/a.csv line 3: u,e", "day=2/a.csv line 2: user=u, item=f, time=x");
  }

  @Test
  void foldersThatWouldGiveAColumnAreHintedAt() {
    ImportFolder hive = new ImportFolder(temp.resolve("hive"));
    hive.file("log/user=u/a.csv", "item,time", "a,1", "b,2", "c,3");
    assertThatThrownBy(() -> hive.run(hive.table(temp.resolve("hive/log"))))
        .hasMessageContaining(
            "a.csv has no column 'user'; it has [item, time]; folders above it are named 'user=..':"
                + " --partitions makes a column of them");
  }
}
