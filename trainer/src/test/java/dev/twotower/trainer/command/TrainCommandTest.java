package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What train does, refuses, leaves and continues. */
class TrainCommandTest {
  @TempDir static Path folder;
  private static ShortRun made;
  private static Path data;
  private static Path run;
  private static JsonNode trained;

  @BeforeAll
  static void train() {
    made = ShortRun.in(folder);
    data = made.data();
    run = made.run();
    trained = made.trained();
  }

  private static Invocation train(Path out, String... more) {
    return made.train(out, more);
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
    assertThat(evaluate(last).at("/users")).isEqualTo(evaluate(run).at("/users"));
    assertThat(recommend(last).at("/history")).isEqualTo(recommend(run).at("/history"));
    assertThat(Invocation.of(with(new String[] {"--resume"}, chosen)).exitCode()).isZero();
  }

  private static JsonNode evaluate(Path run) {
    return Invocation.of("evaluate", "--run=" + run, "--json").json();
  }

  private static JsonNode recommend(Path run) {
    return Invocation.of("recommend", "--run=" + run, "--user=" + made.user(), "--json").json();
  }

  private static String[] with(String[] last, String... first) {
    return Stream.concat(Stream.of(first), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void aFinishedRunResumesToTheSameResult() {
    JsonNode resumed =
        Invocation.of(
                "train", "--data", data.toString(), "--out", run.toString(), "--resume", "--json")
            .json();
    assertThat(resumed.at("/steps")).isEqualTo(trained.at("/steps"));
    Invocation longer =
        Invocation.of("train", "--out=" + run, "--resume", "--set=epochs=5")
            .refused(
                2,
                "leave out --config, --set",
                "epochs: 2 there, 5 now",
                "A run cannot be made longer",
                "--data " + data + " --out NEW --from '" + run + "' --set epochs=3");
    assertThat(longer.err()).doesNotContain("batchSize", "temperature", "masks");
    assertThat(train(run, "--resume", "--set=loss.temperature=auto").err())
        .contains("training of " + run + " has ended");
    Invocation.of("train", "--out=" + run, "--resume", "--set=dim=9")
        .refused(2, "dim: 8 there, 9 now");
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
          --set shuffle=disk               | shuffle is disk, and layout is requests:
          --set layout=sorted --set shuffle=disk | allowed: disk with --set layout=iid
          --set batchSize=781              | 2 to 780
          --set user.features=[age]        | age
          --set item.features=[id,categroy] --set user.features=[age] | 2 problems in settings for the data set
          --set item.features=[id,categroy] | item.features[1]: received 'categroy'; allowed: id
          --set item.features=[id,categroy] | did you mean 'category'?
          --set user.idDropout=2           | 1 problem in --set
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
  void mistakesOfEveryKindAreToldAtOnce() {
    String[] command = {"train", "--data=" + data, "--out=" + folder.resolve("refused")};
    Invocation.of(
            with(
                new String[] {
                  "--set=epoch=3",
                  "--epochs=0",
                  "--set=user.features=[age]",
                  "--set=masks=identity+context:nowhere+context:noplace",
                  "--set=item.features=[{name: colour}]"
                },
                command))
        .refused(
            2,
            "2 problems in --set",
            "epoch: received an unknown key",
            "epochs: received 0",
            "2 problems in settings for the data set",
            "user.features[0]: received 'age'",
            "item.features[0]: received 'colour'",
            "there is no column 'nowhere'",
            "there is no column 'noplace'");
    Invocation.of(
            with(
                new String[] {
                  "--batch-size=781",
                  "--set=user.features=[age]",
                  "--set=optimizer.warmupSteps=1000000",
                  "--set=masks=context:nowhere"
                },
                command))
        .refused(
            2,
            "user.features[0]: received 'age'",
            "allowed: 2 to 780",
            "optimizer.warmupSteps: received 1000000",
            "there is no column 'nowhere'");
    for (String other : List.of("train", "tune", "compare", "curve")) {
      Invocation.of(
              other,
              "--data=" + folder.resolve("absent"),
              "--out=" + folder.resolve("refused"),
              other.equals("compare") ? "--arms=iid/identity,sorted/identity" : "--set=dim=0",
              other.equals("tune") ? "--trials=1" : "--set=dim=0",
              "--set=layot=iid")
          .refused(2, "layot: received an unknown key", "--data: nothing exists at");
    }
  }

  @Test
  void anExistingRunIsNotOverwritten() {
    train(run).refused(2, "already exists");
  }

  @Test
  void anUnfinishedRunIsResumedRatherThanRemoved() throws IOException {
    Path begun = folder.resolve("begun");
    RunDirectory.create(begun, RunDirectory.open(run).config()).close();
    String command =
        "--data " + data + " --out " + begun + " --resume"; // It does not know its data set.
    assertThat(train(begun).refused(2, "continue with: twotower train " + command).err())
        .doesNotContain("remove");
    assertThat(train(begun, "--resume").exitCode()).isZero();
    train(begun).refused(2, "already exists");
  }

  /** As after a disk was full: what the messages advise, with nothing else given again. */
  @Test
  void aRunGoesOnWithAnotherShuffle() throws IOException {
    RunConfig disk = RunDirectory.open(run).config().with("layout=iid", "shuffle=disk");
    Path one = folder.resolve("shuffled");
    Path other = folder.resolve("shuffled-otherwise");
    RunDirectory.create(one, disk).close();
    RunDirectory.create(other, disk).close();
    String copied = "rows are shuffled through the disk";
    assertThat(resume(one).err()).contains(copied);
    assertThat(resume(other, "--set=shuffle=memory").err()).doesNotContain(copied);
    assertThat(other.resolve("model/weights.safetensors"))
        .hasSameBinaryContentAs(one.resolve("model/weights.safetensors"));
    assertThat(RunDirectory.open(other).config()).isEqualTo(disk);
    Invocation.of(resuming(one, "--set=shuffle=memory", "--set=epochs=3"))
        .refused(2, "epochs: 2 there, 3 now");
    Invocation.of(resuming(run, "--set=shuffle=disk")).refused(2, "disk with --set layout=iid");
  }

  private static Invocation resume(Path out, String... more) {
    return Invocation.done(resuming(out, more));
  }

  private static String[] resuming(Path out, String... more) {
    return with(more, "train", "--data=" + data, "--out=" + out, "--resume");
  }

  @Test
  void withoutATerminalEveryEpochLeavesALine() {
    assertThat(
            train(folder.resolve("lines")).err().lines().filter(line -> line.startsWith("epoch")))
        .hasSize(2)
        .allMatch(
            line ->
                line.matches(
                    "epoch [12] of 2: loss [0-9.]+, [0-9,]+ rows/s, validation loss"
                        + " [0-9.]+, recall@[0-9]+ [0-9.]+("
                        + " \\(best\\))?, [0-9.]+ s"));
  }

  /** The same options again are the same run, whatever temperature was found. */
  @Test
  void aTemperatureFoundByTryingIsKept() throws IOException {
    Path out = folder.resolve("tried");
    String[] command = {"train", "--data=" + data, "--out=" + out, "--set=dim=8", "--device=cpu"};
    Invocation trained = Invocation.done(command);
    String told =
        trained.err().lines().filter(line -> line.startsWith("chosen by trying")).findFirst().get();
    double taken = RunDirectory.open(out).config().loss().temperature();
    assertThat(told).contains("recall@20 on validation rows after", " at ");
    assertThat(Double.parseDouble(told.split("[=;]")[1])).isEqualTo(taken);
    String other = Files.readString(out.resolve("config.yaml"));
    Path changed = folder.resolve("tried-other");
    JsonNode tried = Invocation.done(with(new String[] {"--resume", "--json"}, command)).json();
    assertThat(tried.at("/tried/setting").textValue()).isEqualTo("loss.temperature");
    assertThat(tried.at("/tried/chosen").doubleValue()).isEqualTo(taken);
    assertThat(tried.at("/tried/trials").size()).isGreaterThanOrEqualTo(2);
    for (JsonNode trial : tried.at("/tried/trials")) {
      assertThat(told)
          .contains(
              String.format(
                  Locale.ROOT,
                  "%.4f at %.2f",
                  trial.path("mean").doubleValue(),
                  trial.path("value").doubleValue()));
    }
    assertThat(out.resolve("SHA256SUMS")).content().contains("  tried.json");
    assertThat(new ObjectMapper().readTree(out.resolve("tried.json").toFile()))
        .isEqualTo(tried.at("/tried"));
    Invocation.of(with(new String[] {"--resume", "--set=loss.temperature=0.5"}, command))
        .refused(2, "loss.temperature");
    assertThat(Files.readString(out.resolve("config.yaml"))).isEqualTo(other);
    Invocation.done(
        "train",
        "--data=" + data,
        "--out=" + changed,
        "--set=dim=8",
        "--device=cpu",
        "--on=train+validation",
        "--epochs-of=" + out);
    assertThat(RunDirectory.open(changed).config().loss().temperature()).isEqualTo(taken);
  }

  /** Where the last two evaluations were each the best so far, and where they were not. */
  @ParameterizedTest
  @CsvSource({"0.001, false", "5, true"})
  void saysThatValidationStillRoseWhereItDid(String rate, boolean expected) throws IOException {
    Path out = folder.resolve("rising-" + rate);
    String[] command = {
      "train",
      "--data=" + data,
      "--out=" + out,
      "--set=epochs=4",
      "--set=optimizer.tableLearningRate=" + rate,
      "--set=evaluation.stopMetric=mrr",
      "--set=threads=1",
      "--device=cpu",
      "--json"
    };
    Invocation trained = Invocation.done(command);
    List<Double> values = new ArrayList<>();
    for (JsonNode line : RunDirectory.open(out).metrics()) {
      if (line.path("type").textValue().equals("evaluation")) {
        values.add(line.at("/metrics/mrr").doubleValue());
      }
    }
    assertThat(values).hasSize(4);
    boolean rose =
        values.get(2) > Math.max(values.get(0), values.get(1)) && values.get(3) > values.get(2);
    assertThat(rose).as("%s", values).isEqualTo(expected);
    for (Invocation each :
        List.of(trained, Invocation.done(with(new String[] {"--resume"}, command)))) {
      assertThat(each.json().at("/stillRising").booleanValue()).isEqualTo(rose);
      assertThat(each.err().contains("still rose when training ended")).isEqualTo(rose);
    }
    assertThat(Files.readString(out.resolve("model.json")).contains("stillRising")).isEqualTo(rose);
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
    // The way to shuffle changes no batch, and goes by the memory that there is.
    assertThat(Files.readString(out.resolve("config.yaml")).lines())
        .filteredOn(line -> line.endsWith(": auto"))
        .containsExactly("shuffle: auto");
    // Of two evaluations one is the last, which says nothing.
    assertThat(trained.json().at("/stillRising").booleanValue()).isFalse();
    assertThat(trained.err()).doesNotContain("still rose");
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
}
