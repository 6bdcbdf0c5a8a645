package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** train, evaluate, recommend and export on a small generated data set. */
class RunCommandsTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path run;
  private static JsonNode trained;

  @BeforeAll
  static void train() {
    data = folder.resolve("data");
    Invocation.of(
        "generate", "--to", data.toString(), "--users", "60", "--items", "200", "--rows", "900");
    run = folder.resolve("a run");
    trained = train(run, "--json").json();
  }

  private static Invocation train(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--data", data.toString()));
    arguments.addAll(List.of("--out", out.toString(), "--device", "cpu"));
    arguments.addAll(List.of("--set", "epochs=2", "--set", "batchSize=128", "--set", "dim=8"));
    arguments.addAll(List.of("--set", "user.embedding=8", "--set", "item.embedding=8"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void trainAnswersWithTheResultAndLeavesARun() {
    assertThat(trained.at("/epochs").intValue()).isEqualTo(2);
    assertThat(trained.at("/rows").intValue()).isEqualTo(2 * 780);
    assertThat(trained.at("/metrics/recall@20").doubleValue()).isBetween(0.0, 1.0);
    assertThat(run.resolve("config.yaml")).content().contains("batchSize: 128", "device: cpu");
    assertThat(run.resolve("metrics.jsonl")).isNotEmptyFile();
    assertThat(run.resolve("model.json")).isNotEmptyFile();
  }

  @Test
  void anAlteredDataSetIsNamedWithItsChecksumBeforeTraining() throws IOException {
    Path altered = folder.resolve("altered");
    Invocation.of(
        "generate", "--to", altered.toString(), "--users", "60", "--items", "200", "--rows", "900");
    Path part = altered.resolve("interactions/part-train-0.arrow");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 1;
    Files.write(part, bytes);
    Path out = folder.resolve("altered-run");
    Invocation.of("train", "--data", altered.toString(), "--out", out.toString())
        .refused(3, part.toString(), "SHA-256 expected");
    assertThat(out).doesNotExist();
    Path comparison = folder.resolve("altered-comparison");
    Invocation.of(
            "compare",
            "--data=" + altered,
            "--arms=iid/identity,sorted/identity",
            "--seeds=1",
            "--out=" + comparison)
        .refused(3, part.toString(), "SHA-256 expected");
    assertThat(comparison).doesNotExist();
    for (String command : List.of("evaluate", "export")) {
      List<String> arguments = new ArrayList<>(List.of(command, "--run", run.toString()));
      arguments.addAll(List.of("--data", altered.toString()));
      if (command.equals("export")) {
        arguments.addAll(List.of("--to", folder.resolve("none").toString(), "--format", "npy"));
      }
      Invocation.of(arguments.toArray(String[]::new))
          .refused(3, part.toString(), "SHA-256 expected");
    }
  }

  @Test
  void sameSeedSameMetrics() {
    JsonNode again = train(folder.resolve("again"), "--json").json();
    assertThat(again.at("/metrics")).isEqualTo(trained.at("/metrics"));
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
        .isCloseTo(trained.at("/metrics/recall@20").doubleValue(), within(1e-9));
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

  /** The epoch that validation chose, and then all rows but those of the test. */
  @Test
  void theLastTrainingIsOnValidationTooForTheChosenEpochs() {
    Path last = folder.resolve("last");
    String[] options = {"--on", "train+validation", "--epochs-of", run.toString()};
    train(last, options).refused(2, "--epochs-of", "--set epochs");
    String[] arguments = {"train", "--data=" + data, "--out=" + last, "--set=batchSize=128"};
    String[] chosen = with(new String[] {"--set=dim=8", "--device=cpu"}, with(options, arguments));
    Invocation.of(with(new String[] {"--set=evaluation.patience=3"}, chosen))
        .refused(2, "trainOn", "evaluation.patience");
    JsonNode result = Invocation.of(with(new String[] {"--json"}, chosen)).json();
    assertThat(result.at("/epochs").longValue()).isEqualTo(trained.at("/bestEpoch").longValue());
    assertThat(result.at("/rows").longValue()).isEqualTo(result.at("/epochs").longValue() * 840);
    assertThat(result.at("/metrics")).isEmpty();
    assertThat(RunDirectory.open(last).card().trainedOn()).isEqualTo("train+validation");
    Invocation.of("evaluate", "--run", last.toString(), "--split", "validation")
        .refused(2, "the validation split was learned from", "allowed: test");
    assertThat(Invocation.of("evaluate", "--run", last.toString(), "--json").json().at("/users"))
        .isEqualTo(evaluate().at("/users"));
    assertThat(
            Invocation.of("recommend", "--run", last.toString(), "--user", user(), "--json")
                .json()
                .at("/history"))
        .isEqualTo(
            Invocation.of("recommend", "--run", run.toString(), "--user", user(), "--json")
                .json()
                .at("/history"));
    assertThat(Invocation.of(with(new String[] {"--resume"}, chosen)).exitCode()).isZero();
  }

  private static String[] with(String[] last, String... first) {
    return Stream.concat(Stream.of(first), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void recommendListsUnseenItemsBestFirst() {
    JsonNode found =
        Invocation.of("recommend", "--run", run.toString(), "--user", user(), "-k", "5", "--json")
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
    assertThat(Invocation.of("recommend", "--run", run.toString(), "--user", user()).out())
        .contains(
            "newest first",
            "recommended, seen items left out of the ranking:",
            "engaged with next");
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
    assertThat(Invocation.of("recommend", "--run=" + again, "--user=a").out())
        .contains("recommended, seen items ranked:");
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

  private static String user() {
    try (var opened = Dataset.open(data)) {
      return opened.userTable().id(3);
    }
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
    assertThat(answer.at("/files")).hasSize(8);
    assertThat(Files.size(vectors.resolve("items.npy"))).isEqualTo(128 + 4 * 200 * 8);
    Invocation.of("export", "--run", run.toString(), "--to", vectors.toString(), "--format", "npy")
        .refused(2, "already exists");
    Invocation.of("export", "--run", run.toString(), "--to", vectors + "2", "--format", "hdf5")
        .refused(2, "parquet, npy, safetensors");
  }

  @Test
  void aFinishedRunResumesToTheSameResult() {
    JsonNode resumed =
        Invocation.of(
                "train", "--data", data.toString(), "--out", run.toString(), "--resume", "--json")
            .json();
    assertThat(resumed.at("/steps")).isEqualTo(trained.at("/steps"));
    Invocation.of(
            "train",
            "--data",
            data.toString(),
            "--out",
            run.toString(),
            "--resume",
            "--set",
            "epochs=3")
        .refused(2, "leave out --config, --set", "epochs: 2 there, 3 now", "batchSize: 128 there");
    assertThat(train(run, "--resume", "--json").json().at("/steps"))
        .isEqualTo(trained.at("/steps"));
    Invocation.of("train", "--data", data.toString(), "--out", folder + "/none", "--resume")
        .refused(2, "no run at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --set batchSize=1 --set epoch=3 --set loss.temperature=x | 3 problems in --set
          --set masks=context:nowhere      | nowhere
          --set layout=iid:3               | iid, sorted, requests:G
          --set batchSize=781              | 2 to 780
          --set user.features=[age]        | age
          --set nonsense                   | KEY=VALUE
          --device=gpu:99                  | gpu:99
          --config=absent.yaml             | absent.yaml
          """)
  void trainRefusesBeforeWritingAnything(String options, String fragment) {
    Path out = folder.resolve("refused");
    List<String> arguments =
        new ArrayList<>(List.of("train", "--data", data.toString(), "--out", out.toString()));
    arguments.addAll(List.of("--set", "batchSize=64"));
    arguments.addAll(List.of(options.split(" ")));
    Invocation.of(arguments.toArray(String[]::new)).refused(2, fragment);
    assertThat(out).doesNotExist();
  }

  @Test
  void anExistingRunIsNotOverwritten() {
    train(run).refused(2, "already exists");
  }

  @Test
  void anUnfinishedRunIsResumedRatherThanRemoved() throws IOException {
    Path begun = folder.resolve("begun");
    RunDirectory.create(begun, RunDirectory.open(run).config()).close();
    String command = "--data " + data + " --out " + begun + " --resume";
    assertThat(train(begun).refused(2, "continue with: twotower train " + command).err())
        .doesNotContain("remove");
    assertThat(train(begun, "--resume").exitCode()).isZero();
    train(begun).refused(2, "already exists");
  }

  @Test
  void withoutATerminalEveryEpochLeavesALine() {
    assertThat(
            train(folder.resolve("lines")).err().lines().filter(line -> line.startsWith("epoch")))
        .hasSize(2)
        .allMatch(
            line ->
                line.matches(
                    "epoch [12] of 2: loss [0-9.]+, [0-9,]+ rows/s, recall@[0-9]+ [0-9.]+( \\(best\\))?, [0-9.]+ s"));
  }

  @Test
  void whatTheLogDecidesIsToldAndKeptAsNumbers() throws IOException {
    Path out = folder.resolve("chosen");
    Invocation trained =
        Invocation.of(
            "train", "--data=" + data, "--out=" + out, "--set=epochs=2", "--device=cpu", "--json");
    assertThat(trained.err())
        .contains("chosen by the log: loss.temperature = ", "chosen by the log: batchSize = ")
        .doesNotContain("chosen by the log: epochs");
    assertThat(Files.readString(out.resolve("config.yaml")).lines())
        .noneMatch(line -> line.endsWith(": auto"));
    boolean rising = trained.json().at("/stillRising").booleanValue();
    assertThat(trained.json().at("/bestEpoch").intValue() == 2).isEqualTo(rising);
    assertThat(trained.err().contains("still rose when training ended")).isEqualTo(rising);
    assertThat(Files.readString(out.resolve("model.json")).contains("stillRising"))
        .isEqualTo(rising);
    // Asked again with the same options, the same is chosen, so the run may be resumed.
    assertThat(
            Invocation.of(
                    "train",
                    "--data=" + data,
                    "--out=" + out,
                    "--set=epochs=2",
                    "--device=cpu",
                    "--resume")
                .exitCode())
        .isZero();
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

  @Test
  void rubbishQuestionsAreRefused() {
    Invocation.of("evaluate", "--run", run.toString(), "--split", "train").refused(2, "train");
    Invocation.of("evaluate", "--run", run.toString(), "--k", "0").refused(2, "1 to");
    Invocation.of("recommend", "--run", run.toString(), "--user", "nobody")
        .refused(2, "no user 'nobody'", "for example");
    Invocation.of("recommend", "--run", run.toString(), "--user", user(), "-k", "0")
        .refused(2, "1 and up");
  }
}
