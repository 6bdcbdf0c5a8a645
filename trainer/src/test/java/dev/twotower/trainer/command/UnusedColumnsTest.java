package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
                  row % 3 == 0 ? "app" : "web"));
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
        "masks=identity | item features price, brand, the category tree (--set"
            + " 'item.features=[id,price,brand,category]'); user feature age (--set"
            + " 'user.features=[id,age]'); context column device (for rows that are no negatives of"
            + " each other where it agrees, such as those of shops with a catalogue each; else a"
            + " mask of it seldom gains: --set masks=identity+context:device; what is known at the"
            + " request the user tower can read: user.features=[..,context.device])",
        "item.features=[id,category.2,price] masks=context:device/3 user.features=[id,age] | item"
            + " feature brand (--set 'item.features=[id,category.2,price,brand]')",
        "item.features=[id,brand,price] tree.lambda=0.1 masks=context:device user.features=[age] |"
            + " nothing",
        "item.features=[id,brand,price] tree.lambda=0.1 masks=identity"
            + " user.features=[age,context.device] | nothing",
        "item.features=[id,brand,price] tree.lambda=0.1 tree.coEngagement=1 tree.batches=random"
            + " masks=context:device user.features=[age] | the category tree (--set"
            + " 'item.features=[id,brand,price,category]')",
        "item.features=[id,brand,price] warm.newItems=category masks=context:device"
            + " user.features=[age] | nothing"
      })
  void whatASettingDoesNotReadIsNamed(String settings, String unused) {
    RunConfig config = RunConfig.defaults().with(settings.split(" "));
    try (Dataset opened = Dataset.open(data)) {
      String note = UnusedColumns.note(opened, List.of(config), Set.of()).orElse("");
      if (unused == null) {
        assertThat(note).isEmpty();
        return;
      }
      assertThat(note)
          .startsWith("not used in training: " + unused + ". Features are for items")
          .contains("may cost those with many", "item.idDropout", "recipe;item.features=[..]");
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
                      .contains("as an arm, recipe/identity+user+context:device;")
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
                      .startsWith(
                          "not used in training: item feature price (--set"
                              + " 'item.features=[id,price]'). "));
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
                      .startsWith(
                          "not used in training: item features price, brand (--set"
                              + " 'item.features=[id,price,brand]'). "));
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
