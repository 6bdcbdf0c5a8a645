package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files beside the log: keys that repeat or meet nobody, numbers that are none, bad lines. */
class SideFilesTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder request() {
    return folder.table(folder.log());
  }

  /** A Parquet file made by a query. */
  private void parquet(String name, String query) {
    try (QuerySession session = new QuerySession(temp)) {
      session.run("COPY (%s) TO %s".formatted(query, SqlPath.of(temp.resolve(name))));
    }
  }

  @Test
  void rowsOfOneKeyThatDifferAreRefusedWithTheirLines() {
    folder.file("items.csv", "item,name,stock", "a,Old,1", "b,B,1", "a,New,2", "c,C,1", "c,D,1");
    assertThatThrownBy(() -> folder.run(request().items("items.csv").itemName("name")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("items.csv has 2 rows with key 'a' that differ")
        .hasMessageContaining("items.csv line 2 and items.csv line 4 (2 such keys in all)");
    folder.assertNothingLeft();
    folder.file("users.csv", "user,home", "2,x", "2,", "10,y");
    assertThatThrownBy(
            () -> folder.run(request().users("users.csv").userFeature("categorical:home")))
        .hasMessageContaining("users.csv has 2 rows with key '2'");
    folder.file("prices.csv", "item,price", "a,1", "a,2");
    assertThatThrownBy(() -> folder.run(request().join("prices.csv")))
        .hasMessageContaining("prices.csv has 2 rows with key 'a'");
    folder.file("shelves.csv", "stock,shelf", "1,x", "1,y");
    assertThatThrownBy(() -> folder.run(request().items("items.csv").items("shelves.csv")))
        .hasMessageContaining("shelves.csv has 2 rows with key '1'");
  }

  @Test
  void entitiesWithoutRowsAreCounted() {
    folder.file("users.csv", "user,home", "2,x", "10,y", "3,z", "44,z", "45,z");
    folder.file("items.csv", "item,shelf", "a,1", "b,1", "c,2", "d,2", "e,3");
    ImportSummary summary =
        folder.run(
            request()
                .users("users.csv")
                .userFeature("categorical:home")
                .items("items.csv")
                .itemFeature("categorical:shelf"));
    assertThat(summary.notes())
        .contains(
            "users.csv: 2 users have no row in the data set, left out",
            "items.csv: 1 item has no row in the data set, kept for the catalogue");
  }

  @Test
  void aFeatureOfTextsIsNoNumber() {
    folder.file("items.csv", "item,shelf", "a,low", "b,high", "c,", "d,low");
    folder
        .assertUsage(request().items("items.csv").itemFeature("numeric:shelf"))
        .hasMessageContaining("3 of 3 values of 'shelf' are not numbers, such as 'low'")
        .hasMessageContaining("more than one value in ten");
    folder.file("items.csv", "item,shelf", "a,low", "b,1", "c,", "d,low");
    assertThat(folder.run(request().items("items.csv").itemFeature("numeric:shelf")).notes())
        .anyMatch(note -> note.contains("2 values are not numbers, counted as missing"));
  }

  @Test
  void namesThatDifferOnlyInCaseAreNotJoined() {
    folder.file("times.csv", "item,Time", "a,1", "b,2", "c,3", "d,4");
    assertThatThrownBy(() -> folder.run(request().join("times.csv").context("c=Time")))
        .isInstanceOf(BadDataException.class)
        .hasMessage(
            "log.csv has the column 'time', times.csv has 'Time', which differ only in case; rename"
                + " one of them");
    folder.file("items.csv", "item,shelf", "a,1", "b,2", "c,3", "d,4");
    folder.file("shelves.csv", "shelf,ITEM", "1,x", "2,y");
    assertThatThrownBy(() -> folder.run(request().items("items.csv").items("shelves.csv")))
        .hasMessageContaining("items.csv has the column 'item', shelves.csv has 'ITEM'");
    folder.assertNothingLeft();
  }

  @Test
  void columnsMayNotBeNamedAsTheImportNamesItsOwn() {
    for (String name : List.of("@record", "@FILE", "@text.user", "@number.time")) {
      assertThatThrownBy(
              () ->
                  folder.run(
                      folder.table(
                          folder.file("log.csv", name + ",user,item,time", "x,a,b,1", "x,a,c,2"))))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("log.csv has a column '" + name + "'");
    }
    folder.assertNothingLeft();
  }

  @Test
  void rowsOfOneKeyThatSayTheSameCountOnce() {
    folder.file("items.csv", "item,name,stock", "a,A,1", "b,B,1", "a,A,2", "c,C,1", "d,D,9");
    folder.file("prices.csv", "item,price", "a,1", "b,2", "c,3", "d,4", "a,1");
    ImportSummary summary =
        folder.run(
            request().items("items.csv").itemName("name").join("prices.csv").context("price"));
    assertThat(summary.rowsRead()).isEqualTo(10);
    assertThat(summary.manifest().counts().allRows()).isEqualTo(10);
    assertThat(summary.notes()).allMatch(note -> note.contains("1970"));
  }

  /** The index that pandas writes is no key, though both files have one. */
  @Test
  void columnsWithoutANameJoinNothing() {
    folder.file("items.csv", ",item,name", "0,a,A", "1,b,B", "2,c,C", "3,d,D");
    folder.file("prices.csv", ",item,price", "0,d,4", "1,c,3", "2,b,2", "3,a,1");
    ImportSummary summary =
        folder.run(
            request().items("items.csv").itemName("name").join("prices.csv").context("price"));
    assertThat(summary.notes()).allMatch(note -> note.contains("1970"));
    // Nor where files of one name are told apart by their folders.
    folder.file("days/1/part.csv", ",user,item,time", "0,u,a,1", "1,u,b,2", "2,u,c,3");
    folder.file("days/2/part.csv", ",user,item,time", "0,v,a,1", "1,v,b,2", "2,v,d,3");
    folder.file("named.csv", "column0,item,price", "0,d,4", "1,c,3", "2,b,2", "3,a,1");
    ImportSummary parts =
        folder.run(
            ImportRequest.builder(
                    ImportFormat.TABLE, temp.resolve("days"), temp.resolve("parts-data"))
                .column("user", "user")
                .column("item", "item")
                .column("time", "time")
                .join(temp.resolve("named.csv").toString())
                .context("price"));
    assertThat(parts.notes()).allMatch(note -> note.contains("1970"));
  }

  @Test
  void filesThatDescribeNobodyAreRefused() {
    folder.file("items.csv", "item,name", "0a,A", "0b,B");
    assertThatThrownBy(() -> folder.run(request().items("items.csv").itemName("name")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("items.csv describes none of the log's 4 items, such as 'a'")
        .hasMessageContaining("--item-key");
    folder.file("prices.csv", "item,price", "0a,1");
    assertThatThrownBy(() -> folder.run(request().join("prices.csv")))
        .hasMessageContaining("prices.csv: no row of log.csv has a match in it")
        .hasMessageContaining("'0a'");
    folder.file("good.csv", "item,shelf", "a,1", "b,2");
    folder.file("shelves.csv", "shelf,area", "x,1");
    assertThatThrownBy(() -> folder.run(request().items("good.csv").items("shelves.csv")))
        .hasMessageContaining("shelves.csv: no row of good.csv has a match in it");
    folder.assertNothingLeft();
  }

  @Test
  void linesThatCannotBeReadAreCountedApartFromTheLog() {
    folder.file("items.csv", "item,name", "a,A", "b", "c,C", "d", "e");
    ImportRequest.Builder request = request().items("items.csv").itemName("name");
    assertThatThrownBy(() -> folder.run(request.maxBadRows(2)))
        .hasMessageStartingWith(
            "3 lines of other files cannot be used; allowed: 2 (--max-bad-rows)")
        .hasMessageContaining("3: items.csv: malformed line")
        .hasMessageContaining("items.csv line 3: b")
        .hasMessageContaining("--max-bad-rows 3");
    ImportSummary summary = folder.run(request.maxBadRows(3));
    assertThat(summary.dropped()).isEmpty();
    assertThat(summary.rowsRead()).isEqualTo(summary.manifest().counts().allRows());
    assertThat(summary.notes())
        .anySatisfy(
            note -> assertThat(note).startsWith("3 lines left out of items.csv: malformed"));
    assertThat(summary.examples()).extracting(BadRow::line).containsExactly(3L, 5L, 6L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "inf; is not finite",
        "-Infinity; is not finite",
        "1e39; is beyond the largest number",
        "-1e400; is beyond the largest number",
        "\"2,5\"; is no number",
      })
  void numbersThatAreNotFiniteAreRefusedWithFileAndLine(String price, String problem) {
    folder.file("items.csv", "item,price", "a,1", "b,2", "c," + price, "d,4");
    String text = price.replace("\"", "");
    assertThatThrownBy(() -> folder.run(request().items("items.csv").itemFeature("numeric:price")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(
            "items.csv line 4: item 'c', feature 'price': '%s' %s".formatted(text, problem));
    Path log =
        folder.file("own.csv", "user,item,time,price", "u,a,1,1", "u,b,2," + price, "u,c,3,2");
    assertThatThrownBy(() -> folder.run(folder.table(log).itemFeature("numeric:price")))
        .hasMessageContaining("own.csv line 3: item 'b', feature 'price': '" + text);
    assertThatThrownBy(() -> folder.run(folder.table(log).itemFeature("v=vector:'1 ' || price")))
        .hasMessageContaining("own.csv line 3: item 'b', feature 'v'");
    folder.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DOUBLE", "FLOAT"})
  void notANumberIsMissingAsNullIsAndInfinityIsRefused(String type) {
    String items =
        "SELECT i AS item, CAST(CASE c WHEN 2 THEN %s WHEN 3 THEN NULL ELSE c END AS "
            + type
            + ") AS price FROM (VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4)) t(i, c)";
    parquet("items.parquet", items.formatted("'nan'::DOUBLE"));
    ImportRequest.Builder request = request().items("items.parquet").itemFeature("numeric:price");
    try (Dataset data = folder.open(request)) {
      assertThat(data.itemTable().feature("price").value(0)).isEqualTo(1);
      assertThat(data.itemTable().feature("price").value(1)).isNaN();
      assertThat(data.itemTable().feature("price").value(2)).isNaN();
    }
    folder = new ImportFolder(temp.resolve("second"));
    folder.log();
    parquet("infinite.parquet", items.formatted("'inf'::DOUBLE"));
    ImportRequest.Builder infinite =
        request().items(temp.resolve("infinite.parquet").toString()).itemFeature("numeric:price");
    assertThatThrownBy(() -> folder.run(infinite))
        .hasMessageContaining("infinite.parquet row 2: item 'b', feature 'price': 'inf'");
  }

  @Test
  void vectorsHoldNumbersOnly() {
    for (String hole : new String[] {"'nan'::DOUBLE", "NULL", "'inf'::DOUBLE", "1e300"}) {
      parquet(
          "items.parquet",
          "SELECT i AS item, [1.5, CASE i WHEN 'b' THEN %s ELSE 2 END] AS v FROM (VALUES ('a'), ('b')) t(i)"
              .formatted(hole));
      assertThatThrownBy(() -> folder.run(request().items("items.parquet").itemFeature("vector:v")))
          .hasMessageContaining("items.parquet row 2: item 'b', feature 'v': '");
    }
    parquet("tags.parquet", "SELECT 'a' AS item, [1.0::DOUBLE, 2.5, 'nan'::DOUBLE] AS tags");
    try (Dataset data = folder.open(request().items("tags.parquet").itemFeature("multi:tags"))) {
      EntityTable items = data.itemTable();
      assertThat(
              Arrays.stream(items.feature("tags").codes(0)).mapToObj(items.feature("tags")::text))
          .containsExactlyInAnyOrder("1", "2.5");
    }
  }

  @Test
  void listsAreNoCategories() {
    parquet("items.parquet", "SELECT 'a' AS item, ['x', 'y'] AS tags, {'n': 1} AS s");
    assertThatThrownBy(
            () ->
                folder.run(
                    request()
                        .items("items.parquet")
                        .itemFeature("categorical:tags")
                        .itemFeature("multi:s")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--item-feature tags: tags is of type VARCHAR[]; allowed:")
        .hasMessageContaining("--item-feature s: s is of type STRUCT");
  }

  @Test
  void numericContextsAreFiniteNumbers() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,p",
            "u,a,1,1.5",
            "u,b,2,inf",
            "u,c,3,cheap",
            "u,d,4,nan",
            "u,e,5,");
    assertThatThrownBy(() -> folder.run(folder.table(log).context("p:numeric")))
        .hasMessageContaining("1: context p is infinite")
        .hasMessageContaining("log.csv line 3: user=u, item=b, time=2, p=inf");
    ImportSummary summary = folder.run(folder.table(log).context("p:numeric").maxBadRows(1));
    assertThat(summary.notes())
        .contains("context p: 1 row holds no number and counts as missing, such as 'cheap'");
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(data.interactions(Split.TRAIN).context("p").value(0)).isEqualTo(1.5);
      assertThat(data.interactions(Split.TEST).context("p").value(0)).isNaN();
    }
    folder = new ImportFolder(temp.resolve("commas"));
    Path commas =
        folder.file("commas.csv", "user;item;time;p", "u;a;1;1,5", "u;b;2;2,5", "u;c;3;3");
    assertThatThrownBy(() -> folder.run(folder.table(commas).context("p:numeric")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("are no numbers, such as '1,5'")
        .hasMessageContaining("replace(COLUMN, ',', '.')");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "request", "time"})
  void contextsMayNotHideWhatEveryRowHas(String name) {
    assertThatThrownBy(() -> folder.run(request().context(name + "=place")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: names other than [user, ");
  }

  @Test
  void treesNameItemsByTheirId() {
    folder.file("items.csv", "item,category", "a,1", "b,2", "z,99");
    folder.file("tree.csv", "id,parent,name", "1,,top", "2,1,sub");
    assertThatThrownBy(
            () -> folder.run(request().items("items.csv").tree("parents:tree.csv:category")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("tree.csv: item 'z' (items.csv line 4) names category '99'");
    folder.file("paths.csv", "item,path", "a,x/y", "b,/y");
    assertThatThrownBy(() -> folder.run(request().items("paths.csv").tree("path:path:/")))
        .hasMessageContaining("item 'b' (paths.csv line 3) has the category path");
    folder.file("tree.csv", "id,parent,name", "1,,top", "2,1,sub", "2,1,other", "99,NULL,other");
    assertThatThrownBy(
            () -> folder.run(request().items("items.csv").tree("parents:tree.csv:category")))
        .hasMessageContaining("tree.csv: category '2' has two names, 'sub' and 'other'");
    folder.file("tree.csv", "id,parent,name", "1,,top", "2,1,sub", "99,NULL,other");
    try (Dataset data =
        folder.open(request().items("items.csv").tree("parents:tree.csv:category"))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(data.itemTable().index("z").orElseThrow())))
          .containsExactly("other");
    }
  }

  @Test
  void categoriesKeepTheirTextWhateverTheFileMakesOfThem() {
    parquet(
        "items.parquet",
        "SELECT i AS item, c::DOUBLE AS category FROM (VALUES ('a', 7), ('b', 8)) t(i, c)");
    folder.file("tree.csv", "id,parent,name", "7,,seven", "07,,zero seven", "8,7,eight");
    try (Dataset data =
        folder.open(request().items("items.parquet").tree("parents:tree.csv:category"))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(0))).containsExactly("seven");
      assertThat(tree.path(tree.nodeOf(1))).containsExactly("seven", "eight");
    }
  }

  @Test
  void featuresThatAreMissingAreTold() {
    folder.file("items.csv", "item,v,p", "a,1 2,", "b,,", "c,3 4,", "d,5 6,");
    assertThat(
            folder
                .run(request().items("items.csv").itemFeature("vector:v").itemFeature("numeric:p"))
                .notes())
        .contains(
            "item feature 'v': 1 item has no vector, and zeros in its place",
            "item feature 'p': no item has a value");
  }

  @Test
  void idsThatLookTheSameAreTold() {
    folder.file("items.csv", "item,name", "cafe\u0301,x", "a,y");
    Path log = folder.file("log.csv", "user,item,time", "u,caf\u00e9,1", "u,a,2", "u,b,3");
    assertThat(folder.run(folder.table(log).items("items.csv").itemName("name")).notes())
        .anyMatch(
            note ->
                note.startsWith("1 item differs from another only by spaces around the id, or in")
                    && note.contains("nfc_normalize(trim(COLUMN))"));
  }
}
