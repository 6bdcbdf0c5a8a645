package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.json.Json;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.compare.GivenArm;
import dev.twotower.trainer.compare.GivenRuns;
import dev.twotower.trainer.run.RunDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that exist, judged as arms. */
class JudgeCommandTest {
  @TempDir static Path folder;
  private static JudgedRuns trained;
  private static String first;
  private static String second;

  @BeforeAll
  static void compare() throws IOException {
    trained = JudgedRuns.in(folder);
    first = trained.first();
    second = trained.second();
  }

  private static Invocation judge(String... more) {
    return trained.judge(more);
  }

  @Test
  void judgesAsTheComparisonThatTrainedTheRuns() {
    JsonNode judged = judge("--arm=sorted=" + second, "--json").json();
    assertThat(judged.at("/seeds").toString()).isEqualTo("[1,2]");
    assertThat(judged.at("/users").asInt()).isEqualTo(60);
    assertThat(judged.at("/arms/0/name").asText()).isEqualTo("shuffled");
    assertThat(judged.at("/arms/1/metrics")).isEqualTo(trained.report().at("/arms/1/metrics"));
    JsonNode pair = judged.at("/pairs/0");
    assertThat(pair.at("/a").asText()).isEqualTo("sorted");
    assertThat(pair.at("/b").asText()).isEqualTo("shuffled");
    for (String field : List.of("difference", "low", "high", "verdict", "corrected", "notWorse")) {
      assertThat(pair.path(field)).as(field).isEqualTo(trained.report().at("/pairs/0").path(field));
    }
    assertThat(judge("--arm=sorted=" + second).out())
        .contains("against shuffled", pair.at("/verdict").asText());
  }

  /** Of the same users in the same way: all else is ranked anew. */
  @Test
  void whatWasRankedIsNotRankedAgain() throws IOException {
    Path out = folder.resolve("judged");
    String arm = "--arm=sorted=" + second;
    JsonNode plain = judge(arm, "--json").json();
    Invocation once = judge(arm, "--out=" + out, "--json");
    assertThat(once.json()).isEqualTo(plain);
    assertThat(once.err()).doesNotContain("ranked before");
    assertThat(Json.PLAIN.readTree(out.resolve("judge.json").toFile())).isEqualTo(plain);

    Invocation.of("judge", "--arm=shuffled=" + second.split(",")[0], "--out=" + out)
        .refused(2, "1 arm is given");
    Invocation turned =
        Invocation.of("judge", arm, "--arm=shuffled=" + first, "--out=" + out, "--json");
    assertThat(turned.err().lines().filter(line -> line.endsWith(", ranked before"))).hasSize(4);
    assertThat(turned.json().at("/arms/0/metrics")).isEqualTo(plain.at("/arms/1/metrics"));
    assertThat(turned.json().at("/arms/1/metrics")).isEqualTo(plain.at("/arms/0/metrics"));
    assertThat(judge(arm, "--out=" + out, "--users=20").err()).doesNotContain("ranked before");

    Path tables;
    try (Stream<Path> files = Files.walk(out)) {
      tables = files.filter(file -> file.endsWith("tables.bin")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(tables);
    bytes[bytes.length / 2] ^= 1;
    Files.write(tables, bytes);
    int refused =
        judge(arm, "--out=" + out).exitCode() + judge(arm, "--out=" + out, "--users=20").exitCode();
    assertThat(refused).as("the one whose file it is").isEqualTo(3);
    judge(arm, "--out=" + folder.resolve("ab")).refused(2, "holds a comparison (report.json)");
  }

  /** Another version may add up in another order; that of these runs' device is the same one. */
  @Test
  void anotherVersionRanksAnew() throws IOException {
    Path kept = folder.resolve("kept");
    assertThat(rankings(kept, "1.0", Optional.empty())).isEqualTo(4);
    assertThat(rankings(kept, "1.0", Optional.of("cpu"))).isZero();
    assertThat(rankings(kept, "1.1", Optional.empty())).isEqualTo(4);
  }

  /** How many runs are ranked, and not taken from a folder. */
  private static int rankings(Path kept, String version, Optional<String> device)
      throws IOException {
    AtomicInteger ranked = new AtomicInteger();
    GivenRuns.Listener listener =
        new GivenRuns.Listener() {
          @Override
          public LongConsumer ranking(int number, int runs, int users) {
            ranked.incrementAndGet();
            return done -> {};
          }

          @Override
          public void note(String message) {}
        };
    Metric metric = Metric.parse("recall@20");
    try (Dataset data = Dataset.open(trained.data())) {
      new GivenRuns(
              data,
              RankingOptions.ofArms(Split.TEST, metric, 0),
              device,
              Optional.of(new GivenRuns.Rankings(kept, version)),
              listener)
          .judge(List.of(GivenArm.parse("a=" + first), GivenArm.parse("b=" + second)), metric);
    }
    return ranked.get();
  }

  /** The same rows at other times, so under another checksum. */
  @Test
  void servesTheUsersOfAnotherDataSetAsItsOwn() {
    Path other = folder.resolve("other");
    Invocation.done(
        "generate", "--to=" + other, "--users=60", "--items=200", "--rows=900", "--days=91");
    assertThat(RunDirectory.checksum(other)).isNotEqualTo(RunDirectory.checksum(trained.data()));
    JsonNode here = judge("--arm=sorted=" + second, "--json").json();
    JsonNode there = judge("--arm=sorted=" + second, "--json", "--data=" + other).json();
    assertThat(there.at("/arms")).isEqualTo(here.at("/arms"));
    assertThat(there.at("/pairs")).isEqualTo(here.at("/pairs"));
  }

  @Test
  void runsOfDifferentDataSetsAreSaidToBeSo() throws IOException {
    String said = "shifted has learned from another data set than shuffled";
    Path log = folder.resolve("shifted log");
    Invocation.done(
        "generate", "--to=" + log, "--users=60", "--items=200", "--rows=900", "--days=91");
    List<String> runs = new ArrayList<>();
    for (String run : first.split(",")) {
      Path target = folder.resolve("shifted " + runs.size());
      Invocation.done(
          "train", "--data=" + log, "--out=" + target, "--config=" + Path.of(run, "config.yaml"));
      runs.add(target.toString());
    }
    Invocation judged = judge("--arm=shifted=" + String.join(",", runs));
    assertThat(judged.out()).contains(said);
    assertThat(judge("--arm=shifted=" + second).out()).doesNotContain(said);
    // Of one data set, if not of the one that is ranked.
    assertThat(judge("--arm=shifted=" + second, "--data=" + log).out()).doesNotContain(said);

    // What cannot be loaded is told of before the first run is ranked, which may take long.
    Files.move(log, folder.resolve("shifted before"));
    Invocation.done(
        "generate", "--to=" + log, "--users=60", "--items=200", "--rows=900", "--days=92");
    Invocation replaced = judge("--arm=shifted=" + String.join(",", runs));
    replaced.refused(3, "data set '" + log + "' has checksum", "the run was trained on");
    assertThat(replaced.err()).doesNotContain(": recall@20 ");
  }

  /** Users, and items, that only this log has are unknown to the runs; both are judged even so. */
  @Test
  void usersThatRunsDoNotKnowAreRankedToo() throws IOException {
    Path larger = folder.resolve("larger");
    Invocation.done(
        "generate", "--to=" + larger, "--users=90", "--items=250", "--rows=1400", "--seed=2");
    JsonNode judged = judge("--arm=sorted=" + second, "--json", "--data=" + larger).json();
    assertThat(judged.at("/users").asInt()).isEqualTo(90);
    assertThat(judged.at("/arms/0/metrics/recall@20/values")).hasSize(2);
    judge("--arm=sorted=" + second, "--data=" + folder.resolve("nowhere"))
        .refused(2, "nothing exists at");
    Path log = Files.writeString(folder.resolve("log.csv"), "user,item\nu,i\n");
    judge("--arm=sorted=" + second, "--data=" + log).refused(2, "is a csv file, no data set");
  }

  /** Copies of the reference's runs are as good as these; random guesses are not. */
  @Test
  void endsWithItsOwnCodeWhereWhatIsRequiredIsNotShown() {
    String[] runs = first.split(",");
    String same = "--arm=same=" + trained.copied(runs[0]) + "," + trained.copied(runs[1]);
    Invocation met = judge(same, "--require=not worse");
    assertThat(met.out()).contains("required: recall@20 not worse: met");
    assertThat(met.exitCode()).isZero();
    assertThat(judge(same, "--require=not shown worse").exitCode()).isZero();
    Invocation not = judge(same, "--require=better");
    assertThat(not.out())
        .contains(
            "required: recall@20 better: NOT MET; it is shown to be not worse, for which --require"
                + " \"not worse\" asks");
    assertThat(not.exitCode()).isEqualTo(4);
  }

  /** Of three arms, one is as good as the first and one is not: what counts is who is asked. */
  @Test
  void mayBeAskedOfOneArm() {
    String[] runs = first.split(",");
    String[] arms = {
      "--arm=same=" + trained.copied(runs[0]) + "," + trained.copied(runs[1]),
      "--arm=sorted=" + second
    };
    Invocation same = judge(arms[0], arms[1], "--require=same=not shown worse");
    assertThat(same.out()).contains("required of same: recall@20 not shown worse: met");
    assertThat(same.exitCode()).isZero();
    Invocation both =
        judge(
            arms[0],
            arms[1],
            "--require=same=not shown worse",
            "--require=sorted=better",
            "--json");
    assertThat(both.exitCode()).isEqualTo(4);
    assertThat(both.out())
        .contains("\"requirements\" : [ {", "\"arm\" : \"sorted\"", "\"met\" : false")
        .contains("\"met\" : true")
        .doesNotContain("\"required\"");
    Invocation all = judge(arms[0], arms[1], "--require=better");
    assertThat(all.exitCode()).isEqualTo(4);
    assertThat(all.out()).contains("recall@20 better: NOT MET by same and sorted");
    judge(arms[0], arms[1], "--require=shuffled=better")
        .refused(
            2, "--require: received arm 'shuffled'; allowed, to be judged against the first: same");
    judge(arms[0], arms[1], "--require=same=good").refused(2, "unknown requirement 'good'");
  }

  /** One of all arms is an object, as evaluate --against has it. */
  @Test
  void whatIsAskedOfAllIsApartFromWhatIsAskedOfOneArm() throws IOException {
    String[] all = {"--arm=sorted=" + second, "--require=better", "--json"};
    JsonNode one = Json.PLAIN.readTree(judge(all).out());
    assertThat(one.at("/required/verdict").asText()).isEqualTo("better");
    assertThat(one.at("/required/met").isBoolean()).isTrue();
    assertThat(one.has("requirements")).isFalse();
    JsonNode mixed =
        Json.PLAIN.readTree(judge(all[0], all[1], all[2], "--require=sorted=not worse").out());
    assertThat(mixed.path("required")).isEqualTo(one.path("required"));
    assertThat(mixed.path("requirements")).hasSize(1);
    assertThat(mixed.at("/requirements/0/arm").asText()).isEqualTo("sorted");
    JsonNode two = Json.PLAIN.readTree(judge(all[0], all[1], all[2], "--require=not worse").out());
    assertThat(two.has("required")).isFalse();
    assertThat(two.path("requirements")).hasSize(2);
  }

  @Test
  void aSingleSeedIsSaidOnce() {
    String[] arms = {"--arm=a=" + first.split(",")[0], "--arm=b=" + second.split(",")[0]};
    assertThat(Invocation.done("judge", arms[0], arms[1]).out())
        .containsOnlyOnce("cannot separate arms from run-to-run variation")
        .contains("warning: One seed: ");
  }

  @Test
  void listsOfTheWholeCatalogueAreToldBeforeAnythingIsRanked() {
    // What is known from the ranking is among the warnings on standard output.
    assertThat(judge("--arm=sorted=" + second, "--metric=recall@5000").err())
        .contains("note: recall@5000: lists of 5000 hold all");
  }

  @Test
  void aSampleOfOneUserIsRefusedByItsOption() {
    judge("--arm=sorted=" + second, "--users=1")
        .refused(2, "--users: received 1, one of the 60 users", "allowed: 2 and up, or 0 for all");
  }

  @Test
  void aDataSetThatWasMovedIsToBeNamed() throws IOException {
    Path log = folder.resolve("moving");
    Invocation.done(
        "generate", "--to=" + log, "--users=60", "--items=200", "--rows=900", "--seed=9");
    List<String> arms = new ArrayList<>();
    for (String layout : List.of("iid", "sorted")) {
      Path run = folder.resolve("moving-" + layout);
      Invocation.done(
          "train",
          "--data=" + log,
          "--out=" + run,
          "--config=" + Path.of(first.split(",")[0], "config.yaml"),
          "--set=layout=" + layout);
      arms.add("--arm=%s=%s".formatted(layout, run));
    }
    Path moved = Files.move(log, folder.resolve("moved"));
    Invocation.of("judge", arms.get(0), arms.get(1))
        .refused(
            2,
            "the data set of " + folder.resolve("moving-iid") + " is not at '" + log + "'",
            "name where it is with --data");
    Invocation.done("judge", arms.get(0), arms.get(1), "--data=" + moved);
    Invocation.of("judge", arms.get(0), arms.get(1), "--data=" + trained.data())
        .refused(2, "trained on another data set than", "which is not at '" + log + "' any more");
  }

  /** A bar for each run that takes long, ended before anything else is written. */
  @Test
  void showsWhichRunIsRanked() throws InterruptedException {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);
    Console console =
        new Console(new PrintWriter(new StringWriter()), terminal, true, new Interruption());
    try (JudgeCommand.Display display = new JudgeCommand.Display(console)) {
      LongConsumer ranked = display.ranking(3, 4, 60);
      ranked.accept(0);
      Thread.sleep(2_300);
      ranked.accept(20);
      display.note("runs/three: recall@20 0.1000");
      display.ranking(4, 4, 60).accept(60);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("3/4", "20/60", "runs/three: recall@20 0.1000" + System.lineSeparator())
        .doesNotContain("4/4");
  }

  /** Runs that kept their best epoch are told of the cheapest way to narrower intervals. */
  @Test
  void namesFixedEpochsWhereEachRunKeptItsBest() {
    Invocation judged = judge("--arm=sorted=" + second);
    boolean undecided = judged.out().contains("undecided");
    assertThat(judged.out().contains("Train all arms for the same number of epochs"))
        .isEqualTo(undecided);
  }

  @Test
  void refusesWhatIsNoArm() {
    String one = first.split(",")[0];
    judge().refused(2, "1 arm is given; allowed: two or more");
    judge("--arm=second").refused(2, "received 'second'", "NAME=RUN[,RUN..]");
    judge("--arm=second=" + second + ",").refused(2, "NAME=RUN[,RUN..]");
    judge("--arm=shuffled=" + second).refused(2, "arm shuffled is given twice");
    judge("--arm=second=" + one).refused(2, "run " + one + " is given twice");
    judge("--arm=second=" + folder.resolve("none")).refused(2, "none");
    judge("--arm=mixed=" + second.split(",")[0] + "," + trained.copied(one))
        .refused(2, "arm mixed: ", "differ in more than their seed: ", "layout");
    judge("--arm=single=" + second.split(",")[0])
        .refused(2, "arm single has seeds [2], arm shuffled has [1, 2]");
    judge("--arm=logs=" + second.split(",")[0] + "," + trainedElsewhere(second.split(",")[1]))
        .refused(2, "arm logs: ", "differ in more than their seed: data set: ");
    judge("--arm=twice=" + trained.copied(second.split(",")[0]) + "," + second.split(",")[0])
        .refused(2, "both have seed 2");
    judge("--arm=sorted=" + second, "--metric=coverage@10").refused(2, "metric is coverage@10");
  }

  /** Another run of the second arm's settings, of another log. */
  private static Path trainedElsewhere(String like) {
    Path log = folder.resolve("elsewhere");
    Invocation.done(
        "generate", "--to=" + log, "--users=60", "--items=200", "--rows=900", "--seed=5");
    Path run = folder.resolve("elsewhere-run");
    Invocation.done(
        "train", "--data=" + log, "--out=" + run, "--config=" + Path.of(like, "config.yaml"));
    return run;
  }

  /** Whatever top-K weights would have been, they were not used; and rows are the same rows. */
  @Test
  void runsMayDifferInWhatHadNoPart() {
    Path run = folder.resolve("other-top-k");
    Invocation.done(
        "train",
        "--data=" + trained.data(),
        "--out=" + run,
        "--config=" + Path.of(second.split(",")[0], "config.yaml"),
        "--set=loss.topK.temperature=99",
        "--set=shuffle=memory");
    Invocation judged = judge("--arm=sorted=" + second.split(",")[1] + "," + run);
    assertThat(judged.exitCode()).as(judged.err()).isZero();
  }
}
