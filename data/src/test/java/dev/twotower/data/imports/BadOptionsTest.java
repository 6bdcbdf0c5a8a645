package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadOptionsTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private Path log;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    log = folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertUsage(
      ImportRequest.Builder request) {
    AbstractThrowableAssert<?, ? extends Throwable> thrown =
        assertThatThrownBy(() -> folder.run(request)).isInstanceOf(IllegalArgumentException.class);
    folder.assertNothingLeft();
    return thrown;
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertBadData(
      ImportRequest.Builder request) {
    AbstractThrowableAssert<?, ? extends Throwable> thrown =
        assertThatThrownBy(() -> folder.run(request)).isInstanceOf(BadDataException.class);
    folder.assertNothingLeft();
    return thrown;
  }

  @Test
  void missingFiles() {
    assertUsage(folder.table(temp.resolve("absent.csv")))
        .hasMessageContaining("--from " + temp.resolve("absent.csv") + ": there is no such file");
    assertUsage(folder.table(log).items("absent.csv"))
        .hasMessageContaining("--items absent.csv: there is no such file")
        .hasMessageContaining(temp.toString());
    assertUsage(folder.table(log).join("orders.csv")).hasMessageContaining("--join orders.csv");
    assertUsage(folder.table(log).tree("parents:tree.csv:item"))
        .hasMessageContaining("--tree tree.csv");
  }

  @Test
  void aTargetThatExists() throws IOException {
    Files.createDirectories(folder.target());
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.target() + " already exists");
    assertThat(folder.target()).isEmptyDirectory();
  }

  @Test
  void missingColumnsAreToldAllAtOnceWithThoseThereAre() {
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "customer")
                .column("item", "item")
                .column("time", "date + 1")
                .context("geo")
                .where("amount > 0")
                .itemName("title")
                .userFeature("categorical:country")
                .tree("top>sub"))
        .hasMessageContaining(
            "--column user: log.csv has no column 'customer'; it has [user, item, time]")
        .hasMessageContaining("--column time: 'date + 1' is neither a column nor an SQL expression")
        .hasMessageContaining("--context geo: log.csv has no column 'geo'")
        .hasMessageContaining("--where 'amount > 0' is not an SQL condition")
        .hasMessageContaining("--item-name: log.csv has no column 'title'")
        .hasMessageContaining("--user-feature: log.csv has no column 'country'")
        .hasMessageContaining("--tree: log.csv has no column 'top'");
  }

  @Test
  void columnsMissingFromSideFiles() {
    folder.file("items.csv", "item,title", "a,Apple");
    assertUsage(folder.table(log).items("items.csv").itemFeature("numeric:price"))
        .hasMessageContaining(
            "--item-feature: neither items.csv (columns [item, title]) nor the log log.csv (columns"
                + " [user, item, time]) has [price]");
    assertUsage(folder.table(log).items("items.csv").itemKey("sku"))
        .hasMessageContaining("--item-key: items.csv has no column 'sku'; it has [item, title]");
  }

  @Test
  void rolesThatAreNotGiven() {
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target()).column("user", "user"))
        .hasMessageContaining("item column is not named; give --column item=COLUMN")
        .hasMessageContaining("[user, item, time]");
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "sku"))
        .hasMessageContaining("--column item: log.csv has no column 'sku'")
        .hasMessageNotContaining("is not named");
    assertUsage(
            ImportRequest.builder(ImportFormat.BASKETS, log, folder.target())
                .column("item", "item"))
        .hasMessageContaining("import baskets needs --column request=COLUMN");
  }

  @Test
  void optionsThatCannotBeAreToldAllAtOnce() {
    assertThatThrownBy(
            () ->
                folder
                    .table(log)
                    .column("uesr", "user")
                    .column("position", "time")
                    .column("request", "user")
                    .sessionGap(0)
                    .maxBadRows(-1)
                    .itemTokens(-5)
                    .timeUnit("fortnights")
                    .context("a b")
                    .itemFeature("text:title")
                    .userFeature("country")
                    .tree("a>>b")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown role 'uesr'; allowed: [user, item, request,")
        .hasMessageContaining("--column time and --column position exclude each other")
        .hasMessageContaining("leave out --column request or --session-gap")
        .hasMessageContaining("--session-gap is 0; allowed: 1 and up")
        .hasMessageContaining("--max-bad-rows is -1; allowed: 0 and up")
        .hasMessageContaining("--item-tokens is -5")
        .hasMessageContaining("--time-unit is 'fortnights'; allowed: [seconds,")
        .hasMessageContaining("--context is 'a b'")
        .hasMessageContaining("--item-feature is 'text:title'")
        .hasMessageContaining("--user-feature is 'country'")
        .hasMessageContaining("--tree is 'a>>b'");
  }

  @Test
  void splitsThatDoNotFitTheLog() {
    assertUsage(folder.table(log).split(new SplitRule.Given(0.1)))
        .hasMessageContaining("--split given needs --column split=COLUMN");
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "time")
                .split(new SplitRule.Time(0.1)))
        .hasMessageContaining("a position only orders rows");
  }

  @Test
  void splitsThatLeaveAPartEmpty() {
    Path two = folder.file("two.csv", "user,item,time,s", "u,a,1,train", "u,b,1,train");
    assertBadData(folder.table(two))
        .hasMessageContaining(
            "--split leave-last-out leaves validation and test without a row (train 2, validation"
                + " 0, test 0)")
        .hasMessageContaining("at least 3 rows");
    assertBadData(folder.table(two).split(new SplitRule.Time(0.2)))
        .hasMessageContaining("--split time:0.2 leaves train and validation without a row")
        .hasMessageContaining("rows of equal time stay together");
    assertBadData(folder.table(two).column("split", "s"))
        .hasMessageContaining("--split given:0.1 leaves test without a row");
  }

  @Test
  void aShareTooSmallToDrawAnything() {
    Path given = folder.file("given.csv", "user,item,s", "u,a,train", "u,b,test");
    assertBadData(
            ImportRequest.builder(ImportFormat.TABLE, given, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("split", "s"))
        .hasMessageContaining("--split given:0.1 draws no validation row out of 1 train rows")
        .hasMessageContaining("given:0");
  }

  @Test
  void conditionsThatLeaveNothing() {
    assertBadData(folder.table(log).where("user = 'x'"))
        .hasMessageContaining("log.csv leaves no row to import");
  }

  @Test
  void conditionsThatFailOnARow() {
    assertBadData(folder.table(log).where("CAST(item AS INTEGER) > 0"))
        .hasMessageContaining("log.csv cannot be read with these options")
        .hasMessageContaining("Could not convert string 'a'");
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    assertBadData(folder.table(folder.write("empty.csv", "")))
        .hasMessageContaining("empty.csv is empty");
    assertBadData(folder.table(folder.file("twice.csv", "user,item,user", "u,a,1")))
        .hasMessageContaining("names 'user' twice");
    assertBadData(folder.table(folder.file("text.parquet", "user,item,time")))
        .hasMessageContaining("text.parquet cannot be read");
    assertBadData(folder.table(folder.file("text.arrow", "user,item,time")))
        .hasMessageContaining("text.arrow cannot be read");
    assertBadData(folder.table(folder.file("text.json", "user,item,time")))
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
    assertBadData(folder.table(gzip).header(false)).hasMessageContaining("cut.csv.gz");
  }

  @Test
  void foldersThatAreNoLog() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertBadData(folder.table(empty)).hasMessageContaining("empty holds no files to import");
    folder.file("mixed/a.csv", "user,item,time", "u,a,1");
    folder.file("mixed/b.json", "{}");
    assertUsage(folder.table(temp.resolve("mixed")))
        .hasMessageContaining("files of several kinds [CSV, JSON]");
    assertUsage(ImportRequest.builder(ImportFormat.MOVIELENS, empty, folder.target()))
        .hasMessageContaining("not a MovieLens log; allowed: a folder with one of [u.data,");
    assertUsage(ImportRequest.builder(ImportFormat.LIGHTGCN, empty, folder.target()))
        .hasMessageContaining("train.txt: there is no such file");
  }

  @Test
  void joinsThatWouldMultiplyOrMatchNothing() {
    folder.file("twice.csv", "item,x", "a,1", "a,2");
    assertBadData(folder.table(log).join("twice.csv"))
        .hasMessageContaining("twice.csv has 2 rows with key 'a' that differ");
    folder.file("other.csv", "x,y", "1,2");
    assertBadData(folder.table(log).join("other.csv"))
        .hasMessageContaining(
            "log.csv (columns [user, item, time]) and other.csv (columns [x, y]) share no column");
  }

  @Test
  void treesThatAreNone() {
    folder.file("items.csv", "item,category", "a,x", "b,z");
    folder.file("tree.csv", "id,parent,name", "x,y,X", "y,x,Y");
    assertBadData(folder.table(log).items("items.csv").tree("parents:tree.csv:category"))
        .hasMessageContaining("z");
    folder.file("items.csv", "item,category", "a,x");
    assertBadData(folder.table(log).items("items.csv").tree("parents:tree.csv:category"))
        .hasMessageContaining("X");
  }

  @Test
  void vectorsOfDifferentLengths() {
    folder.file("items.csv", "item,v", "a,1 2", "b,1 2 3");
    assertBadData(folder.table(log).items("items.csv").itemFeature("vector:v"))
        .hasMessageContaining(
            "items.csv line 3: item 'b', feature 'v': '1 2 3' has 3 numbers, earlier vectors have"
                + " 2");
    folder.file("items.csv", "item,v", "a,1 2", "b,1 x");
    assertBadData(folder.table(log).items("items.csv").itemFeature("vector:v"))
        .hasMessageContaining("items.csv line 3: item 'b', feature 'v': 'x' is not a number");
  }

  @Test
  void aLogWithoutRowsIsSaidToHoldNone() {
    Path empty = folder.file("empty.csv", "user,item,time");
    assertThatThrownBy(() -> folder.run(folder.table(empty)))
        .hasMessageContaining("empty.csv has no row to import")
        .hasMessageNotContaining("--where");
  }

  /** Kind: a context of such a name would be shadowed by what every data set has. */
  @ParameterizedTest
  @ValueSource(strings = {"time=hour", "user", "item=place:categorical", "request", "weight"})
  void contextsAreNotCalledWhatEveryDataSetHas(String context) {
    assertThatThrownBy(() -> folder.run(folder.table(folder.log()).context(context)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--context is '" + context + "'")
        .hasMessageContaining("[user, item, request, time, weight]");
  }

  @Test
  void anExpressionThatFailsOnARowIsNamed() {
    assertBadData(folder.table(log).where("item <> ''").where("time >= '2023-11-14'"))
        .hasMessageContaining(
            "log.csv cannot be read with these options: --where 'time >= '2023-11-14'' fails");
    ImportRequest.Builder cast =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "CAST(item AS INTEGER)");
    assertBadData(cast)
        .hasMessageContaining("--column item='CAST(item AS INTEGER)' fails on a row");
  }

  @Test
  void aShareOfValidationThatTheLogHasAlreadyIsNoted() {
    Path given = folder.file("given.csv", "user,item,s", "u,a,train", "u,b,test", "u,c,validation");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, given, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("split", "s")
            .split(new SplitRule.Given(0.5));
    assertThat(folder.run(request).notes())
        .contains("--split given:0.5 draws no validation rows, as the log has 1 of its own");
  }

  @Test
  void optionsOfWhichOneWouldBeLost() {
    assertUsage(folder.table(log).itemFeature("f=numeric:time").itemFeature("f=categorical:user"))
        .hasMessageContaining("have one name")
        .hasMessageContaining("NAME=categorical:user");
    assertUsage(folder.table(log).itemKey("sku"))
        .hasMessageContaining("--item-key sku is a column of a file about items");
    assertUsage(folder.table(log).userKey("who")).hasMessageContaining("--users FILE");
    assertUsage(folder.table(log).column("split", "item").split(new SplitRule.Time(0.3)))
        .hasMessageContaining("--column split=item is the log's own split")
        .hasMessageContaining("--split time:0.3");
  }

  @Test
  void aCutByTimeWithoutTimesIsNoted() {
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .split(new SplitRule.Time(0.3));
    assertThat(folder.run(request).notes())
        .anyMatch(
            note -> note.startsWith("--split time:0.3 cuts the log in the order of its lines"));
  }

  /** What would silently change nothing was meant to change something. */
  @Test
  void optionsOfCsvFilesWithoutAny() {
    Path json =
        folder.file(
            "log.json",
            "{\"user\":\"u\",\"item\":\"a\",\"time\":1}",
            "{\"user\":\"u\",\"item\":\"b\",\"time\":2}",
            "{\"user\":\"u\",\"item\":\"c\",\"time\":3}");
    assertUsage(folder.table(json).delimiter(";").encoding("latin-1").header(false))
        .hasMessageContaining("--delimiter: received ';'; it says how csv files are written")
        .hasMessageContaining("--encoding: received 'latin-1'")
        .hasMessageContaining("--no-header: ")
        .hasMessageContaining("(log.json); leave it out");
    folder.file("items.csv", "item;title", "a;A", "b;B", "c;C");
    folder.run(folder.table(json).items("items.csv").itemName("title").delimiter(";"));
  }

  @Test
  void aUnitOfTimesThatNeedNone() {
    assertUsage(folder.table(log).timeFormat("%s").timeUnit("milliseconds"))
        .hasMessageContaining("--time-unit: received 'milliseconds'; --time-format says");
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "time")
                .timeUnit("microseconds"))
        .hasMessageContaining("--time-unit: received 'microseconds'; there is no --column time");
    assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("time", "to_timestamp(time)")
                .timeUnit("milliseconds"))
        .hasMessageContaining("the times are of type TIMESTAMP WITH TIME ZONE");
  }

  @Test
  void aPathThatBeginsWithItsSeparator() {
    folder.file("items.csv", "item,category", "a,/food/bread", "b,/food/milk", "c,/tools");
    ImportRequest.Builder request = folder.table(log).items("items.csv");
    assertBadData(request.tree("path:category:/"))
        .hasMessageContaining("level 1 is blank above 'bread'")
        .hasMessageContaining("take it away, as ltrim(COLUMN, '/') does");
    try (Dataset data = folder.open(request.tree("path:ltrim(category, '/'):/"))) {
      assertThat(data.tree().orElseThrow().nodes()).isEqualTo(5);
    }
  }

  @Test
  void usersAndItemsAreNotOneColumn() {
    assertThatThrownBy(
            () ->
                folder.run(
                    ImportRequest.builder(ImportFormat.TABLE, folder.log(), folder.target())
                        .column("user", "user")
                        .column("item", "user")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column user and --column item both name 'user'");
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

  @Test
  void listsThatWereWrittenAsTextAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,\"['a', 'b']\",1",
            "u,\"['a']\",2",
            "u,\"['b', 'c']\",3");
    assertThat(folder.run(folder.table(log)).notes())
        .anyMatch(note -> note.startsWith("every item is a list or a struct written as text"));
  }

  @Test
  void requestsThatASplitOfOnesOwnDividesAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,visit,part",
            "u,a,1,x,train",
            "u,b,2,x,test",
            "v,a,3,y,train",
            "v,b,4,z,test");
    ImportRequest.Builder request =
        folder.table(log).column("request", "visit").column("split", "part");
    assertThat(folder.run(request.split(SplitRule.parse("given:0"))).notes())
        .anyMatch(
            note -> note.startsWith("1 of 2 test rows (50.0 %) belong to a request that also has"));
    folder.clear();
    Path plain = folder.file("plain.csv", "user,item,time,visit", "u,a,1,x", "u,b,2,x", "u,c,3,x");
    assertThat(folder.run(folder.table(plain).column("request", "visit")).notes())
        .as("what leave-last-out is for")
        .noneMatch(note -> note.contains("belong to a request"));
  }
}
