package dev.twotower.trainer.command;

import static java.io.OutputStream.nullOutputStream;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One rule for all commands: what is not there, or is of another kind than the option takes, is bad
 * usage; what is of the right kind and damaged is bad data.
 */
class ExitCodeTest {
  private static final Set<String> PATHS = Set.of("--data", "--run", "--vectors", "--from");

  /** Each command with an option that takes a path, as {@code %s}, and all else that it needs. */
  static final List<String> COMMANDS =
      List.of(
          "describe --data %s",
          "diagnose --data %s",
          "train --data %s --out new",
          "compare --data %s --arms iid/identity,sorted/identity --out new",
          "curve --data %s --out new",
          "tune --data %s --minutes 1 --out new",
          "quantize --data %s --features name --out new",
          "quantize --run %s --out new",
          "quantize --vectors %s --out new",
          "evaluate --run %s",
          "evaluate --vectors %s --data DATA",
          "export --run %s --to new --format npy",
          "recommend --run %s --user 1",
          "similar --run %s --item 1",
          "train --data DATA --out new --from %s",
          "import table --from %s --to new --column user=u --column item=i");

  @TempDir static Path folder;

  @BeforeAll
  static void writeEachKind() throws IOException {
    Invocation.done(
        "generate", "--to", folder + "/data", "--users", "20", "--items", "80", "--rows", "100");
    Files.writeString(folder.resolve("text.csv"), "u,i\n1,a\n");
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("config.yaml"), "seed: 1\n");
    Files.writeString(run.resolve("metrics.jsonl"), "");
    Files.createDirectory(folder.resolve("empty"));
    Path month = Files.createDirectories(folder.resolve("parts/month=1"));
    Files.writeString(month.resolve("a.csv"), "u,i\n1,a\n");
    Files.writeString(month.resolve("b.csv.gz"), "u,i\n1,a\n");
    Files.writeString(month.resolve("_SUCCESS"), "");
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.write(damaged.resolve("dataset.json"), new byte[] {0, 1, (byte) 0xff, '{'});
    Files.write(folder.resolve("cut.parquet"), "PAR1 and no more".getBytes("ASCII"));
  }

  private static Invocation run(String command, String path) {
    return Invocation.of(
        Arrays.stream(command.split(" "))
            .map(
                word ->
                    switch (word) {
                      case "%s" -> folder.resolve(path).toString();
                      case "new" -> folder.resolve("new").toString();
                      case "DATA" -> folder.resolve("data").toString();
                      default -> word;
                    })
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void whatIsNotThereOrOfAnotherKindIsBadUsage(String command) {
    run(command, "absent").refused(2, "absent");
    if (command.contains("--data %s")) {
      run(command, "text.csv").refused(2, "text.csv' is a csv file, no data set; import makes one");
      run(command, "parts")
          .refused(2, "parts' is a folder of csv files, no data set; import makes");
      run(command, "run").refused(2, "run' is a run, no data set");
      run(command, "empty").refused(2, "empty");
      run(command, "damaged").refused(3, "dataset.json");
    }
    if (command.contains("--run %s") || command.startsWith("train") && command.contains("--from")) {
      run(command, "text.csv").refused(2, "text.csv");
      run(command, "data").refused(2, "data");
      run(command, "empty").refused(2, "empty");
      run(command, "run").refused(3, "run");
    }
    if (command.startsWith("quantize --vectors") || command.startsWith("import")) {
      run(command, "cut.parquet").refused(3, "cut.parquet");
    }
    if (command.startsWith("evaluate --vectors")) {
      // It takes a folder.
      run(command, "cut.parquet").refused(2, "cut.parquet");
    }
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void anOptionThatIsNeeded() {
    for (String command : List.of("describe", "diagnose")) {
      Invocation.of(command).refused(2, "--data");
    }
  }

  /** Where commands that read a run are told a log, it is called so, and not a place to look at. */
  @Test
  void aLogBesideARunIsToBeImported() {
    for (String command : List.of("evaluate", "recommend --user 1", "similar --item 1")) {
      run(command + " --run run --data %s", "text.csv")
          .refused(
              2,
              "text.csv' is a csv file, no data set; import makes one of it: twotower import table"
                  + " --from "
                  + folder.resolve("text.csv")
                  + " --to DATA --column user=COLUMN"
                  + " --column item=COLUMN");
    }
  }

  @Test
  void anAlteredFileIsNamed() throws IOException {
    Path altered = folder.resolve("altered");
    Invocation.of(
        "generate", "--to", altered.toString(), "--users", "20", "--items", "80", "--rows", "100");
    Path items = altered.resolve("items.arrow");
    byte[] bytes = Files.readAllBytes(items);
    bytes[bytes.length / 2] ^= 1;
    Files.write(items, bytes);
    Invocation.of("describe", "--data", altered.toString()).refused(3, "items.arrow");
    Files.write(items, Arrays.copyOf(bytes, bytes.length / 2));
    Invocation.of("describe", "--data", altered.toString()).refused(3, "items.arrow");
  }

  @Test
  void everyCommandThatTakesAPathIsInTheTable() {
    Set<String> known =
        COMMANDS.stream().map(command -> command.split(" ")[0]).collect(Collectors.toSet());
    Console none =
        Console.to(new PrintWriter(Writer.nullWriter()), new PrintStream(nullOutputStream()));
    CommandLine program = Main.commandLine(none);
    assertThat(
            program.getSubcommands().entrySet().stream()
                .filter(
                    each ->
                        each.getValue().getCommandSpec().options().stream()
                            .filter(OptionSpec::required)
                            .anyMatch(option -> PATHS.contains(option.longestName())))
                .map(Map.Entry::getKey))
        .isSubsetOf(known);
  }
}
