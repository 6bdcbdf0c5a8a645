package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @Test
  void mistakesAreFoldedToTheTerminal() {
    String plain = Invocation.of("train", "--data=x", "--out=y", "--set=nix=1").err();
    assertThat(plain.lines()).anyMatch(line -> line.length() > 200);
    System.setProperty("twotower.columns", "80");
    System.setProperty("twotower.terminal", "true");
    try {
      String folded = Invocation.of("train", "--data=x", "--out=y", "--set=nix=1").err();
      assertThat(folded.lines()).allMatch(line -> line.length() <= 80);
      assertThat(folded.replaceAll("\\s+", " ")).isEqualTo(plain.replaceAll("\\s+", " "));
    } finally {
      System.clearProperty("twotower.columns");
      System.clearProperty("twotower.terminal");
    }
  }

  private static final Console CONSOLE =
      new Console(
          new PrintWriter(System.out, false, StandardCharsets.UTF_8),
          System.err,
          false,
          new Interruption());

  @Test
  void errorsHaveNoColourWhereTheyGoToAFile() {
    System.setProperty("picocli.ansi", "true");
    try {
      assertThat(Invocation.of("--help").out()).contains("\u001b[");
      assertThat(Invocation.of().err()).contains("import").doesNotContain("\u001b");
    } finally {
      System.clearProperty("picocli.ansi");
    }
  }

  static Stream<String> commands() {
    return Main.commandLine(CONSOLE).getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpExplainsEachCommandWithExamplesThatParse(String command) {
    Invocation help = Invocation.of(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(help.out()).doesNotContain("Optional.empty", "Default: []", "Default: {}");
    assertThat(help.out()).doesNotContainPattern("design [0-9]");
    String printed = help.out().substring(help.out().indexOf("Examples:"));
    List<String> examples =
        printed
            .replaceAll(" \\\\\\R +", " ")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("twotower "))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      String[] arguments = example.substring("twotower ".length()).split(" +");
      assertThat(arguments[0]).isEqualTo(command);
      CommandLine line = Main.commandLine(CONSOLE);
      assertThat(line.parseArgs(arguments).subcommand()).as(example).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"defaults.yaml", "quantize.yaml"})
  void defaultsCiteNothingThatIsNotInTheRepository(String name) throws IOException {
    try (InputStream in = RunConfig.class.getResourceAsStream(name)) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .contains("#")
          .doesNotContainPattern("design [0-9]");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void unknownOptionsAreRefusedWithASuggestion(String command) {
    Invocation.of(command, "--jsno").refused(2, "--jsno", "twotower " + command + " --help");
  }

  @Test
  void anOptionNamedLikeASettingIsToldHowToSetIt() {
    Invocation.of("curve", "--out", "x", "--epochs", "5")
        .refused(2, "Unknown option: '--epochs'", "--epochs is a setting: --set epochs=5");
    Invocation.of("compare", "--out", "x", "--lr=0.1", "--learn-temperature", "true")
        .refused(
            2,
            "--lr names several settings: --set optimizer.tableLearningRate=0.1, or"
                + " optimizer.learningRate",
            "--learn-temperature is a setting: --set loss.learnTemperature=true");
    Invocation.of("train", "--batchSize", "64")
        .refused(2, "--batchSize names several settings: --set batchSize=64, or tree.batchSize");
    Invocation.of("quantize", "--weight-decay", "0.5")
        .refused(2, "--weight-decay is a setting: --set weightDecay=0.5");
    assertThat(Invocation.of("evaluate", "--epochs", "5").err()).doesNotContain("--set");
    Invocation.of("train", "--data", "x", "--out", "y", "--set", "temperature=0.1")
        .refused(2, "'loss.temperature' or 'tree.temperature' or 'loss.topK.temperature'?");
  }

  @Test
  void noCommandOrAnUnknownOneIsBadUsage() {
    Invocation.of().refused(2, "no command given");
    Invocation.of("trian").refused(2, "twotower: unknown command 'trian'; did you mean train?");
    Invocation.of("evalute", "--help")
        .refused(2, "unknown command 'evalute'; did you mean evaluate?");
    Invocation.of("gate", "--help").refused(2, "unknown command 'gate'");
    Invocation.of("", "\0", "--").refused(2, "twotower --help");
  }

  @Test
  void everyMistakeOfACommandLineIsSaidBeforeAnythingIsRead() {
    Invocation.of(
            "diagnose --data absent --layout iid,foo --batch-size -5 --mask identity+nonsense"
                .split(" "))
        .refused(
            2, "3 problems", "foo", "--batch-size: received -5; allowed: 2 and up", "nonsense");
    Invocation.of("recommend", "--run", "absent", "--user", "x", "-k", "-3")
        .refused(2, "-k: received -3; allowed: 1 and up");
    Invocation.of("evaluate", "--run", "absent", "--users", "-4")
        .refused(2, "--users: received -4; allowed: 0 and up");
    Invocation.of("compare", "--data", "absent", "--out", "x", "--seeds", "-1")
        .refused(2, "--seeds: received -1");
  }

  @Test
  void valuesOfTheWrongKindAreRefusedInPlainWords() {
    Invocation.of("bench", "--engine", "foo")
        .refused(2, "--engine: received 'foo'; allowed: dedup, dense");
    Invocation.of("bench", "--steps", "abc")
        .refused(2, "--steps: received 'abc'; allowed: a whole number");
    Invocation.of("generate", "--to", "x", "--taste", "much")
        .refused(2, "--taste: received 'much'; allowed: a number");
  }

  @Test
  void versionAndHelpGoToStandardOutput() {
    assertThat(Invocation.of("--version").out())
        .startsWith("twotower ")
        .contains("(commit ", "engine PyTorch 2.", " by DJL 0.");
    assertThat(Invocation.of("--help").out())
        .containsSubsequence("import", "train", "recommend", "doctor");
  }

  @Test
  void failuresHaveTheDocumentedExitCodes() {
    assertThat(ExitCode.of(new IllegalArgumentException("usage"))).isEqualTo(2);
    assertThat(ExitCode.of(new BadDataException("data"))).isEqualTo(3);
    assertThat(ExitCode.of(new Interrupted("stopped"))).isEqualTo(130);
    assertThat(ExitCode.of(new IOException("disk full"))).isEqualTo(1);
  }

  @Test
  void anUnreadableConfigurationIsBadUsage(@TempDir Path folder) throws IOException {
    Path file =
        Files.write(folder.resolve("a.yaml"), "epochs: 1".getBytes(StandardCharsets.UTF_16));
    String[] train = {"train", "--data", "d", "--out", folder + "/r", "--config", file.toString()};
    Invocation.of(train).refused(2, "--config: '" + file + "' cannot be read: it is not UTF-8");
    Files.delete(file);
    Files.createDirectory(file);
    Invocation.of(train).refused(2, file.toString());
  }

  @Test
  void longValuesAreCutInEveryMessage() {
    String blob = "x".repeat(100_000);
    for (String[] line :
        new String[][] {
          {blob},
          {"train", "--" + blob},
          {"train", "--data", "d", "--out", "r", "--set", blob},
          {"train", "--data", "d", "--out", "r", "--set", blob + "=1"},
          {"train", "--data", "d", "--out", "r", "--set", "epochs=" + blob},
          {"diagnose", "--data", "d", "--layout", blob},
          {"diagnose", "--data", "d", "--batch-size", blob},
          {"diagnose", "--data", "d", "--mask", blob},
          {"describe", "--data", blob},
          {
            "compare",
            "--data",
            "d",
            "--out",
            "r",
            "--arms",
            "sorted/identity,iid/identity;" + blob + "=" + blob
          },
          {"import", "table", "--from", blob, "--to", blob, "--column", blob},
          {"recommend", "--run", blob, "--user", blob}
        }) {
      Invocation answer = Invocation.of(line);
      assertThat(answer.exitCode()).as(line[0]).isIn(2, 3);
      assertThat(answer.err().length()).as(answer.err().substring(0, 80)).isLessThan(5_000);
    }
  }

  @Test
  void doctorReportsTheEngineAsOneDocument() {
    JsonNode diagnosis = Invocation.of("doctor", "--json").json();
    assertThat(diagnosis.at("/engine/name").textValue()).isEqualTo("PyTorch");
    assertThat(diagnosis.at("/devices/0/name").textValue()).isEqualTo("cpu");
    assertThat(diagnosis.at("/machine/processors").intValue()).isPositive();
    assertThat(Invocation.of("doctor").out()).contains("PyTorch", "Ready to train.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--to", "--out"})
  void commandsThatWriteTakeEitherNameOfTheirTarget(String name, @TempDir Path folder) {
    String[] wrong = {name, folder.resolve("made").toString()};
    for (String command :
        List.of("import", "generate", "export", "train", "compare", "curve", "tune", "quantize")) {
      assertThat(Invocation.of(command, wrong[0], wrong[1]).err()).doesNotContain("Unknown");
    }
  }

  @Test
  void whatIsMissingIsToldOnce() {
    Invocation bare = Invocation.of("import").refused(2, "'FORMAT', '--from=PATH', '--to=DIR'");
    assertThat(bare.err().split("Missing required")).hasSize(2);
    Invocation.of("import", "table", "--from", "x", "--nothing")
        .refused(2, "2 problems", "Missing required option: '--to=DIR'", "Unknown option");
  }

  @Test
  void aMistypedOptionIsToldWhichWasMeant() {
    Invocation missing = Invocation.of("import", "table", "--frm", "x", "--to", "y");
    missing.refused(2, "import: Unknown option: '--frm' (did you mean '--from'?)");
    assertThat(missing.err()).doesNotContain("Missing", "problems");
    // Making the commands takes longer than asking them.
    CommandLine line = Main.commandLine(CONSOLE);
    for (CommandLine command : List.copyOf(line.getSubcommands().values())) {
      for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
        String name = option.longestName();
        if (name.length() >= 6) {
          String typed = name.substring(0, 4) + name.substring(3);
          StringWriter err = new StringWriter();
          line.setErr(new PrintWriter(err, true));
          assertThat(line.execute(command.getCommandName(), typed)).as(typed).isEqualTo(2);
          assertThat(err.toString()).contains("'" + typed + "' (did you mean '" + name + "'?)");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "import, --sep, --delimiter",
    "import, --delim, --delimiter",
    "import, --separator, --delimiter",
    "import, --output, --to",
    "import, --input, --from",
    "train, --output, --out",
    "train, --input, --data",
    "train, --gpu, --device gpu:0",
    "evaluate, --cuda, --device gpu:0",
    "evaluate, --top-k, --k",
    "recommend, --topk, --k",
    "bench, --bs, --batch-size",
    "bench, --embedding-dim, --dim",
    "import, --random-state, --seed"
  })
  void anOptionOfOtherProgramsIsToldWhichIsMeant(String command, String typed, String meant) {
    Invocation.of(command, typed).refused(2, "'" + typed + "' (did you mean '" + meant + "'?)");
  }

  @Test
  void aSettingOfOtherProgramsIsToldHowToSetIt() {
    Invocation.of("train", "--bs", "64").refused(2, "--set batchSize=64, or tree.batchSize");
    Invocation.of("train", "--embedding-dim=32").refused(2, "--set dim=32");
  }

  @Test
  void aValueThatStandsApartIsToldWhereItBelongs() {
    Invocation.of("train", "--data", "x", "--out", "y", "--set", "loss.temperature", "0.1")
        .refused(2, "--set takes KEY=VALUE as one word: --set loss.temperature=0.1");
    Invocation.of("import", "table", "--from", "x", "--to", "y", "--column", "user", "my user")
        .refused(2, "--column takes ROLE=COLUMN as one word: --column 'user=my user'");
    Invocation.of("train", "--data", "x", "--out", "y", "left", "over")
        .refused(2, "received 'left', 'over', which belongs to no option");
  }

  @Test
  void aChoiceOfOptionsIsToldInPlainWords() {
    Invocation.of("evaluate", "--data", "x")
        .refused(2, "evaluate: needed: one of --run=RUN, --vectors=DIR");
    Invocation.of("evaluate", "--run", "x", "--vectors", "y")
        .refused(2, "received --run=RUN, --vectors=DIR; allowed: only one of them");
    Invocation.of("train", "--out", "x", "--epochs")
        .refused(2, "--epochs: received no value; needed: --epochs N");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "tsv", "PARQUET", "arrow", "json", "jsonl"})
  void theKindOfAFileIsNoFormat(String kind) {
    Invocation refused = Invocation.of("import", kind, "--from", "x", "--to", "y");
    refused.refused(2, "import: FORMAT: received '" + kind + "'", "import table --from log.");
    assertThat(refused.err()).doesNotContain("problems", "Missing", "no option");
  }

  @Test
  void anOptionIsNamedOnce() {
    Invocation refused =
        Invocation.of("import", "table", "--from=x", "--to=y", "--split", "times:0.1");
    refused.refused(2, "import: --split is 'times:0.1'", "did you mean 'time'?");
  }
}
