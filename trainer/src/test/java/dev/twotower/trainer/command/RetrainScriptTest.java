package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * scripts/retrain over a program that makes the directories it is told to, and whose evaluation
 * ends with the exit code that a file names. What the real one answers, {@link TrainFromTest} says.
 */
@Timeout(60)
class RetrainScriptTest {
  private static final String PROGRAM =
      """
      #!/usr/bin/env bash
      echo "$*" >> calls
      for ((i = 1; i <= $#; i++)); do
        next=$((i + 1))
        case ${!i} in --to | --out) mkdir -p "${!next}" ;; esac
      done
      [ "$1" != evaluate ] || exit "$(cat verdict)"
      [ "$1" != "$(cat fails 2>/dev/null)" ] || exit 1
      """;

  @TempDir Path folder;

  @BeforeEach
  void program() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    Files.writeString(folder.resolve("twotower"), PROGRAM);
    Files.setPosixFilePermissions(
        folder.resolve("twotower"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("verdict"), "0");
  }

  private int retrain(String day) throws Exception {
    return retrain(day, "baskets", "--from", "a log.parquet", "--column", "time=\"sold at\"");
  }

  private int retrain(String day, String... imported) throws Exception {
    Path script = Path.of("../scripts/retrain").toAbsolutePath().normalize();
    List<String> words = new ArrayList<>(List.of("/bin/bash", script.toString(), "work", day));
    words.addAll(List.of(imported));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().put("TWOTOWER", folder.resolve("twotower").toString());
    Process process = builder.start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> calls() throws IOException {
    List<String> calls = Files.readAllLines(folder.resolve("calls"));
    Files.delete(folder.resolve("calls"));
    return calls.stream().map(call -> call.substring(0, call.indexOf(' '))).toList();
  }

  private String published() throws IOException {
    return Files.readSymbolicLink(folder.resolve("work/published")).getFileName().toString();
  }

  @Test
  void aModelThatIsWorseLeavesThePublishedOne() throws Exception {
    assertThat(retrain("2008-01-07")).isZero();
    assertThat(Files.readAllLines(folder.resolve("calls")).get(1))
        .as("nothing that only some logs need")
        .endsWith("--set evaluation.split=test --epochs 8");
    assertThat(calls()).containsExactly("import", "train", "export");
    assertThat(published()).isEqualTo("run-2008-01-07");

    Files.writeString(folder.resolve("verdict"), "4");
    assertThat(retrain("2008-01-08")).isEqualTo(4);
    assertThat(Files.readString(folder.resolve("calls")))
        .contains("--from " + folder.toRealPath().resolve("work/run-2008-01-07"))
        .contains("--against " + folder.toRealPath().resolve("work/run-2008-01-07"))
        .contains("--require not shown worse");
    assertThat(calls()).containsExactly("import", "train", "evaluate");
    assertThat(published()).isEqualTo("run-2008-01-07");
    assertThat(folder.resolve("work/serving-2008-01-08")).doesNotExist();

    Files.writeString(folder.resolve("verdict"), "0");
    assertThat(retrain("2008-01-09")).isZero();
    assertThat(calls()).containsExactly("import", "train", "evaluate", "export");
    assertThat(published()).isEqualTo("run-2008-01-09");
  }

  /** The stub writes words with blanks between them, so what must be one word is quoted here. */
  @Test
  void optionsOfImportAreHandedOn() throws Exception {
    assertThat(
            retrain(
                "2008-01-07",
                "table",
                "--from=log",
                "--join",
                "users.csv",
                "--column=time=make_timestamp(at * 1000000)",
                "--where",
                "paid > 0"))
        .isZero();
    assertThat(Files.readAllLines(folder.resolve("calls")).get(0))
        .isEqualTo(
            "import table --from=log --join users.csv --column=time=make_timestamp(at * 1000000)"
                + " --where paid > 0 --to work/data-2008-01-07 --split given:0 --column split=case"
                + " when make_timestamp(at * 1000000) >= TIMESTAMP '2007-12-31' then 'test' else"
                + " 'train' end --where make_timestamp(at * 1000000) >= TIMESTAMP '2007-10-15'"
                + " --where make_timestamp(at * 1000000) < TIMESTAMP '2008-01-07'");
  }

  @Test
  void whatFollowsFromTheDayIsRefused() throws Exception {
    assertThat(retrain("2008-01-07", "table", "--from=log")).isEqualTo(2);
    assertThat(folder.resolve("said")).content().contains("--column time=EXPRESSION is missing");
    assertThat(retrain("2008-01-07", "table", "--column", "time=at", "--split", "time:0.1"))
        .isEqualTo(2);
    assertThat(retrain("2008-01-07", "table", "--column", "time=at", "--column", "split=s"))
        .isEqualTo(2);
    assertThat(folder.resolve("said")).content().contains("received 'split=s' for import");
    assertThat(retrain("someday", "table", "--column", "time=at")).isEqualTo(2);
    assertThat(folder.resolve("said")).content().contains("received the day 'someday'");
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  @Test
  void aDayThatFailedGoesOnWhereItStopped() throws Exception {
    assertThat(retrain("2008-01-07")).isZero();
    calls();
    Files.writeString(folder.resolve("fails"), "train");
    assertThat(retrain("2008-01-08")).isEqualTo(1);
    assertThat(calls()).containsExactly("import", "train");
    assertThat(published()).isEqualTo("run-2008-01-07");

    Files.delete(folder.resolve("fails"));
    assertThat(retrain("2008-01-08")).isZero();
    assertThat(Files.readString(folder.resolve("calls"))).contains("--resume");
    assertThat(calls()).containsExactly("train", "evaluate", "export");
    assertThat(published()).isEqualTo("run-2008-01-08");
  }
}
