package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was imported and no training uses is said once, before the training. */
class UnusedColumnsTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void write() throws IOException {
    List<String> log = new ArrayList<>(List.of("user,item,time,age,price,brand,dept,aisle,device"));
    for (int row = 0; row < 240; row++) {
      int user = row % 20;
      int item = (user * 3 + row / 20 * 7) % 60;
      log.add(
          "u%d,i%d,%d,%d,%d.5,b%d,d%d,a%d,%s"
              .formatted(
                  user,
                  item,
                  row,
                  20 + user,
                  item,
                  item % 4,
                  item % 2,
                  item % 6,
                  user % 3 == 0 ? "app" : "web"));
    }
    Path csv = folder.resolve("log.csv");
    Files.write(csv, log);
    data = folder.resolve("data");
    Invocation.done(
        "import",
        "table",
        "--from=" + csv,
        "--column=user=user",
        "--column=item=item",
        "--column=time=time",
        "--context=device",
        "--user-feature=numeric:age",
        "--item-feature=numeric:price",
        "--item-feature=categorical:brand",
        "--tree=dept>aisle",
        "--to=" + data);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "nothing",
      value = {
        "masks=identity | item features price, brand, the category tree, user feature age, context"
            + " column device | --set 'item.features=[id,price,brand,category]' --set"
            + " 'user.features=[id,age,context.device]'",
        "item.features=[id,category.2,price] masks=context:device/3 user.features=[id,age] | item"
            + " feature brand | --set 'item.features=[id,category.2,price,brand]'",
        "item.features=[id,brand,price] tree.lambda=0.1 masks=context:device user.features=[age] |"
            + " nothing |",
        "item.features=[id,brand,price] tree.lambda=0.1 masks=identity"
            + " user.features=[age,context.device] | nothing |",
        "item.features=[id,brand,price] tree.lambda=0.1 tree.coEngagement=1 tree.batches=random"
            + " masks=context:device user.features=[age] | the category tree | --set"
            + " 'item.features=[id,brand,price,category]'",
        "item.features=[id,brand,price] warm.newItems=category masks=context:device"
            + " user.features=[age] | nothing |"
      })
  void whatASettingDoesNotReadIsNamed(String settings, String unused, String options) {
    RunConfig config = RunConfig.defaults().with(settings.split(" "));
    try (Dataset opened = Dataset.open(data)) {
      String note = UnusedColumns.note(opened, List.of(config), Set.of()).orElse("");
      if (unused == null) {
        assertThat(note).isEmpty();
        return;
      }
      // Values of requests are only for what is known before; here there is room for a few words.
      String known = options.contains("context.") ? " (if known beforehand)" : "";
      assertThat(note)
          .isEqualTo("not used in training: %s. To try%s: %s".formatted(unused, known, options));
      assertThat("note: " + note).as("lines of a terminal").hasSizeLessThanOrEqualTo(3 * 80);
      // As it stands it is a setting that training takes.
      RunConfig proposed =
          config.with(
              Stream.of(options.split("--set "))
                  .skip(1)
                  .map(UnusedColumnsTest::word)
                  .toArray(String[]::new));
      assertThat(UnusedColumns.note(opened, List.of(proposed), Set.of())).isEmpty();
    }
  }

  private static String word(String option) {
    return option.strip().replaceAll("^'|'$", "");
  }

  /** There `category` is the column, and the tree goes by its levels. */
  @Test
  void aColumnCalledCategoryAndTheTreeAreNotTheSame() {
    Path path = folder.resolve("generated");
    Invocation.of("generate", "--to=" + path, "--users=60", "--items=200", "--rows=900");
    RunConfig config = RunConfig.defaults().with("masks=context:surface", "batchSize=64");
    try (Dataset opened = Dataset.open(path)) {
      String note =
          UnusedColumns.note(opened, List.of(config), Set.of("user.features")).orElseThrow();
      assertThat(note).contains("the category tree", "[id,category,department,");
      String setting = word(note.substring(note.indexOf("--set ") + "--set ".length()));
      assertThat(setting)
          .contains(",category.1,category.2", "]")
          .doesNotContain("category,category");
      assertThat(Training.misfits(opened, config.with(setting))).isEmpty();
    }
  }

  /** Kind: a log of many columns, some of which differ within a request. */
  @Test
  void ofManyColumnsSomeAreNamedAndSet() {
    DatasetBuilder many =
        new DatasetBuilder()
            .categoricalContext("position", List.of("a", "b"))
            .categoricalContext("page", List.of("a", "b"))
            .users(2)
            .items(3);
    for (int each = 0; each < 12; each++) {
      many.itemFeature(MemoryFeature.numeric("a long name " + each, new float[3]));
      many.userFeature(MemoryFeature.numeric("trait" + each, new float[2]));
    }
    Path path = folder.resolve("many");
    many.row(Split.TRAIN, 0, 0, 0, 0, 1, 1, 1)
        .row(Split.TRAIN, 0, 1, 0, 1, 1, 2, 1)
        .row(Split.TRAIN, 1, 1, 1, 2, 1, 1, 2)
        .row(Split.VALIDATION, 1, 2, 1, 3, 1, 1, 2)
        .write(path)
        .close();
    RunConfig config = RunConfig.defaults().with("masks=identity");
    try (Dataset opened = Dataset.open(path)) {
      String note = UnusedColumns.note(opened, List.of(config), Set.of()).orElseThrow();
      assertThat("note: " + note).as("lines of a terminal").hasSizeLessThanOrEqualTo(3 * 80);
      assertThat(note)
          .startsWith(
              "not used in training: 12 item features, 12 user features, 2 context columns. To try"
                  + " (context.* only if known before the items are shown): ")
          .contains("'item.features=[id,a long name 0", ",context.page]'")
          .doesNotContain("context.position", "..");
      assertThat(UnusedColumns.note(opened, List.of(config), Set.of("masks")).orElseThrow())
          .hasSizeLessThanOrEqualTo(3 * 80 - "note: ".length())
          .contains("item features a long name 0", "user features trait0", " more")
          .contains("'item.features=[id,a long name 0")
          .doesNotContain("context", "known", "..");
      // No value of a request, so it is for masks.
      assertThat(
              UnusedColumns.note(
                  opened,
                  List.of(config.with("user.features=[id,context.page]")),
                  Set.of("item.features", "user.features")))
          .hasValue(
              "not used in training: context column position. To try: --set"
                  + " masks=identity+context:position");
    }
  }

  /** Kind: what became known only afterwards, and differs later than anybody looks. */
  @Test
  void valuesOfRequestsAreProposedWhereSeveralRowsSaySo() {
    RunConfig config = RunConfig.defaults().with("masks=identity");
    DatasetBuilder single = new DatasetBuilder().numericContext("rating").users(6).items(4);
    DatasetBuilder several = new DatasetBuilder().numericContext("hour").users(6).items(4);
    for (int row = 0; row < 24; row++) {
      single.row(Split.TRAIN, row / 4, row % 4, row, row, 1, row % 5);
      several.row(Split.TRAIN, row / 4, row % 4, row / 2, row, 1, row / 2);
    }
    // What a test row says costs no note a pass over all rows: training refuses the column.
    several.row(Split.TEST, 5, 1, 12, 30, 1, 5).row(Split.TEST, 5, 2, 12, 31, 1, 6);
    single.write(folder.resolve("single")).close();
    several.write(folder.resolve("several")).close();
    try (Dataset opened = Dataset.open(folder.resolve("single"))) {
      assertThat(UnusedColumns.note(opened, List.of(config), Set.of()))
          .hasValue(
              "not used in training: context column rating. To try: --set"
                  + " masks=identity+context:rating");
    }
    try (Dataset opened = Dataset.open(folder.resolve("several"))) {
      assertThat(UnusedColumns.note(opened, List.of(config), Set.of()))
          .hasValue(
              "not used in training: context column hour. To try (context.* only if known before"
                  + " the items are shown): --set 'user.features=[id,context.hour]'");
    }
  }

  @Test
  void aContextComesOnTopOfTheMasksThatRemoveMost() {
    RunConfig base = RunConfig.defaults();
    try (Dataset opened = Dataset.open(data)) {
      assertThat(
              UnusedColumns.note(
                  opened,
                  List.of(base.with("masks=identity"), base.with("masks=identity+user")),
                  Set.of("item.features", "user.features", "tree.lambda")))
          .hasValueSatisfying(
              told ->
                  assertThat(told)
                      .endsWith("device. To try: as an arm, recipe/identity+user+context:device")
                      .doesNotContain("--set masks"));
    }
  }

  @Test
  void whatOneArmUsesIsUsedAndWhatSomebodyDecidedIsNotTold() {
    RunConfig base = RunConfig.defaults();
    try (Dataset opened = Dataset.open(data)) {
      assertThat(
              UnusedColumns.note(
                  opened,
                  List.of(
                      base,
                      base.with("item.features=[brand]", "masks=context:device"),
                      base.with("user.features=[age]", "item.features=[category]")),
                  Set.of()))
          .hasValueSatisfying(
              told ->
                  assertThat(told)
                      .startsWith("not used in training: item feature price. ")
                      .endsWith(" --set 'item.features=[id,price]'"));
      assertThat(
              UnusedColumns.note(
                  opened,
                  List.of(base.with("masks=context:device")),
                  Set.of("item.features", "user.features")))
          .isEmpty();
      assertThat(
              UnusedColumns.note(
                  opened,
                  List.of(base.with("masks=context:device")),
                  Set.of("tree.lambda", "user.features")))
          .hasValueSatisfying(
              told ->
                  assertThat(told)
                      .startsWith("not used in training: item features price, brand. ")
                      .endsWith(" --set 'item.features=[id,price,brand]'"));
      assertThat(
              UnusedColumns.note(
                  opened, List.of(base), Set.of("masks", "item.features", "user.features")))
          .isEmpty();
    }
  }

  @Test
  void trainCompareAndTuneSayItOnceBeforeTheyTrain() {
    String[] settings = {"--set=epochs=1", "--set=batchSize=64", "--set=dim=4", "--device=cpu"};
    String note = "note: not used in training: item features price, brand, the category tree";
    for (List<String> command :
        List.of(
            List.of("train", "--out=" + folder.resolve("run")),
            List.of(
                "compare",
                "--seeds=1",
                "--arms=iid/identity,sorted/identity",
                "--out=" + folder.resolve("compared")),
            List.of("curve", "--seeds=1", "--layout=iid,sorted", "--out=" + folder.resolve("c")),
            List.of("tune", "--trials=1", "--out=" + folder.resolve("tuned")))) {
      List<String> words = new ArrayList<>(command);
      words.add("--data=" + data);
      words.addAll(List.of(settings));
      Invocation done = Invocation.done(words.toArray(String[]::new));
      assertThat(done.err()).containsOnlyOnce(note);
      assertThat(done.err().substring(done.err().indexOf(note)))
          .as("training comes afterwards")
          .contains("recall@20");
    }
  }

  @Test
  void aRunThatIsResumedHasSaidIt() {
    Path out = folder.resolve("resumed");
    Invocation.done("train", "--data=" + data, "--out=" + out, "--set=epochs=1", "--device=cpu");
    assertThat(Invocation.done("train", "--out=" + out, "--resume").err())
        .doesNotContain("not used in training");
  }
}
