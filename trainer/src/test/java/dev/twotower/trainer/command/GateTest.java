package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** evaluate --against, --require: whether a run may take the place of another. */
class GateTest {
  @TempDir static Path folder;

  private static Invocation train(Path data, String out, String... more) {
    return Invocation.of(
        with(
            more,
            "train",
            "--data=" + data,
            "--out=" + folder.resolve(out),
            "--device=cpu",
            "--set=threads=1"));
  }

  /**
   * A model that learned from shuffled labels, as where a join went wrong, at the settings of the
   * good one and judged by the same held-out rows.
   */
  @Test
  void aModelOfShuffledLabelsIsNotLetPast() throws IOException {
    Path good = taste("taste", false);
    Path shuffled = taste("shuffled", true);
    String[] settings = {"--set=batchSize=256", "--set=dim=8", "--set=epochs=6"};
    String old = run(train(good, "gate old", settings), "gate old");
    String same = run(train(good, "gate same", with(settings, "--set=seed=2")), "gate same");
    String spoilt = run(train(shuffled, "gate spoilt", settings), "gate spoilt");
    Invocation refused = gate(spoilt, old, "not worse", "--json");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(4);
    JsonNode pair = new ObjectMapper().readTree(refused.out()).at("/pairs/0");
    assertThat(pair.at("/metric").textValue()).isEqualTo("recall@20");
    assertThat(pair.at("/verdict").textValue()).isEqualTo("worse");
    assertThat(pair.at("/high").doubleValue()).isNegative();
    // Continued from the good one, the settings as they are: a third of the epochs spoil it, too.
    String continued =
        run(train(shuffled, "gate continued", "--from=" + old, "--set=epochs=2"), "gate continued");
    assertThat(gate(continued, old, "not worse").exitCode()).isEqualTo(4);
    assertThat(gate(spoilt, old, "better").exitCode()).isEqualTo(4);
    Invocation passed = gate(old, spoilt, "better");
    assertThat(passed.exitCode()).as(passed.err()).isZero();
    assertThat(passed.out()).contains("required: recall@20 better: met", "95 % interval");
    Invocation asGood = gate(same, old, "better");
    assertThat(asGood.exitCode()).isEqualTo(4);
    assertThat(asGood.out())
        .contains(
            "better: NOT MET; it is shown to be not worse, for which --require \"not worse\"");
    assertThat(gate(spoilt, old, "better").out())
        .contains("better: NOT MET")
        .doesNotContain("NOT MET;");
    // A run against itself differs in nothing.
    Invocation itself = gate(old, old, "not worse", "--json");
    assertThat(itself.exitCode()).isZero();
    assertThat(itself.json().at("/pairs/0/difference").doubleValue()).isZero();
    assertThat(itself.json().at("/required/met").booleanValue()).isTrue();
    gate(old, old, "best").refused(2, "better", "not worse");
    Invocation.of("evaluate", "--run=" + old, "--against-data=x").refused(2, "give --against");
  }

  @Test
  void withoutAnotherRunPopularityIsWhatARequirementIsHeldAgainst() throws IOException {
    Path data = taste("popular", false);
    String[] settings = {"--set=batchSize=256", "--set=dim=8", "--set=epochs=6"};
    String good = run(train(data, "gate popular", settings), "gate popular");
    Invocation passed = Invocation.of("evaluate", "--run=" + good, "--require=better");
    assertThat(passed.exitCode()).as(passed.err()).isZero();
    assertThat(passed.out())
        .contains("required: recall@20 better: met")
        .containsOnlyOnce("against popularity");
    Path dealt = taste("popular dealt", true);
    String none = run(train(dealt, "gate dealt", settings), "gate dealt");
    Invocation failed =
        Invocation.of("evaluate", "--run=" + none, "--require=better", "--metric=mrr", "--json");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(4);
    JsonNode pair = new ObjectMapper().readTree(failed.out()).at("/pairs/0");
    assertThat(pair.path("b").textValue()).isEqualTo("popularity");
    assertThat(pair.path("metric").textValue()).isEqualTo("mrr");
  }

  /** A model of the first half of the users does not know the others. */
  @Test
  void theGateSaysHowManyUsersTheOtherRunDoesNotKnow() throws IOException {
    Path all = taste("all users", false);
    Path half = folder.resolve("half");
    List<String> lines = Files.readAllLines(folder.resolve("all users.csv"));
    Invocation.done(
        "import",
        "table",
        "--from=" + Files.write(folder.resolve("half.csv"), lines.subList(0, 3001)),
        "--to=" + half,
        "--split=given",
        "--column=user=user",
        "--column=item=item",
        "--column=time=time",
        "--column=split=split");
    String[] settings = {"--set=batchSize=256", "--set=dim=8", "--set=epochs=6"};
    String old = run(train(half, "half known", settings), "half known");
    String now = run(train(all, "all known", settings), "all known");
    JsonNode judged =
        Invocation.done("evaluate", "--run=" + now, "--against=" + old, "--json").json();
    JsonNode known = judged.path("knownToOther");
    int users = judged.path("users").intValue();
    assertThat(known.path("users").intValue()).isBetween(100, 150);
    assertThat(known.path("unknown").intValue()).isEqualTo(users - known.path("users").intValue());
    double overAll = judged.at("/pairs/0/relative").doubleValue();
    assertThat(known.at("/pair/relative").doubleValue()).isLessThan(overAll);
    assertThat(known.at("/pair/metric").textValue()).isEqualTo("recall@20");
    assertThat(gate(now, old, "better").out())
        .contains("no training rows in " + old, "alone that it knows, recall@20 differs by");
    assertThat(gate(now, now, "not worse").out()).doesNotContain("no training rows in");
  }

  /** The held-out rows of one data set are training rows of the other, of the same log. */
  @Test
  void theGateSaysWhereTheOtherRunHasSeenTheAnswers() throws IOException {
    Path heldOut = taste("held out", false);
    Path learned = folder.resolve("learned");
    Invocation.done(
        "import",
        "table",
        "--from=" + folder.resolve("held out.csv"),
        "--to=" + learned,
        "--split=leave-last-out",
        "--column=user=user",
        "--column=item=item",
        "--column=time=time");
    String[] settings = {"--set=batchSize=256", "--set=dim=8", "--set=epochs=1"};
    String old = run(train(learned, "has seen", settings), "has seen");
    String now = run(train(heldOut, "has not seen", settings), "has not seen");
    // Of the five held-out rows of each of 277 users with something to find, the other data set
    // holds out the last two.
    assertThat(gate(now, old, "not shown worse").out())
        .contains("warning: " + old + " has learned from 831 of the 1,385 test rows (60.0 %)");
    JsonNode there =
        Invocation.done("evaluate", "--run=" + now, "--against=" + old, "--json")
            .json()
            .at("/heldOut");
    assertThat(there.path("rows").longValue()).isEqualTo(1385);
    assertThat(there.path("learnedByOther").longValue()).isEqualTo(831);
    assertThat(gate(old, now, "not shown worse").out()).doesNotContain("has learned from");
    assertThat(
            Invocation.done("judge", "--data=" + heldOut, "--arm=now=" + now, "--arm=old=" + old)
                .out())
        .contains("warning: " + old + " has learned from 831 of the 1,385 test rows");
  }

  /**
   * 300 users of six tastes, 20 rows each, the last five of them held out.
   *
   * @param shuffle whether the items of the other rows are dealt anew
   */
  private static Path taste(String name, boolean shuffle) throws IOException {
    Random random = new Random(7);
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    for (int row = 0; row < 6000; row++) {
      (row % 20 < 15 ? train : test).add(row / 20 % 6 * 20 + random.nextInt(20));
    }
    if (shuffle) {
      Collections.shuffle(train, random);
    }
    List<String> lines = new ArrayList<>(List.of("user,item,request,time,split"));
    for (int row = 0; row < 6000; row++) {
      boolean learned = row % 20 < 15;
      int place = row / 20 * (learned ? 15 : 5) + row % 20 - (learned ? 0 : 15);
      lines.add(
          "u%d,i%d,r%d,%d,%s"
              .formatted(
                  row / 20,
                  (learned ? train : test).get(place),
                  row / 5,
                  row,
                  learned ? "train" : "test"));
    }
    Path to = folder.resolve(name);
    Invocation done =
        Invocation.of(
            "import",
            "table",
            "--from=" + Files.write(folder.resolve(name + ".csv"), lines),
            "--to=" + to,
            "--split=given:0",
            "--column=split=split",
            "--column=user=user",
            "--column=item=item",
            "--column=request=request",
            "--column=time=time");
    assertThat(done.exitCode()).as(done.err()).isZero();
    return to;
  }

  @Test
  void theGateSaysWhereARunWouldBeRankedOtherwiseOrHasNotEnded() throws IOException {
    Path log = taste("log", false);
    String[] settings = {"--set=batchSize=64", "--set=dim=8", "--set=epochs=1"};
    String[] seen = with(settings, "--set=evaluation.rankSeen=true");
    String old = run(train(log, "with seen", seen), "with seen");
    String run = run(train(log, "without seen", settings), "without seen");
    assertThat(gate(run, old, "better").err())
        .contains("evaluation.rankSeen is true in " + old + ", but all runs are ranked here with")
        .doesNotContain("has not ended");
    assertThat(gate(run, run, "better").err()).doesNotContain("evaluation.rankSeen is");
    // As it stands while training goes on, or after a kill.
    Path sums = folder.resolve("without seen/SHA256SUMS");
    Files.write(
        sums, Files.readAllLines(sums).stream().filter(it -> it.endsWith("config.yaml")).toList());
    for (String[] command :
        List.of(
            new String[] {"evaluate", "--run=" + run},
            new String[] {"recommend", "--run=" + run, "--user=u1"})) {
      Invocation done = Invocation.of(command);
      assertThat(done.exitCode()).as(done.err()).isZero();
      assertThat(done.err())
          .contains("training of " + run + " has not ended, and this is its best model so far: it")
          .contains("it was stopped, killed or failed, and no process trains it now; go on with:")
          .contains("--resume");
    }
    try (RunDirectory training = RunDirectory.openToWrite(Path.of(run))) {
      assertThat(Invocation.of("evaluate", "--run=" + training.path()).err())
          .contains("best model so far: it is being trained by this process, ")
          .doesNotContain("--resume");
    }
  }

  private static String run(Invocation trained, String out) {
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    return folder.resolve(out).toString();
  }

  private static Invocation gate(String run, String old, String what, String... more) {
    return Invocation.of(
        with(more, "evaluate", "--run=" + run, "--against=" + old, "--require=" + what));
  }

  private static String[] with(String[] first, String... last) {
    List<String> all = new ArrayList<>(List.of(last));
    all.addAll(List.of(first));
    return all.toArray(String[]::new);
  }
}
