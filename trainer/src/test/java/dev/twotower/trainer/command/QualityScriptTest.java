package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * scripts/bench-peers quality over a program and a library that write what they are told to into
 * files: what the script makes of their answers, and when it asks for them again.
 */
@Timeout(60)
class QualityScriptTest {
  /** A search whose third draw is better than the defaults, as tune lists it: best first. */
  private static final String PROGRAM =
      """
      #!/usr/bin/env python3
      import json, os, sys
      words = sys.argv[1:]
      with open("calls", "a") as calls:
          calls.write(" ".join(words) + "\\n")
      if "--out" in words:
          out = words[words.index("--out") + 1]
          os.makedirs(out)
      if words[0] == "tune":
          trials = [(2, 0.3), (0, 0.2), (1, None)]
          trials = [{"number": number, "value": value, "bestEpoch": 5, "settings": {"dim": "8"}} for number, value in trials]
          with open(out + "/tune.json", "w") as file:
              json.dump({"trials": trials}, file)
      if words[0] == "evaluate":
          pairs = [{"metric": "recall@20", "relative": -0.5, "relativeLow": -0.6, "relativeHigh": -0.4, "verdict": "worse"}]
          validation = "validation" in words
          print(json.dumps({"metrics": {"recall@20": 0.25 if validation else 0.1, "ndcg@20": 0.05}, "pairs": pairs}))
      """;

  private static final String LIBRARY =
      """
      #!/usr/bin/env python3
      import json, os, sys
      words = sys.argv[1:]
      with open("calls", "a") as calls:
          calls.write(" ".join(words[1:]) + "\\n")
      draw = {"settings": {"factors": 16}, "rounds": 7, "recall": 0.25}
      answer = {"best": draw, "trials": [draw, draw]}
      if words[1] == "fit":
          answer = {"cpuSeconds": 3.0, "validationRecall": float(os.environ["RECALL"])}
      with open(words[words.index("--answer") + 1], "w") as file:
          json.dump(answer, file)
      """;

  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();

  @TempDir Path folder;

  /** Recall of the validation rows that the library finds; the program finds 0.25. */
  private String found = "0.25";

  @BeforeEach
  void programs() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash, so the script is not tested");
    assumeTrue(python(), "no python3 on the path, so the script is not tested");
    program(folder.resolve("twotower"), PROGRAM);
    Path environment = Files.createDirectories(folder.resolve("environments/implicit/bin"));
    program(environment.resolve("python"), LIBRARY);
    Files.copy(
        SCRIPTS.resolve("quality/implicit.txt"), environment.resolveSibling("installed.txt"));
    Files.createDirectories(folder.resolve("log"));
    Files.writeString(folder.resolve("log/SHA256SUMS"), "one");
  }

  private static boolean python() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(each -> Files.isExecutable(Path.of(each, "python3")));
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private int compare(String... more) throws Exception {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("/bin/bash", SCRIPTS.resolve("bench-peers").toString(), "quality"));
    words.addAll(List.of("--data", "log", "--out", "out", "--environments", "environments"));
    words.addAll(List.of("--only", "implicit-als", "--trials", "3", "--most", "2"));
    words.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().put("TWOTOWER", folder.resolve("twotower").toString());
    builder.environment().put("RECALL", found);
    builder.environment().remove("PYTHON");
    Process process = builder.start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"));
  }

  /** What was run since the last time, without its options. */
  private List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    List<String> words =
        Files.readAllLines(calls).stream().map(call -> call.split(" --", 2)[0]).toList();
    Files.delete(calls);
    return words;
  }

  /** Rows of the table after its command and its header. */
  private List<List<String>> rows() throws IOException {
    return Files.readAllLines(folder.resolve("out/quality.tsv")).stream()
        .skip(2)
        .map(line -> List.of(line.split("\t", -1)))
        .toList();
  }

  @Test
  void eachRowHoldsItsOwnFigures() throws Exception {
    assertThat(compare("--seeds", "1")).as(said()).isZero();
    List<List<String>> rows = rows();
    assertThat(rows).extracting(row -> row.get(1)).first().isEqualTo("twotower, tuned");
    // Draws, then (after the time of the search) recall of the validation rows.
    assertThat(rows).extracting(row -> row.get(2)).containsExactly("3", "0", "2");
    assertThat(rows).extracting(row -> row.get(4)).containsExactly("0.3", "0.2", "0.25");
    assertThat(rows.get(2).subList(7, 11)).containsExactly("-50", "-60", "-40", "worse");
    assertThat(rows.get(2).get(13)).isEqualTo("factors=16 rounds=7");
    assertThat(Files.readString(folder.resolve("calls")))
        .contains("--config out/log/tune/best.yaml --set epochs=5")
        .contains("--against out/log/best-1")
        .contains("search implicit-als --seconds")
        .contains("--most 2");
  }

  @Test
  void startedAgainItGoesOn() throws Exception {
    assertThat(compare("--seeds", "1")).as(said()).isZero();
    List<List<String>> first = rows();
    calls();
    assertThat(compare("--seeds", "1")).isZero();
    assertThat(calls()).containsExactly("--version");
    assertThat(rows()).isEqualTo(first);

    assertThat(compare("--seeds", "2")).isZero();
    assertThat(calls())
        .containsExactly(
            "--version", "train", "evaluate", "train", "evaluate", "fit implicit-als", "evaluate");
  }

  /** Else a table would hold figures of another command than the one in its first line. */
  @ParameterizedTest
  @ValueSource(strings = {"--trials 4", "--most 5", "--rank-seen"})
  void answersUnderOtherConditionsAreNotTaken(String other) throws Exception {
    assertThat(compare("--seeds", "1")).as(said()).isZero();
    List<List<String>> first = rows();
    List<String> words = new ArrayList<>(List.of("--seeds", "1"));
    words.addAll(List.of(other.split(" ")));
    assertThat(compare(words.toArray(String[]::new))).isEqualTo(1);
    assertThat(said())
        .contains("received " + (other.contains(" ") ? other : other + " True"))
        .contains("out/log holds answers for " + other.split(" ")[0])
        .contains("allowed: the same, or another --out");
    assertThat(rows()).isEqualTo(first);
  }

  @Test
  void answersForAnotherLogAreNotTaken() throws Exception {
    assertThat(compare("--seeds", "1")).as(said()).isZero();
    Files.writeString(folder.resolve("log/SHA256SUMS"), "two");
    assertThat(compare("--seeds", "1")).isEqualTo(1);
    assertThat(said()).contains("received a data set with the SHA-256", "another --out");

    Files.delete(folder.resolve("out/log/conditions.json"));
    assertThat(compare("--seeds", "1")).isEqualTo(1);
    assertThat(said()).contains("out/log holds answers, but not what they were made with");
  }

  @Test
  void aPeerThatFindsAnotherRecallThanEvaluateIsRefused() throws Exception {
    found = "0.3";
    assertThat(compare("--seeds", "1")).isEqualTo(1);
    assertThat(said()).contains("validation recall@20 is 0.3 here, 0.25 by twotower evaluate");
  }
}
