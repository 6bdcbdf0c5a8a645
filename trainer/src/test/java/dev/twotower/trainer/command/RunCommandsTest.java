package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** evaluate, recommend and export of a trained run. */
class RunCommandsTest {
  @TempDir static Path folder;
  private static ShortRun made;
  private static Path data;
  private static Path run;

  @BeforeAll
  static void train() {
    made = ShortRun.in(folder);
    data = made.data();
    run = made.run();
  }

  @Test
  void evaluateReportsModelAndBaselinesAndRepeatsTheTrainingMetric() {
    JsonNode test = evaluate("--split", "test");
    assertThat(test.at("/split").textValue()).isEqualTo("test");
    assertThat(test.at("/users").intValue()).isEqualTo(60);
    assertThat(test.at("/metrics").has("hitrate@10")).isTrue();
    assertThat(test.at("/baselines/popularity").has("recall@20")).isTrue();
    assertThat(test.at("/baselines/random").has("ndcg@20")).isTrue();
    JsonNode validation = evaluate("--split", "validation");
    assertThat(validation.at("/metrics/recall@20").doubleValue())
        .isCloseTo(made.trained().at("/metrics/recall@20").doubleValue(), within(1e-9));
  }

  @Test
  void evaluateMeasuresAndJudgesWhatIsAskedFor() {
    assertThat(evaluate().at("/metrics").has("auc")).isFalse();
    JsonNode asked = evaluate("--also", "map,auc", "--k", "5", "--replicates", "20");
    assertThat(asked.at("/metrics/auc").doubleValue()).isBetween(0.3, 1.0);
    assertThat(asked.at("/metrics").has("precision@5")).isFalse();
    assertThat(asked.at("/intervals/map@5/low").doubleValue())
        .isLessThanOrEqualTo(asked.at("/metrics/map@5").doubleValue());
    assertThat(asked.at("/baselines/random/auc").doubleValue()).isBetween(0.3, 0.7);
    assertThat(asked.at("/againstPopularity").findValuesAsText("metric"))
        .containsExactly("recall@5", "ndcg@5", "map@5", "auc");
    assertThat(asked.at("/slices/0/metrics").has("auc")).isTrue();
    JsonNode against = evaluate("--against", run.toString(), "--metric", "auc");
    assertThat(against.at("/pairs/0/metric").textValue()).isEqualTo("auc");
    assertThat(against.at("/pairs/0/difference").doubleValue()).isZero();
    assertThat(Invocation.of("evaluate", "--run", run.toString(), "--also", "map").out())
        .contains("map@20", "recall@20")
        .doesNotContain("precision@20", "auc");
    Invocation wrong = Invocation.of("evaluate", "--run", run.toString(), "--also", "ndcg");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("--also", "'ndcg'", "precision, map, auc");
  }

  /** The epoch may be chosen by them, and arms judged. */
  @Test
  void trainingAndComparisonsTakeThemToo() {
    Path chosen = folder.resolve("by-auc");
    Invocation trained =
        Invocation.of(
            "train",
            "--data=" + data,
            "--out=" + chosen,
            "--device=cpu",
            "--set=epochs=2",
            "--set=batchSize=64",
            "--set=dim=4",
            "--set=evaluation.metrics=[recall@20, auc, map@10]",
            "--set=evaluation.stopMetric=auc",
            "--json");
    JsonNode metrics = trained.json().at("/metrics");
    assertThat(metrics.at("/auc").doubleValue()).isBetween(0.3, 1.0);
    JsonNode again =
        Invocation.of(
                "evaluate",
                "--run=" + chosen,
                "--split=validation",
                "--k=10,20",
                "--replicates=0",
                "--json")
            .json();
    for (String name : List.of("recall@20", "auc", "map@10")) {
      assertThat(again.at("/metrics/" + name).doubleValue())
          .as(name)
          .isCloseTo(metrics.at("/" + name).doubleValue(), within(1e-9));
    }
    JsonNode report =
        Invocation.of(
                "compare",
                "--data=" + data,
                "--out=" + folder.resolve("compared"),
                "--arms=iid/identity,sorted/identity",
                "--seeds=1",
                "--metric=auc",
                "--device=cpu",
                "--set=epochs=1",
                "--set=batchSize=64",
                "--set=dim=4",
                "--json")
            .json();
    assertThat(report.at("/metric").textValue()).isEqualTo("auc");
    assertThat(report.at("/pairs/0/metric").textValue()).isEqualTo("auc");
    assertThat(report.at("/arms/0/metrics/auc/mean").doubleValue()).isBetween(0.3, 1.0);
    assertThat(report.at("/baselines/popularity/auc").doubleValue()).isBetween(0.3, 1.0);
  }

  private static JsonNode evaluate(String... more) {
    return Invocation.of(
            Stream.concat(Stream.of("evaluate", "--run", run.toString(), "--json"), Stream.of(more))
                .toArray(String[]::new))
        .json();
  }

  @Test
  void evaluatingOnTheSplitThatChoseTheEpochIsSaid() {
    Invocation onValidation =
        Invocation.of("evaluate", "--run", run.toString(), "--split", "validation");
    assertThat(onValidation.err()).contains("optimistic");
    assertThat(onValidation.out()).contains("recall@20", "popularity", "items:");
    Invocation sampled = Invocation.of("evaluate", "--run", run.toString(), "--users", "20");
    assertThat(sampled.err()).isEmpty();
    assertThat(sampled.out()).contains("test: 20 users", "a sample of 60 users");
  }

  @Test
  void recommendListsUnseenItemsBestFirst() {
    JsonNode found =
        Invocation.of(
                "recommend", "--run", run.toString(), "--user", made.user(), "-k", "5", "--json")
            .json();
    assertThat(found.at("/items")).hasSize(5);
    List<String> history = new ArrayList<>();
    found.at("/history").forEach(entry -> history.add(entry.at("/item").textValue()));
    double earlier = 1;
    for (JsonNode item : found.at("/items")) {
      assertThat(item.at("/score").doubleValue()).isLessThanOrEqualTo(earlier);
      assertThat(history).doesNotContain(item.at("/item").textValue());
      earlier = item.at("/score").doubleValue();
    }
    assertThat(found.at("/heldOut")).hasSize(1);
    assertThat(Invocation.of("recommend", "--run", run.toString(), "--user", made.user()).out())
        .contains(
            ", the newest 20 of ",
            " (UTC):",
            "recommended, seen items left out of the ranking:",
            "engaged with next");
  }

  @Test
  void oneListIsNotCountedAsMany() throws IOException {
    Path users = Files.writeString(folder.resolve("one.txt"), made.user());
    Path lists = folder.resolve("one.csv");
    assertThat(
            Invocation.of(
                    "recommend", "--run=" + run, "--users=" + users, "--to=" + lists, "-k", "1")
                .out())
        .contains(": 1 row, lists of 1 user, up to 1 of 200 items each", "lists: 1 from rows");
  }

  /** A shop's log: customer a buys milk again and again. */
  @Test
  void recommendAndEvaluateFollowTheRunInWhatTheyRank() throws IOException {
    Path log = Files.writeString(folder.resolve("shop.csv"), shop());
    Path shop = folder.resolve("shop");
    Invocation.of(
        "import",
        "table",
        "--from=" + log,
        "--to=" + shop,
        "--column=user=user",
        "--column=item=item",
        "--column=time=time");
    Path again = folder.resolve("shop-run");
    Invocation trained =
        Invocation.of(
            "train",
            "--data=" + shop,
            "--out=" + again,
            "--device=cpu",
            "--set=epochs=1",
            "--set=batchSize=8",
            "--set=layout=iid",
            "--set=masks=identity",
            "--set=dim=4",
            "--set=evaluation.rankSeen=true");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    JsonNode found = recommend(again);
    assertThat(found.at("/history").findValuesAsText("item"))
        .doesNotHaveDuplicates()
        .hasSize(4)
        .startsWith("milk");
    assertThat(found.at("/history/0/time").longValue()).isEqualTo(8);
    assertThat(found.at("/items").findValuesAsText("item")).contains("milk");
    assertThat(found.at("/seenItemsRanked").booleanValue()).isTrue();
    JsonNode unseen = recommend(again, "--no-rank-seen");
    assertThat(unseen.at("/items").findValuesAsText("item")).doesNotContain("milk");
    assertThat(unseen.at("/seenItemsRanked").booleanValue()).isFalse();
    assertThat(found.at("/historyItems").intValue()).isEqualTo(4);
    assertThat(found.at("/timed").booleanValue()).isTrue();
    assertThat(Invocation.of("recommend", "--run=" + again, "--user=a").out().lines())
        .startsWith("user a, 4 items, newest first (UTC):", "  1970-01-01 00:00  milk");
    String[] ofA = {"recommend", "--run=" + again, "--user=a", "--no-rank-seen", "--rank-seen"};
    assertThat(Invocation.of(Arrays.copyOf(ofA, 3)).out())
        .contains("recommended, seen items ranked:")
        .doesNotContain("not ranked");
    assertThat(Invocation.of(Arrays.copyOf(ofA, 4)).out())
        .containsPattern(
            "\n    -  .*  tea\\R    -: not ranked, being an item of the history \\(--ra");
    ofA[3] = "--without=id = 'tea'";
    assertThat(Invocation.of(ofA).out())
        .containsPattern("\n    -  .*  tea\\R    -: not ranked, being one that --among or --witho");
    assertThat(Invocation.of("evaluate", "--run=" + again).out()).contains(", seen items ranked");
    Invocation.of("evaluate", "--run=" + again, "--no-rank-seen")
        .refused(2, "no user of the test split has an item left to find");
    assertThat(Invocation.of("evaluate", "--run=" + run).out())
        .contains(", seen items left out of the ranking");
    // A run that leaves them out, and the flag that ranks them.
    assertThat(evaluate("--rank-seen").at("/protocol/seenItemsRanked").booleanValue()).isTrue();
    assertThat(evaluate().at("/protocol/seenItemsRanked").booleanValue()).isFalse();
    for (String command : List.of("evaluate", "recommend")) {
      assertThat(Invocation.of(command, "--help").out())
          .contains("--[no-]rank-seen", "evaluation.rankSeen");
    }
  }

  private static JsonNode recommend(Path run, String... more) {
    return Invocation.of(
            Stream.concat(
                    Stream.of("recommend", "--run=" + run, "--user=a", "--json"), Stream.of(more))
                .toArray(String[]::new))
        .json();
  }

  private static String shop() {
    StringBuilder log = new StringBuilder("user,item,time\n");
    for (String user : List.of("a", "b", "c", "d")) {
      String[] bought = {"milk", "milk", "tea", "milk", "jam", "tea", "jam", "milk"};
      for (int i = 0; i < bought.length; i++) {
        log.append("%s,%s,%d\n".formatted(user, bought[i], i + 1));
      }
      log.append("%s,%s,9\n%s,own-%s,0\n".formatted(user, "tea", user, user));
    }
    return log.toString();
  }

  @Test
  void exportWritesVectorsOfAllUsersAndItems() throws IOException {
    Path vectors = folder.resolve("vectors");
    JsonNode answer =
        Invocation.of(
                "export",
                "--run",
                run.toString(),
                "--to",
                vectors.toString(),
                "--format",
                "npy,safetensors,parquet",
                "--json")
            .json();
    assertThat(answer.at("/files")).hasSize(9);
    assertThat(Files.size(vectors.resolve("items.npy"))).isEqualTo(128 + 4 * 200 * 8);
    Invocation.of("export", "--run", run.toString(), "--to", vectors.toString(), "--format", "npy")
        .refused(2, "already exists");
    Invocation.of("export", "--run", run.toString(), "--to", vectors + "2", "--format", "hdf5")
        .refused(2, "parquet, npy, safetensors");
  }

  @ParameterizedTest
  @CsvSource({"evaluate", "recommend", "export"})
  void runsThatAreNoneAreRefused(String command) throws IOException {
    List<String> more =
        switch (command) {
          case "recommend" -> List.of("--user", "1");
          case "export" -> List.of("--to", folder + "/x", "--format", "npy");
          default -> List.of();
        };
    List<String> arguments = new ArrayList<>(List.of(command, "--run", folder + "/absent"));
    arguments.addAll(more);
    Invocation.of(arguments.toArray(String[]::new)).refused(2, "no run at");
    arguments.set(2, data.toString());
    Invocation.of(arguments.toArray(String[]::new)).refused(2, "no run at");
  }

  @Test
  void aRunIsTiedToItsDataSet() {
    Path other = folder.resolve("other");
    Invocation.of(
        "generate", "--to", other.toString(), "--users", "60", "--items", "200", "--rows", "901");
    Invocation.of("evaluate", "--run", run.toString(), "--data", other.toString())
        .refused(3, "has checksum");
    Invocation.of("evaluate", "--run", run.toString(), "--data", folder + "/gone")
        .refused(2, "not at", "--data");
  }

  /** Lists of all items find everything, and order alone is left to choose. */
  @Test
  void cutoffsAndListsAsLongAsTheCatalogueAreTold() {
    int items = 200;
    Invocation told =
        Invocation.done(
            "evaluate", "--run=" + run, "-k", "5,%d,%d".formatted(items, items + 3), "--json");
    assertThat(told.json().at("/metrics/recall@" + items).doubleValue()).isEqualTo(1);
    assertThat(told.err())
        .contains(
            "note: --k 5,%d,%d: lists of %1$d and %2$d hold all %1$d items of the log, so recall"
                    .formatted(items, items + 3)
                + " and hit rate at these cutoffs are 1 for any model; choose cutoffs below "
                + items);
    assertThat(Invocation.done("evaluate", "--run=" + run, "--k=" + (items - 1)).err())
        .doesNotContain("lists of");
    String user = "--user=" + made.user();
    for (String length : List.of("-k", "--k")) {
      assertThat(Invocation.done("recommend", "--run=" + run, user, length, "500").err())
          .contains(
              "note: -k: received 500, and the log has " + items + " items: a list holds all");
    }
    assertThat(Invocation.done("recommend", "--run=" + run, user, "-k", "" + (items - 1)).err())
        .doesNotContain("-k");
    assertThat(
            made.train(
                    folder.resolve("by-all"),
                    "--set=epochs=1",
                    "--set=evaluation.metrics=[recall@200]",
                    "--set=evaluation.stopMetric=recall@200")
                .err())
        .contains("note: evaluation.metrics recall@200: lists of 200 hold all 200 items");
    assertThat(
            Invocation.done(
                "compare",
                "--data=" + data,
                "--out=" + folder.resolve("all"),
                "--arms=iid/identity,sorted/identity",
                "--seeds=1",
                "--metric=recall@300",
                "--device=cpu",
                "--set=epochs=1",
                "--set=dim=4",
                "--json"))
        .satisfies(
            compared -> {
              String all = "recall@300: lists of 300 hold all 200 items of the log";
              assertThat(compared.err()).contains("note: " + all);
              assertThat(compared.json().at("/warnings").toString()).contains("\"" + all);
            });
  }

  @Test
  void rubbishQuestionsAreRefused() {
    Invocation.of("evaluate", "--run", run.toString(), "--split", "train")
        .refused(2, "--split: received 'train'; allowed: validation, test");
    Invocation.of("evaluate", "--run", run.toString(), "--k", "0").refused(2, "1 to");
    Invocation.of("recommend", "--run", run.toString(), "--user", "nobody")
        .refused(2, "no user 'nobody'; allowed", "for example");
    Invocation.of("recommend", "--run", run.toString(), "--user", "0" + made.user())
        .refused(2, "'0%1$s' (the log has '%1$s'; write it so); allowed".formatted(made.user()));
    Invocation.of("recommend", "--run", run.toString(), "--user", made.user(), "-k", "0")
        .refused(2, "1 and up");
  }
}
