package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arms with names of their own, and what is said to somebody who goes on with other settings. */
class NamedArmsTest {
  private static final String ARMS = "shuffled=iid/identity,mine=recipe;loss.uniform=8";

  @TempDir static Path folder;
  private static SmallComparison small;
  private static Invocation first;

  @BeforeAll
  static void compare() {
    small = SmallComparison.in(folder);
    first = compared();
  }

  private static Invocation compared(String... more) {
    List<String> options =
        new ArrayList<>(List.of("--set=evaluation.rankSeen=true", "--learning-rate=0.5"));
    options.addAll(List.of(more));
    return small.compare("ab", ARMS, options.toArray(String[]::new));
  }

  @Test
  void aLearningRateOfLayersThatNoArmHasIsNoted() {
    String idle = "optimizer.learningRate is that of dense layers, and this model has none";
    assertThat(first.err()).contains(idle);
    String arms = "a=iid/identity;user.hidden=[8],b=iid/user";
    assertThat(small.compare("layers", arms, "--learning-rate=1").err()).doesNotContain(idle);
  }

  @Test
  void aNameStandsForTheArmAndIsExplainedOnce() throws IOException {
    String recipe = "requests:100000:1/identity+user";
    assertThat(first.err())
        .contains("1/4 shuffled, seed 1: recall@20 ", "4/4 mine, seed 2: recall@20 ")
        .contains(
            "mine (recipe;loss.uniform=8): what train would choose for this log: "
                + recipe
                + ";loss.uniform=8");
    assertThat(first.out())
        .contains(
            "shuffled is iid/identity.", "mine is the recipe, " + recipe + ", with loss.uniform=8.")
        .contains("mine, against shuffled");
    JsonNode report = new ObjectMapper().readTree(folder.resolve("ab/report.json").toFile());
    assertThat(report.at("/arms/1/name").textValue()).isEqualTo("mine");
    assertThat(report.at("/arms/1/settings/loss.uniform").textValue()).isEqualTo("8");
    assertThat(report.at("/pairs/0/a").textValue()).isEqualTo("mine");
    assertThat(folder.resolve("ab/runs/02-mine/seed-2")).isDirectory();
    assertThat(Files.readString(folder.resolve("ab/report.html")))
        .contains("mine is the recipe, " + recipe + ", with loss.uniform=8");
  }

  @Test
  void aNameIsThatOfOneArm() {
    small
        .compare("ab", "shuffled=sorted/identity", "--add", "--set=evaluation.rankSeen=true")
        .refused(2, "whose arm shuffled is iid/identity; the one given is sorted/identity");
    small
        .compare("twice", "a=iid/identity,a=sorted/identity")
        .refused(2, "two arms are called a, iid/identity and sorted/identity");
    small
        .compare("twice", "recipe=iid/identity,sorted/identity")
        .refused(2, "name 'recipe'", "popularity, random, recipe");
    small.compare("twice", "my arm=iid/identity,sorted/identity").refused(2, "name 'my arm'");
    assertThat(folder.resolve("twice")).doesNotExist();
  }

  /** The recipe follows from what was forgotten, so it is not what is said to differ. */
  @Test
  void whatWasForgottenIsNamedWithTheCommandThatGoesOn() throws Exception {
    Invocation refused = small.compare("ab", ARMS, "--learning-rate=0.5", "--temperature=0.5");
    refused.refused(
        2,
        "other settings:",
        "  evaluation.rankSeen: true there, false now",
        "  loss.temperature: ",
        "go on");
    assertThat(refused.err()).doesNotContain("masks: ");
    assertThat(refused.err()).contains("--set evaluation.rankSeen=true");
    Invocation again = Pasted.done(refused.err(), "compare --data");
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(again.arguments()).doesNotContain("--temperature=0.5");
  }

  @Test
  void otherUsersAreToldOf() {
    assertThat(compared("--users", "20").err())
        .contains("was on recall@20 of the test split, users: 60, the new one is on recall@20")
        .contains("users: 20");
    compared();
  }
}
