package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What models list of the items that users must not get stands beside every verdict. */
class DislikedTest {
  private static final String NAME = "disliked@20";

  @TempDir private static Path folder;

  private static Path log;
  private static Invocation compared;

  @BeforeAll
  static void compare() {
    Random random = new Random(7);
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("event", List.of("buy", "hide"))
            .items(40)
            .users(24);
    for (int row = 0; row < 720; row++) {
      Split split = row % 30 < 20 ? Split.TRAIN : row % 30 < 25 ? Split.VALIDATION : Split.TEST;
      int kind = row % 30 < 20 || row % 2 == 0 ? 1 : 2;
      builder.row(split, row / 30, random.nextInt(40), row / 5, row, 1, kind);
    }
    log = folder.resolve("log");
    builder.write(log).close();
    compared = run("compare", "ab", "--arms=iid/identity,sorted/identity", "--seeds=2");
    assertThat(compared.exitCode()).as(compared.err()).isZero();
  }

  private static Invocation run(String command, String out, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--data=" + log));
    words.addAll(List.of("--out=" + folder.resolve(out), "--device=cpu"));
    words.addAll(List.of("--set=events={buy: 1, hide: never}", "--set=evaluation.rankSeen=true"));
    words.addAll(List.of("--set=epochs=1", "--set=batchSize=32", "--set=dim=4"));
    words.addAll(List.of("--set=user.embedding=4", "--set=item.embedding=4", "--set=threads=1"));
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static String seed(int arm, int seed) {
    String name = arm == 1 ? "01-iid_identity" : "02-sorted_identity";
    return folder.resolve("ab/runs/%s/seed-%d".formatted(name, seed)).toString();
  }

  private static double alone(String run, String... more) {
    List<String> words = new ArrayList<>(List.of("evaluate", "--run=" + run, "--json"));
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new))
        .json()
        .at("/feedback/disliked/" + NAME)
        .doubleValue();
  }

  @Test
  void ofEveryArmOfAComparison() throws IOException {
    JsonNode report = read(folder.resolve("ab/report.json"));
    JsonNode first = report.at("/arms/0/metrics/" + NAME);
    assertThat(first.at("/values/0").doubleValue()).isCloseTo(alone(seed(1, 1)), within(1e-12));
    assertThat(first.at("/values/1").doubleValue()).isCloseTo(alone(seed(1, 2)), within(1e-12));
    assertThat(first.at("/low").doubleValue()).isLessThan(first.at("/high").doubleValue());
    assertThat(report.at("/baselines/popularity/" + NAME).doubleValue()).isBetween(0.05, 0.95);
    assertThat(report.at("/pairs")).noneMatch(pair -> pair.at("/metric").asText().equals(NAME));
    assertThat(compared.out())
        .containsPattern("examples/s +" + NAME)
        .contains(NAME + ": of the items that");
    assertThat(Files.readString(folder.resolve("ab/report.html")))
        .contains(NAME + ": of the items that");
  }

  @Test
  void ofRunsThatAreJudged() throws IOException {
    String[] judge = {
      "judge",
      "--arm=a=" + seed(1, 1) + "," + seed(1, 2),
      "--arm=b=" + seed(2, 1) + "," + seed(2, 2)
    };
    JsonNode report = read(folder.resolve("ab/report.json"));
    List<String> words = new ArrayList<>(List.of(judge));
    words.add("--json");
    JsonNode judged = Invocation.of(words.toArray(String[]::new)).json();
    assertThat(judged.at("/arms/1/metrics/" + NAME))
        .isEqualTo(report.at("/arms/1/metrics/" + NAME));
    assertThat(Invocation.of(judge).out())
        .containsPattern("95 % interval +" + NAME)
        .contains(NAME + ": of the items that a user rejects");
  }

  @Test
  void ofBothModelsOfAnEvaluation() throws IOException {
    String[] against = {"evaluate", "--run=" + seed(1, 1), "--against=" + seed(2, 1)};
    assertThat(Invocation.of(against).out())
        .contains(
            "disliked@K, the lower the better (not judged): of items that users reject in the test"
                + " rows (kind hide), the share among the first K: disliked@10 ")
        .containsPattern(
            "disliked@K, the lower the better: \\d+ users reject items in the test rows \\(kind"
                + " hide\\) that a list may still hold; the share of those items among the first K:"
                + " disliked@10 ");
    JsonNode both =
        Invocation.of("evaluate", "--run=" + seed(1, 1), "--against=" + seed(2, 1), "--json")
            .json();
    assertThat(both.at("/dislikedByOther/" + NAME).doubleValue()).isEqualTo(alone(seed(2, 1)));
    JsonNode popularity =
        new ObjectMapper()
            .readTree(
                Invocation.of("evaluate", "--run=" + seed(1, 1), "--require=better", "--json")
                    .out());
    assertThat(popularity.at("/dislikedByOther"))
        .isEqualTo(popularity.at("/feedback/byPopularity"))
        .isNotEmpty();
  }

  @Test
  void ofEveryTrial() throws IOException {
    Invocation tuned = run("tune", "tuned", "--trials=2", "--set=evaluation.everyEpochs=1");
    assertThat(tuned.out())
        .containsPattern("best epoch +" + NAME)
        .contains(NAME + ": of the items that");
    JsonNode trials = read(folder.resolve("tuned/tune.json")).at("/trials");
    assertThat(trials).hasSize(2);
    for (JsonNode trial : trials) {
      String run = folder.resolve("tuned/runs/%03d".formatted(trial.at("/number").asInt())) + "";
      assertThat(trial.at("/disliked/" + NAME).doubleValue())
          .isEqualTo(alone(run, "--split=validation"));
    }
    assertThat(Files.readString(folder.resolve("tuned/tune.html")))
        .contains(NAME + ": of the items that");
  }
}
