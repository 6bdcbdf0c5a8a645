package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and folders that cannot be imported, or of which nothing would be left. */
class BadLogsTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private Path log;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    log = folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3");
  }

  @Test
  void splitsThatLeaveAPartEmpty() {
    Path two = folder.file("two.csv", "user,item,time,s", "u,a,1,train", "u,b,1,train");
    folder
        .assertBadData(folder.table(two))
        .hasMessageContaining(
            "--split leave-last-out leaves validation and test without a row (train 2, validation"
                + " 0, test 0)")
        .hasMessageContaining("at least 3 rows");
    folder
        .assertBadData(folder.table(two).split(new SplitRule.Time(0.2)))
        .hasMessageContaining("--split time:0.2 leaves train and validation without a row")
        .hasMessageContaining("rows of equal time stay together");
    folder
        .assertBadData(folder.table(two).column("split", "s"))
        .hasMessageContaining("--split given:0.1 leaves test without a row");
  }

  @Test
  void aShareTooSmallToDrawAnything() {
    Path given = folder.file("given.csv", "user,item,s", "u,a,train", "u,b,test");
    folder
        .assertBadData(
            ImportRequest.builder(ImportFormat.TABLE, given, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("split", "s"))
        .hasMessageContaining("--split given:0.1 draws no validation row out of 1 train rows")
        .hasMessageContaining("given:0");
  }

  @Test
  void conditionsThatLeaveNothing() {
    folder
        .assertBadData(folder.table(log).where("user = 'x'"))
        .hasMessageContaining("log.csv leaves no row to import");
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    folder
        .assertBadData(folder.table(folder.write("empty.csv", "")))
        .hasMessageContaining("empty.csv is empty");
    folder
        .assertBadData(folder.table(folder.file("twice.csv", "user,item,user", "u,a,1")))
        .hasMessageContaining("names 'user' twice");
    folder
        .assertBadData(folder.table(folder.file("text.parquet", "user,item,time")))
        .hasMessageContaining("text.parquet cannot be read");
    folder
        .assertBadData(folder.table(folder.file("text.arrow", "user,item,time")))
        .hasMessageContaining("text.arrow cannot be read");
    folder
        .assertBadData(folder.table(folder.file("text.json", "user,item,time")))
        .hasMessageContaining("text.json cannot be read");
    Path gzip = temp.resolve("cut.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      for (int row = 0; row < 10_000; row++) {
        out.write(
            ("u" + row * 7919 % 10_007 + ",i" + row * 31 % 997 + "," + row + "\n")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] bytes = Files.readAllBytes(gzip);
    Files.write(gzip, Arrays.copyOf(bytes, bytes.length / 2));
    folder.assertBadData(folder.table(gzip).header(false)).hasMessageContaining("cut.csv.gz");
  }

  @Test
  void foldersThatAreNoLog() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    folder
        .assertBadData(folder.table(empty))
        .hasMessageContaining("empty holds no files to import");
    folder.file("mixed/a.csv", "user,item,time", "u,a,1");
    folder.file("mixed/b.json", "{}");
    folder
        .assertUsage(folder.table(temp.resolve("mixed")))
        .hasMessageContaining("files of several kinds [CSV, JSON]");
    folder
        .assertUsage(ImportRequest.builder(ImportFormat.MOVIELENS, empty, folder.target()))
        .hasMessageContaining("not a MovieLens log; allowed: a folder with one of [u.data,");
    folder
        .assertUsage(ImportRequest.builder(ImportFormat.LIGHTGCN, empty, folder.target()))
        .hasMessageContaining("train.txt: there is no such file");
  }

  @Test
  void joinsThatWouldMultiplyOrMatchNothing() {
    folder.file("twice.csv", "item,x", "a,1", "a,2");
    folder
        .assertBadData(folder.table(log).join("twice.csv"))
        .hasMessageContaining("twice.csv has 2 rows with key 'a' that differ");
    folder.file("other.csv", "x,y", "1,2");
    folder
        .assertBadData(folder.table(log).join("other.csv"))
        .hasMessageContaining(
            "log.csv (columns [user, item, time]) and other.csv (columns [x, y]) share no column");
  }

  @Test
  void treesThatAreNone() {
    folder.file("items.csv", "item,category", "a,x", "b,z");
    folder.file("tree.csv", "id,parent,name", "x,y,X", "y,x,Y");
    folder
        .assertBadData(folder.table(log).items("items.csv").tree("parents:tree.csv:category"))
        .hasMessageContaining("z");
    folder.file("items.csv", "item,category", "a,x");
    folder
        .assertBadData(folder.table(log).items("items.csv").tree("parents:tree.csv:category"))
        .hasMessageContaining("X");
  }

  @Test
  void vectorsOfDifferentLengths() {
    folder.file("items.csv", "item,v", "a,1 2", "b,1 2 3");
    folder
        .assertBadData(folder.table(log).items("items.csv").itemFeature("vector:v"))
        .hasMessageContaining(
            "items.csv line 3: item 'b', feature 'v': '1 2 3' has 3 numbers, earlier vectors have"
                + " 2");
    folder.file("items.csv", "item,v", "a,1 2", "b,1 x");
    folder
        .assertBadData(folder.table(log).items("items.csv").itemFeature("vector:v"))
        .hasMessageContaining("items.csv line 3: item 'b', feature 'v': 'x' is not a number");
  }

  @Test
  void aLogWithoutRowsIsSaidToHoldNone() {
    Path empty = folder.file("empty.csv", "user,item,time");
    assertThatThrownBy(() -> folder.run(folder.table(empty)))
        .hasMessageContaining("empty.csv has no row to import")
        .hasMessageNotContaining("--where");
  }

  @Test
  void aPathThatBeginsWithItsSeparator() {
    folder.file("items.csv", "item,category", "a,/food/bread", "b,/food/milk", "c,/tools");
    ImportRequest.Builder request = folder.table(log).items("items.csv");
    folder
        .assertBadData(request.tree("path:category:/"))
        .hasMessageContaining("level 1 is blank above 'bread'")
        .hasMessageContaining("take it away, as ltrim(COLUMN, '/') does");
    try (Dataset data = folder.open(request.tree("path:ltrim(category, '/'):/"))) {
      assertThat(data.tree().orElseThrow().nodes()).isEqualTo(5);
    }
  }

  @Test
  void whatIsNoIdIsNamedWithItsFile() {
    Path log =
        folder.file(
            "log.jsonl",
            "{\"user\":\"u\",\"item\":[\"a\"],\"time\":{\"at\":1}}",
            "{\"user\":\"u\",\"item\":[\"b\"],\"time\":{\"at\":2}}");
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .hasMessageContaining("--column item: 'item' of log.jsonl is a list")
        .hasMessageContaining("--column time: 'time' of log.jsonl is of type STRUCT");
  }
}
