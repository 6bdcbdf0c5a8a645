package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the rows of a log come from: kinds of files, folders of them, and csv without a header. */
class SourceFilesTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  @Test
  void idsKeepTheirLeadingZeros() {
    Path log = folder.file("log.csv", "user,item,time", "007,010,1", "007,10,2", "007,0010,3");
    try (Dataset data = folder.open(folder.table(log))) {
      assertThat(data.userTable().id(0)).isEqualTo("007");
      assertThat(data.items()).isEqualTo(3);
      assertThat(data.itemTable().index("0010")).isPresent();
    }
  }

  @Test
  void parquetJsonAndArrowHoldTheSameLog() throws IOException {
    Path log = folder.log();
    List<String> expected;
    try (Dataset data = folder.open(folder.table(log))) {
      expected = ImportFolder.allRows(data);
    }
    Files.move(folder.target(), temp.resolve("csv"));
    try (QuerySession session = new QuerySession(temp)) {
      for (String name : List.of("log.parquet", "log.json")) {
        session.run(
            "COPY (SELECT * FROM read_csv(%s)) TO %s"
                .formatted(SqlPath.of(log), QuerySession.literal(temp.resolve(name).toString())));
      }
    }
    for (String name : List.of("log.parquet", "log.json")) {
      try (Dataset data = folder.open(folder.table(temp.resolve(name)))) {
        assertThat(ImportFolder.allRows(data)).as(name).isEqualTo(expected);
      }
      Files.move(folder.target(), temp.resolve(name + ".imported"));
    }
    // The parts of a data set are Arrow files themselves.
    Path part = temp.resolve("csv/interactions/part-train-0.arrow");
    try (Dataset data = folder.open(folder.table(part).split(new SplitRule.Time(0.3)))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(6);
    }
  }

  @Test
  void filesOfAFolderFollowEachOther() {
    folder.file("days/1.csv", "user,item", "u,a", "u,b");
    folder.file("days/2.csv", "item,user,time", "c,u,1", "d,v,2");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, temp.resolve("days"), folder.target())
            .column("user", "user")
            .column("item", "item");
    assertThatThrownBy(() -> folder.run(request))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("2.csv has the columns [item, user, time], 1.csv has [user, item]");
    // The order of a file's columns is its own.
    folder.file("days/2.csv", "item,user", "c,u", "d,v");
    try (Dataset data = folder.open(request)) {
      assertThat(ImportFolder.rows(data, Split.TEST))
          .hasSize(1)
          .first()
          .asString()
          .startsWith("u c");
      assertThat(data.manifest().provenance().sources()).hasSize(2);
    }
  }

  @Test
  void aFileWithoutHeaderHasNumberedColumns() {
    Path log = folder.file("log.tsv", "u\ta\t1", "u\tb\t2", "u\tc\t3");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "column0")
            .column("item", "column1")
            .column("time", "column2")
            .header(false);
    try (Dataset data = folder.open(request)) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(3);
    }
  }

  @Test
  void namesOfAFileWithoutHeaderAreGiven() {
    Path log = folder.file("log.tsv", "u\ta\t1", "u\tb\t2", "u\tc\t3");
    // Files beside the log keep their line of names.
    Path items = folder.file("items.csv", "item,title", "a,Anna", "b,Berta", "c,Clara");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("time", "time")
            .items(items.toString())
            .itemName("title")
            .names("user", "item", "time");
    try (Dataset data = folder.open(request)) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(3);
      assertThat(data.itemTable().name(0)).isEqualTo("Anna");
      assertThat(data.manifest().provenance().options())
          .containsEntry("header", "user; item; time");
    }
  }

  @Test
  void namesOfTheLogAloneAreGivenWhereNoFileHasAHeader() {
    Path log = folder.file("log.tsv", "u\ta\t1", "u\tb\t2", "u\tc\t3");
    Path items = folder.file("items.csv", "a,Anna", "b,Berta", "c,Clara");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("time", "time")
            .items(items.toString())
            .itemKey("column0")
            .itemName("column1")
            .names("user", " item", "time")
            .header(false);
    try (Dataset data = folder.open(request)) {
      assertThat(data.itemTable().name(0)).isEqualTo("Anna");
      assertThat(data.manifest().provenance().options())
          .containsEntry("header", "user; item; time")
          .containsEntry("no-header", "true");
    }
  }

  @Test
  void aFirstLineOfDataIsRecognisedWhereAColumnIsMissing() {
    Path log = folder.file("log.tsv", "196\t242\t881250949", "186\t302\t891717742");
    assertThatThrownBy(
            () ->
                folder.run(
                    ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                        .column("user", "user")
                        .column("item", "item")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("log.tsv has no column 'user'; it has [196, 242, 881250949]")
        .hasMessageContaining("--header NAME,NAME,..");
    assertThatThrownBy(() -> folder.table(log).names("user", "user").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--header is user,user");
    ImportRequest.Builder known =
        ImportRequest.builder(ImportFormat.MOVIELENS, log, folder.target()).names("user", "item");
    assertThatThrownBy(known::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--header: the columns of a movielens log are known");
  }

  @Test
  void saysWhichOptionsWouldChangeNothingInALogOfKnownForm() {
    Path log = folder.file("u.data", "196\t242\t3\t881250949");
    ImportRequest.Builder known =
        ImportRequest.builder(ImportFormat.MOVIELENS, log, folder.target())
            .delimiter(";")
            .encoding("latin-1")
            .header(false);
    assertThatThrownBy(known::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--delimiter: received ';'")
        .hasMessageContaining("--encoding: received 'latin-1'")
        .hasMessageContaining("--no-header: how the files of a movielens log begin is known")
        .hasMessageContaining("import the log as a table");
    assertThatThrownBy(() -> folder.table(log).delimiter("").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--delimiter: received ''");
    assertThatThrownBy(() -> folder.table(log).delimiter("\"").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--delimiter: received '\"'; allowed: text without quotes");
    assertThat(folder.table(log).delimiter("\\t").build().delimiter()).contains("\t");
    Path commas = folder.file("commas.csv", "user,item,at", "a,b,1");
    assertThatThrownBy(() -> folder.run(folder.table(commas).column("user", "user").delimiter(";")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "a single column with delimiters in its name: is --delimiter right, or");
    // A file of one's own beside it may need them.
    assertThat(known.items("mine.csv").build().delimiter()).contains(";");
    ImportRequest.Builder tree =
        ImportRequest.builder(ImportFormat.MOVIELENS, log, folder.target()).delimiter(";");
    assertThat(tree.tree("parents:tree.csv:item").build().delimiter()).contains(";");
  }
}
