package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.warm.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** train --from. */
class TrainFromTest {
  @TempDir static Path folder;
  private static Path csv;
  private static Path json;

  /** One log twice: as csv, and as JSON with its lines in another order. */
  @BeforeAll
  static void importTwice() throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (int row = 0; row < 900; row++) {
      int item = random.nextInt(80);
      String user = "u" + row / 15;
      String request = user + "-" + row / 5;
      String tags = "t" + item % 4 + "|t" + item % 9;
      String path = "top" + item % 3 + "|leaf" + item % 6;
      double price = 1 + item % 13 * 0.37;
      lines.add(
          "%s,i%d,%s,%d,c%d,%s,%s,%s"
              .formatted(user, item, request, 1000 + row, item % 5, tags, price, path));
      objects.add(
          "{\"user\":\"%s\",\"item\":\"i%d\",\"request\":\"%s\",\"time\":%d,\"colour\":\"c%d\",\"tags\":\"%s\",\"price\":%s,\"path\":\"%s\"}"
              .formatted(user, item, request, 1000 + row, item % 5, tags, price, path));
    }
    Collections.reverse(objects);
    csv = folder.resolve("csv");
    json = folder.resolve("json");
    lines.add(0, "user,item,request,time,colour,tags,price,path");
    load(Files.write(folder.resolve("log.csv"), lines), csv);
    load(Files.write(folder.resolve("log.ndjson"), objects), json);
  }

  private static void load(Path log, Path to) {
    Invocation done =
        Invocation.of(
            "import",
            "table",
            "--from=" + log,
            "--to=" + to,
            "--column=user=user",
            "--column=item=item",
            "--column=request=request",
            "--column=time=time",
            "--item-feature=categorical:colour",
            "--item-feature=multi:tags",
            "--item-feature=numeric:price",
            "--tree=path:path:|",
            "--split=leave-last-out");
    assertThat(done.exitCode()).as(done.err()).isZero();
  }

  private static Invocation train(Path data, String out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--data=" + data, "--out=" + folder.resolve(out)));
    arguments.addAll(List.of("--device=cpu", "--set=threads=1"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private static Invocation first(String out, String... more) {
    List<String> settings =
        new ArrayList<>(List.of("--set=batchSize=64", "--set=dim=8", "--set=epochs=2"));
    settings.addAll(List.of("--set=user.embedding=8", "--set=item.embedding=8"));
    settings.addAll(List.of(more));
    Invocation trained = train(csv, out, settings.toArray(String[]::new));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    return trained;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "item.features=[id]",
        "item.features=[id,colour,tags,price,category]",
        "item.features=[id,colour,category.1];item.hidden=[16];user.hidden=[8]",
        "item.features=[id,tags];user.features=[id];user.history.length=4;loss.learnTemperature=true"
      })
  void sameRowsFromAnotherFileFormatHaveTheSameVectors(String settings) throws IOException {
    String out = "first " + settings.hashCode();
    first(
        out,
        Arrays.stream(settings.split(";")).map(each -> "--set=" + each).toArray(String[]::new));
    try (TrainedRun then =
            TrainedRun.load(folder.resolve(out), Optional.empty(), Optional.empty());
        Dataset data = Dataset.open(json);
        TwoTowerModel now =
            TwoTowerModel.create(data, then.config(), then.model().manager().getDevice())) {
      WarmStart.of(then, now, data.tree(), false);
      try (ModelScorer before = then.scorer(Split.TEST);
          ModelScorer after = new ModelScorer(now, data, Split.TEST)) {
        same(
            ids(then.data().itemTable()),
            before.itemVectors().toFloatArray(),
            ids(data.itemTable()),
            after.itemVectors().toFloatArray());
        int[] users = IntStream.range(0, data.users()).toArray();
        same(
            ids(then.data().userTable()),
            before.userVectors(users, 0, users.length),
            ids(data.userTable()),
            after.userVectors(users, 0, users.length));
      }
    }
  }

  private static List<String> ids(EntityTable table) {
    return IntStream.range(0, table.size()).mapToObj(table::id).toList();
  }

  /** Bit for bit. */
  private static void same(List<String> ids, float[] before, List<String> idsNow, float[] now) {
    assertThat(idsNow).containsExactlyInAnyOrderElementsOf(ids);
    for (int i = 0; i < ids.size(); i++) {
      int at = idsNow.indexOf(ids.get(i));
      assertThat(Arrays.copyOfRange(now, at * 8, at * 8 + 8))
          .as(ids.get(i))
          .isEqualTo(Arrays.copyOfRange(before, i * 8, i * 8 + 8));
    }
  }

  @Test
  void aRunStartsFromAnotherWithItsSettings() throws IOException {
    first("one", "--set=item.features=[id,colour]");
    String from = "--from=" + folder.resolve("one");
    JsonNode result = train(json, "two", from, "--set=epochs=1", "--json").json();
    assertThat(result.at("/epochs").intValue()).isEqualTo(1);
    assertThat(result.at("/from/rows/0/table").textValue()).isEqualTo("user");
    assertThat(result.at("/from/rows/0/taken").intValue()).isEqualTo(60);
    assertThat(result.at("/from/drift/items").intValue()).isBetween(70, 80);
    assertThat(folder.resolve("two/config.yaml")).content().contains("dim: 8", "colour");
    Invocation three =
        train(
            csv,
            "three",
            "--from=" + folder.resolve("two"),
            "--from-optimizer=fresh",
            "--on=train+validation",
            "--epochs-of=" + folder.resolve("two"));
    assertThat(three.exitCode()).as(three.err()).isZero();
    assertThat(three.out())
        .contains("optimisers fresh, run 3 of a chain", "rows taken over", "mean cosine");
    assertThat(train(json, "seen", from, "--set=epochs=1", "--set=evaluation.rankSeen=true").err())
        .contains("evaluation.rankSeen is true now", "--set masks=");
    Path base = Files.writeString(folder.resolve("base.yaml"), "item: {features: [id, colour]}");
    Invocation based =
        train(
            json, "based", from, "--config=" + base, "--set=evaluation.patience=1", "--set=dim=8");
    assertThat(based.exitCode()).as(based.err()).isZero();
    assertThat(based.err())
        .contains("chosen by the log: loss.temperature")
        .doesNotContain("trying");
    train(json, "four", from, "--set=dim=4", "--set=item.hidden=[8]")
        .refused(2, "dim: 8 there, 4 now", "item.hidden: [] there, [8] now");
    train(json, "four", from, "--set=item.features=[id,brand]", "--set=user.features=[age]")
        .refused(2, "received 'brand'; allowed: id, category", "received 'age'; allowed: id");
    train(json, "two", "--resume", "--from=" + folder.resolve("three"))
        .refused(2, folder.resolve("one").toString(), "leave out --from");
    train(json, "four", "--from-data=" + csv).refused(2, "give --from as well");
  }

  /** Items that the run it started from had no rows of are judged beside the others. */
  @Test
  void aContinuedRunIsJudgedOnNewItemsToo() throws IOException {
    first("monday");
    Path log = folder.resolve("more.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("log.csv")));
    for (int row = 0; row < 240; row++) {
      lines.add(
          "u%d,new%d,u%d-%d,%d,c1,t1,1.5,top1|leaf1"
              .formatted(row % 60, row % 7, row % 60, 1000 + row / 60, 9000 + row));
    }
    load(Files.write(log, lines), folder.resolve("more"));
    train(
        folder.resolve("more"), "with new", "--from=" + folder.resolve("monday"), "--set=epochs=1");
    JsonNode slices =
        Invocation.of("evaluate", "--run=" + folder.resolve("with new"), "--json")
            .json()
            .at("/slices");
    List<String> byAge = new ArrayList<>();
    for (JsonNode slice : slices) {
      if (slice.path("name").textValue().matches("items:(known|new)")) {
        byAge.add(slice.path("name").textValue() + " " + slice.path("items").intValue());
        assertThat(slice.at("/metrics/recall@20").doubleValue()).isBetween(0.0, 1.0);
      }
    }
    assertThat(byAge).containsExactly("items:known 80", "items:new 7");
  }

  /**
   * In the new log, u0 and i70 are held out alone, as are a user and an item that the earlier run
   * never met.
   */
  @Test
  void whatComesFromTheEarlierRunIsToldApart() throws IOException {
    first("before");
    List<String> lines = new ArrayList<>(List.of("user,item,request,time,split"));
    for (int row = 0; row < 300; row++) {
      lines.add("u%d,i%d,r%d,%d,train".formatted(1 + row % 50, row * 7 % 60, row, 9000 + row));
    }
    lines.add("u0,i70,last0,9900,test");
    lines.add("u1,i70,last1,9901,test");
    lines.add("stranger,i3,last2,9902,test");
    lines.add("u2,novelty,last3,9903,test");
    Path data = folder.resolve("after");
    Invocation done =
        Invocation.of(
            "import",
            "table",
            "--from=" + Files.write(folder.resolve("after.csv"), lines),
            "--to=" + data,
            "--split=given:0",
            "--column=split=split",
            "--column=user=user",
            "--column=item=item",
            "--column=request=request",
            "--column=time=time");
    assertThat(done.exitCode()).as(done.err()).isZero();
    train(data, "continued", "--from=" + folder.resolve("before"), "--set=epochs=1");
    String run = "--run=" + folder.resolve("continued");
    Map<String, Integer> users = new HashMap<>();
    Map<String, Integer> items = new HashMap<>();
    for (JsonNode slice : Invocation.of("evaluate", run, "--json").json().at("/slices")) {
      users.put(slice.path("name").textValue(), slice.path("users").intValue());
      items.put(slice.path("name").textValue(), slice.path("items").intValue());
    }
    assertThat(users).containsEntry("users:earlier", 1).containsEntry("users:new", 1);
    assertThat(users.get("users:light") + users.get("users:heavy")).isEqualTo(2);
    assertThat(items).containsEntry("items:earlier", 1).containsEntry("items:cold", 2);
    assertThat(users).containsEntry("items:earlier", 2);

    Path lists = folder.resolve("lists.jsonl");
    Invocation all = Invocation.of("recommend", run, "--all", "--to=" + lists);
    assertThat(all.out()).contains("lists: 1 from the earlier run, 1 by popularity, 50 from rows");
    assertThat(Files.readAllLines(lists))
        .filteredOn(line -> line.contains("\"user\":\"u0\""))
        .isNotEmpty()
        .allMatch(line -> line.contains("\"source\":\"earlier run\""));
    for (List<String> each :
        List.of(
            List.of("u0", "earlier run", "no items before the test rows"),
            List.of("u0", "earlier run", "the user's vector comes from the earlier run"),
            List.of("stranger", "popularity", "items by popularity"),
            List.of("u3", "rows", "items, newest first (UTC):"))) {
      String user = "--user=" + each.get(0);
      assertThat(Invocation.of("recommend", run, user, "--json").json().at("/source").textValue())
          .isEqualTo(each.get(1));
      assertThat(Invocation.of("recommend", run, user).out()).contains(each.get(2));
    }
  }
}
