package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableImportTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  @Test
  void rowsAreNumberedSortedAndSplit() {
    try (Dataset data = folder.open(folder.table(folder.log()).column("request", "basket"))) {
      // Ids are in order of value: 2, 3, 10. A user's requests are in order of their first row.
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train 2 b 0 50 1.0",
              "train 2 a 0 100 1.0",
              "train 3 a 2 10 1.0",
              "train 3 b 2 20 1.0",
              "train 10 c 3 100 1.0",
              "train 10 d 3 150 1.0",
              "validation 2 d 1 300 1.0",
              "validation 10 a 4 200 1.0",
              "test 2 c 1 400 1.0",
              "test 10 b 4 300 1.0");
      Manifest manifest = data.manifest();
      assertThat(manifest.split()).isEqualTo("leave-last-out");
      assertThat(manifest.schema().requests()).isEqualTo("log");
      assertThat(manifest.schema().time()).isEqualTo(Manifest.TimeUnit.EPOCH_MICROSECONDS);
      assertThat(manifest.provenance().importer()).isEqualTo("table");
      assertThat(manifest.provenance().rowsRead()).isEqualTo(10);
      assertThat(manifest.provenance().sources()).hasSize(1);
      assertThat(manifest.provenance().sources().get(0).name()).isEqualTo("log.csv");
      assertThat(manifest.provenance().options())
          .containsEntry("from", "log.csv")
          .containsEntry("column request", "basket");
    }
  }

  @Test
  void equalRequestsGiveEqualBytes() throws IOException {
    ImportRequest.Builder request = folder.table(folder.log()).split(SplitRule.parse("time:0.2"));
    folder.run(request);
    String first = Files.readString(folder.target().resolve("dataset.json"));
    Files.move(folder.target(), temp.resolve("first"));
    folder.run(request);
    assertThat(folder.target().resolve("dataset.json")).hasContent(first);
  }

  @Test
  void aLogWithoutRequestsHasOnePerUser() {
    try (Dataset data = folder.open(folder.table(folder.log()))) {
      assertThat(data.requests()).isEqualTo(3);
      assertThat(data.manifest().schema().requests()).isEqualTo("one per user");
    }
  }

  @Test
  void sessionsEndAfterAGap() {
    Path log =
        folder.file(
            "log.csv", "user,item,time", "u,a,1000", "u,b,1100", "u,c,1201", "u,d,1301", "v,e,0");
    try (Dataset data = folder.open(folder.table(log).sessionGap(100))) {
      assertThat(data.manifest().schema().requests()).isEqualTo("sessions of 100 s");
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u a 0 1000 1.0",
              "train u b 0 1100 1.0",
              "train v e 2 0 1.0",
              "validation u c 1 1201 1.0",
              "test u d 1 1301 1.0");
    }
  }

  @Test
  void aLogWithoutTimeKeepsItsOrder() {
    Path log = folder.file("log.csv", "user,item", "u,c", "u,a", "v,b", "u,b");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item");
    try (Dataset data = folder.open(request)) {
      assertThat(data.manifest().schema().time()).isEqualTo(Manifest.TimeUnit.ORDINAL);
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u c 0 1 1.0",
              "train v b 1 3 1.0",
              "validation u a 0 2 1.0",
              "test u b 0 4 1.0");
    }
  }

  @Test
  void conditionsLeaveRowsOutAndEachIsCounted() {
    ImportSummary summary =
        folder.run(
            folder
                .table(folder.log())
                .where("amount < 3")
                .where("place IS NOT NULL")
                .where("place = 'fr' OR user = 2")
                .split(new SplitRule.Time(0.3)));
    assertThat(summary.rowsRead()).isEqualTo(10);
    assertThat(summary.dropped())
        .containsExactly(
            Map.entry("fails --where amount < 3", 1L),
            Map.entry("fails --where place IS NOT NULL", 1L),
            Map.entry("fails --where place = 'fr' OR user = 2", 2L));
    assertThat(summary.manifest().counts().allRows()).isEqualTo(6);
    assertThat(summary.lines())
        .anySatisfy(line -> assertThat(line).matches(" +-2  fails --where place = 'fr' .*"));
  }

  @Test
  void duplicatesAreKeptDroppedOrMerged() throws IOException {
    Path log =
        folder.file(
            "log.csv",
            "user,item,basket,time,amount",
            "u,a,x,10,2",
            "u,a,x,10,2",
            "u,a,x,12,5",
            "u,a,y,12,5",
            "u,b,y,13,1");
    ImportRequest.Builder request =
        folder.table(log).column("request", "basket").column("weight", "amount");
    try (Dataset data = folder.open(request)) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(5);
    }
    Files.move(folder.target(), temp.resolve("keep"));
    try (Dataset data = folder.open(request.duplicates(Duplicates.DROP))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u a 0 10 2.0",
              "train u a 0 12 5.0",
              "validation u a 1 12 5.0",
              "test u b 1 13 1.0");
      assertThat(data.manifest().provenance().dropped())
          .containsEntry("repeats of a whole row (--duplicates drop)", 1L);
    }
    Files.move(folder.target(), temp.resolve("drop"));
    try (Dataset data = folder.open(request.duplicates(Duplicates.MERGE))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly("train u a 0 10 9.0", "validation u a 1 12 5.0", "test u b 1 13 1.0");
    }
  }

  @Test
  void contextColumnsAreNumbersOrCodes() {
    try (Dataset data =
        folder.open(
            folder
                .table(folder.log())
                .context("place")
                .context("amount")
                .context("kind=amount:categorical")
                .context("double=amount * 2"))) {
      Interactions train = data.interactions(Split.TRAIN);
      assertThat(train.contextColumns()).containsExactly("place", "amount", "kind", "double");
      // Row 0: user 2, item b, no place. Row 1: user 2, item a, place de (before fr), amount 2.
      assertThat(train.context("place").numeric()).isFalse();
      assertThat(train.context("place").value(0)).isZero();
      assertThat(train.context("place").value(1)).isEqualTo(1);
      assertThat(train.context("amount").numeric()).isTrue();
      assertThat(train.context("amount").value(1)).isEqualTo(2);
      assertThat(train.context("kind").numeric()).isFalse();
      assertThat(train.context("kind").value(1)).isEqualTo(2);
      assertThat(train.context("double").value(1)).isEqualTo(4);
    }
  }

  @Test
  void featuresComeFromSideFilesAndFromTheLog() {
    folder.file(
        "items.csv",
        "item,title,shelf,tags,price,vector",
        "a,Apple pie,1,sweet|baked,2.5,0.5 1.5",
        "b,Bread,1,baked,cheap,1 2",
        "z,Zucchini,2,,1,\"[3, 4]\"");
    folder.file("shelves.csv", "shelf,shelf_name,area", "1,bakery,food", "2,greens,food");
    ImportSummary summary =
        folder.run(
            folder
                .table(folder.log())
                .items("items.csv")
                .items("shelves.csv")
                .itemName("title")
                .itemFeature("categorical:shelf_name")
                .itemFeature("multi:tags")
                .itemFeature("numeric:price")
                .itemFeature("v=vector:vector")
                .itemFeature("initial=categorical:left(title, 1)")
                .itemFeature("often=categorical:place")
                .itemTokens(64)
                .userFeature("home=categorical:place")
                .tree("area>shelf_name"));
    try (Dataset data = Dataset.open(folder.target())) {
      EntityTable items = data.itemTable();
      assertThat(items.features().stream().map(FeatureColumn::name))
          .containsExactly("shelf_name", "tags", "price", "v", "initial", "often", "tokens");
      int a = items.index("a").orElseThrow();
      int b = items.index("b").orElseThrow();
      int d = items.index("d").orElseThrow();
      int z = items.index("z").orElseThrow();
      assertThat(data.items()).isEqualTo(5);
      assertThat(items.name(a)).isEqualTo("Apple pie");
      assertThat(items.name(d)).isEqualTo("d");
      FeatureColumn tags = items.feature("tags");
      assertThat(Arrays.stream(tags.codes(a)).mapToObj(tags::text))
          .containsExactly("sweet", "baked");
      assertThat(tags.codes(z)).isEmpty();
      assertThat(items.feature("price").value(a)).isEqualTo(2.5f);
      assertThat(items.feature("price").value(b)).isNaN();
      float[] vector = new float[2];
      items.feature("v").vector(z, vector);
      assertThat(vector).containsExactly(3, 4);
      FeatureColumn often = items.feature("often");
      // a: fr twice, de once; b: fr twice, once absent.
      assertThat(often.text(often.code(a))).isEqualTo("fr");
      assertThat(often.text(often.code(z))).isEmpty();
      assertThat(items.feature("tokens").codes(a)).hasSize(2);
      FeatureColumn home = data.userTable().feature("home");
      // User 10 is in fr twice and in de twice: the value met first in the log counts.
      assertThat(home.text(home.code(data.userTable().index("10").orElseThrow()))).isEqualTo("fr");
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(z))).containsExactly("food", "greens");
      assertThat(tree.nodeOf(d)).isEqualTo(tree.root());
    }
    assertThat(summary.notes())
        .anySatisfy(note -> assertThat(note).contains("lacks 2 of 5 items, left without features"))
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains("'price': 1 value is not a number, counted as missing")
                    .contains("cheap"));
  }

  @Test
  void treesComeFromPathsAndParentTables() throws IOException {
    folder.file(
        "items.csv",
        "item,path,category",
        "a,food/fruit,f",
        "b,food,g",
        "c,tools/hand/saw,t",
        "d,,");
    folder.file("categories.csv", "id,parent,name", "f,g,fruit", "g,,food", "t,,tools");
    ImportRequest.Builder request = folder.table(folder.log()).items("items.csv");
    try (Dataset data = folder.open(request.tree("path:path:/"))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(2))).containsExactly("tools", "hand", "saw");
      assertThat(tree.nodeOf(3)).isEqualTo(tree.root());
    }
    Files.move(folder.target(), temp.resolve("paths"));
    try (Dataset data = folder.open(request.tree("parents:categories.csv:category"))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(0))).containsExactly("food", "fruit");
      assertThat(tree.path(tree.nodeOf(1))).containsExactly("food");
    }
  }

  /** Of rows that say different things of an item most count: spellings in blanks are one thing. */
  @ParameterizedTest
  @ValueSource(strings = {"top>sub", "path:path:>"})
  void blanksLetNoRowsOfAnItemDisagree(String from) throws IOException {
    List<String> lines = new ArrayList<>(List.of("user,item,time,top,sub,path"));
    for (String top : List.of("Books", "Books ", " Books", "Toys")) {
      for (int row = 0; row < (top.equals("Toys") ? 3 : 2); row++) {
        String sub = top.replace("Books", "Novels");
        int time = lines.size();
        lines.add("u,x,%d,\"%s\",\"%s\",\"%s>%s\"".formatted(time, top, sub, top, sub));
      }
    }
    lines.add("u,y,99,Toys,Toys,Toys>Toys");
    Path log = folder.file("blanks.csv", lines.toArray(String[]::new));
    try (Dataset data = folder.open(folder.table(log).tree(from))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(0))).containsExactly("Books", "Novels");
      assertThat(tree.path(tree.nodeOf(1))).containsExactly("Toys", "Toys");
    }
  }

  /** Blanks around a name are none of it, wherever the tree comes from. */
  @Test
  void categoriesAreNamedWithoutBlanksAroundThem() throws IOException {
    folder.file(
        "items.csv",
        "item,path,top,sub,category",
        "a,food > fresh fruit,food, fresh fruit,f",
        "b,\"food>fresh fruit \",\"food \",\"fresh fruit \",f",
        "c,tools>,tools, ,t");
    folder.file("categories.csv", "id,parent,name", "f,g, fresh fruit ", "g,,food", "t,,tools");
    ImportRequest.Builder request = folder.table(folder.log()).items("items.csv");
    for (String from : List.of("path:path:>", "top>sub", "parents:categories.csv:category")) {
      try (Dataset data = folder.open(request.tree(from))) {
        CategoryTree tree = data.tree().orElseThrow();
        assertThat(tree.path(tree.nodeOf(0))).as(from).containsExactly("food", "fresh fruit");
        assertThat(tree.nodeOf(1)).as(from).isEqualTo(tree.nodeOf(0));
        assertThat(tree.path(tree.nodeOf(2))).as(from).containsExactly("tools");
      }
      Files.move(folder.target(), temp.resolve(from.replaceAll("[^a-z]", "")));
    }
  }

  @Test
  void filesJoinOnSharedColumns() {
    Path lines = folder.file("lines.csv", "order_id,item", "1,a", "1,b", "2,c", "2,a", "3,b");
    folder.file("orders.csv", "order_id,user,time", "1,u,100", "2,u,200", "3,v,50");
    try (Dataset data =
        folder.open(folder.table(lines).join("orders.csv").column("request", "order_id"))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u a 0 100 1.0",
              "train u b 0 100 1.0",
              "train v b 2 50 1.0",
              "validation u c 1 200 1.0",
              "test u a 1 200 1.0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2010-12-01 08:26:00",
        "2010-12-01T08:26:00Z",
        "1291191960",
        "1291191960.75",
        " 2010-12-01 08:26"
      })
  void timesAreSecondsOrDates(String time) {
    Path log =
        folder.file("log.csv", "user,item,time", "u,a," + time, "u,b," + time, "u,c," + time);
    try (Dataset data = folder.open(folder.table(log))) {
      assertThat(data.interactions(Split.TRAIN).time(0) / 1_000_000).isEqualTo(1291191960L);
      // Equal times keep the order of the log.
      assertThat(data.itemTable().id(data.interactions(Split.TEST).item(0))).isEqualTo("c");
    }
  }

  @Test
  void timesHaveUnitsAndFormats() throws IOException {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,day",
            "u,a,5999,20200103",
            "u,b,6000,20200102",
            "u,c,7000,20200101");
    try (Dataset data = folder.open(folder.table(log).timeUnit("milliseconds"))) {
      assertThat(data.interactions(Split.TRAIN).time(0)).isEqualTo(5_999_000);
      assertThat(data.interactions(Split.TEST).time(0)).isEqualTo(7_000_000);
    }
    Files.move(folder.target(), temp.resolve("first"));
    try (Dataset data = folder.open(folder.table(log).column("time", "day").timeFormat("%Y%m%d"))) {
      assertThat(data.interactions(Split.TRAIN).time(0)).isEqualTo(1577836800L * 1_000_000);
    }
  }

  @Test
  void progressTellsTheStages() {
    List<String> stages = new ArrayList<>();
    Importers.run(
        folder.table(folder.log()).build(),
        (stage, done, total) -> {
          if (stages.isEmpty() || !stages.get(stages.size() - 1).equals(stage)) {
            stages.add(stage);
          }
        });
    assertThat(stages).containsExactly("read", "number", "sort", "write");
  }
}
