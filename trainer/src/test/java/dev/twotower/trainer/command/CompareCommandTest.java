package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
  @TempDir static Path folder;
  private static SmallComparison small;

  @BeforeAll
  static void generate() {
    small = SmallComparison.in(folder);
  }

  private static Invocation compare(String out, String arms, String... more) {
    return small.compare(out, arms, more);
  }

  @Test
  void answersWithTheReportItWritesAndGoesOnWithFinishedRuns() throws IOException {
    String arms = "iid/identity,sorted/identity+user";
    JsonNode report = compare("ab", arms, "--json").json();
    Path out = folder.resolve("ab");
    assertThat(report).isEqualTo(new ObjectMapper().readTree(out.resolve("report.json").toFile()));
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(report.at("/seeds").toString()).isEqualTo("[1,2]");
    assertThat(report.at("/arms/1/name").textValue()).isEqualTo("sorted/identity+user");
    assertThat(report.at("/arms/0/metrics/recall@20/values")).hasSize(2);
    assertThat(report.at("/arms/0/falseNegativeRate").doubleValue()).isPositive();
    assertThat(report.at("/pairs/0/a").textValue()).isEqualTo("sorted/identity+user");
    assertThat(report.at("/pairs/0/verdict").textValue())
        .isIn("better", "worse", "equivalent", "undecided");

    // A run looked at by itself stands beside the same baselines.
    JsonNode alone =
        Invocation.of("evaluate", "--run", out + "/runs/01-iid_identity/seed-2", "--json").json();
    assertThat(alone.at("/baselines/random/recall@20"))
        .isEqualTo(report.at("/baselines/random/recall@20"));

    Invocation again = compare("ab", arms);
    assertThat(again.out())
        .contains("Compared with iid/identity", "popularity", "report: " + out, "warning: ")
        .contains("judged by", "sorted/identity+user, against iid/identity: ");
    compare("ab", arms, "--set", "epochs=2", "--set", "loss.temperature=0.5")
        .refused(
            2,
            "holds runs with other settings:",
            "  epochs: 1 there, 2 now",
            "  loss.temperature: ",
            " there, 0.5 now",
            "to go on with them, run");
  }

  /** The arm `recipe` is what `train` would choose with the same settings. */
  @Test
  void theRecipeIsWhatTrainWouldChooseAndStandsInTheReportInFull() throws IOException {
    Invocation run = compare("recipe", "iid/identity,recipe,recipe;batchSize=128");
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("recipe").resolve("report.json").toFile());
    String arm = "requests:100000:1/identity+engaged";
    String larger = "requests:100000:2/identity+engaged;batchSize=128";
    assertThat(run.err())
        .contains("recipe: what train would choose for this log: " + arm)
        .contains("recipe;batchSize=128: what train would choose for this log: " + larger)
        .doesNotContain("chosen by the log: layout", "chosen by the log: masks")
        .contains("chosen by the log: loss.temperature");
    assertThat(names(report)).containsExactly("iid/identity", arm, larger);
    assertThat(report.at("/provenance/recipe").textValue()).isEqualTo(arm + " " + larger);
    Invocation trained =
        Invocation.of(
            "train",
            "--data=" + small.data(),
            "--out=" + folder.resolve("one"),
            "--set=epochs=1",
            "--set=batchSize=64");
    assertThat(trained.err())
        .contains("layout = requests:100000:1: ", "masks = identity+engaged: ");
    // Named beside the recipe it is one arm, and with seen items ranked another.
    Invocation seen =
        compare(
            "seen",
            "iid/identity,requests:100000:1/identity+user,recipe",
            "--set=evaluation.rankSeen=true",
            "--json");
    assertThat(names(seen.json()))
        .containsExactly("iid/identity", "requests:100000:1/identity+user");
    assertThat(seen.err())
        .contains("requests:100000:1/identity+user is asked for twice, and is one arm");
    compare("none", "iid/identity,recipe;epochs").refused(2, "'epochs' is not key=value");
    compare("none", "iid/identity,recipe/usr").refused(2, "unknown mask 'usr'");
    // Its layout under other masks; what the report has as the recipe stays that.
    JsonNode added = compare("recipe", "recipe/identity+user", "--add", "--json").json();
    String masked = "requests:100000:1/identity+user";
    assertThat(names(added)).containsExactly("iid/identity", arm, larger, masked);
    assertThat(added.at("/provenance/recipe").textValue())
        .isEqualTo(arm + " " + larger + " " + masked);
  }

  /** Before anything is trained. */
  @Test
  void oneUserIsTooFewToCompare() {
    compare("single", "iid/identity,sorted/identity", "--users=1")
        .refused(2, "--users: received 1", "allowed: 2 and up");
    assertThat(folder.resolve("single")).doesNotExist();
  }

  /** Before the log is read for what its settings would be. */
  @Test
  void oneArmIsRefusedAtOnce() {
    Invocation refused = compare("alone", "recipe");
    refused.refused(2, "1 arm is given; allowed: two or more, the reference first");
    assertThat(refused.err()).doesNotContain("chosen by the log", "recipe:");
  }

  private static List<String> names(JsonNode report) {
    List<String> names = new ArrayList<>();
    report.at("/arms").forEach(arm -> names.add(arm.get("name").textValue()));
    return names;
  }

  @Test
  void refusesArmsThatSetWhatTheyAreJudgedBy() {
    for (String setting : List.of("evaluation.split=test", "seed=7", "threads=1")) {
      compare("judged", "iid/identity,iid/identity;" + setting)
          .refused(2, "arm iid/identity;" + setting + " sets ", "the same for all arms");
    }
    compare("judged", "iid/identity", "--vary", "evaluation.users=5,10")
        .refused(2, "sets evaluation.users", "the same for all arms");
    assertThat(folder.resolve("judged")).doesNotExist();
  }

  /** A chart of another metric under the metric's title would be read as the metric. */
  @Test
  void drawsNoCurveOfAMetricThatWasNotLoggedAndNamesTheSplitOfThoseItDraws() throws IOException {
    String arms = "iid/identity,sorted/identity";
    JsonNode other = compare("other", arms, "--metric=recall@7", "--json").json();
    assertThat(other.at("/arms/0/curves")).isEmpty();
    assertThat(other.at("/warnings").toString())
        .contains("recall@7 was not logged during training", "evaluation.metrics");
    Path page = folder.resolve("onTest").resolve("report.html");
    JsonNode onTest = compare("onTest", arms, "--set=evaluation.split=test", "--json").json();
    assertThat(Files.readString(page))
        .contains("recall@20 on the test split: each run was evaluated once", "no curve to draw")
        .doesNotContain("id=\"curve-steps\"");
    assertThat(onTest.at("/warnings").toString())
        .contains("chosen on the test split, the one reported")
        .doesNotContain("nothing chose an epoch");
  }

  @Test
  void saysThatExtraNegativesAreNotAmongThoseCounted() {
    JsonNode report = compare("extra", "iid/identity,iid/identity;loss.uniform=8", "--json").json();
    assertThat(report.at("/warnings").toString())
        .contains("loss.shown are not counted (iid/identity;loss.uniform=8)");
  }

  @Test
  void numbersAreWrittenAlikeUnderEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      Invocation german = compare("german", "iid/identity,sorted/identity+user");
      assertThat(german.exitCode()).isZero();
      assertThat(german.out() + german.err()).contains("0.").doesNotContainPattern("\\b0,\\d{4}");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void saysWhetherSeenItemsWereRankedAndAsksWhereRepeatsDoNotCount() throws IOException {
    Path log = folder.resolve("shop.csv");
    StringBuilder rows = new StringBuilder("user,item,time\n");
    for (int row = 0; row < 200; row++) {
      int round = row / 20;
      int item =
          round % 2 == 1 && round > 6 ? 20 * (round - 6) + row % 20 : row % 20 % 7 + round % 3;
      rows.append("u%d,i%d,%d\n".formatted(row % 20, item, row));
    }
    Files.writeString(log, rows);
    Path shop = folder.resolve("shop");
    Invocation.of(
        "import",
        "table",
        "--from=" + log,
        "--split=time:0.2",
        "--to=" + shop,
        "--column=user=user",
        "--column=item=item",
        "--column=time=time");
    String[] given = {
      "compare",
      "--data=" + shop,
      "--arms=iid/identity,sorted/identity",
      "--seeds=1",
      "--set=epochs=1",
      "--set=batchSize=16",
      "--set=dim=4",
      "--device=cpu"
    };
    Invocation without = called(given, "--out=" + folder.resolve("unranked"));
    assertThat(without.out()).contains("seen items left out of the ranking");
    assertThat(without.err())
        .containsOnlyOnce("repeat an item that the user had before")
        .contains("from about 10 % on", "evaluation.rankSeen=true");
    assertThat(
            called(given, "--out=" + folder.resolve("decided"), "--set=evaluation.rankSeen=false")
                .err())
        .as("a decision that was taken")
        .doesNotContain("repeat an item");
    Path ranked = folder.resolve("ranked");
    Invocation asked = called(given, "--out=" + ranked, "--set=evaluation.rankSeen=true");
    assertThat(asked.out()).contains("Judged on the test split, seen items ranked.");
    assertThat(asked.err()).doesNotContain("repeat an item");
    assertThat(Files.readString(ranked.resolve("report.html")))
        .contains("whole catalogue ranked, seen items ranked");
  }

  private static String with(String[] given, String... more) {
    return called(given, more).out();
  }

  private static Invocation called(String[] given, String... more) {
    Invocation invocation =
        Invocation.of(
            Stream.concat(Arrays.stream(given), Arrays.stream(more)).toArray(String[]::new));
    assertThat(invocation.exitCode()).as(invocation.err()).isZero();
    return invocation;
  }

  @Test
  void neverTakesArmsOutOfAReportUnasked() throws IOException {
    compare("kept", "iid/identity,sorted/identity", "--max-batches=2");
    Path report = folder.resolve("kept/report.json");
    byte[] before = Files.readAllBytes(report);

    compare("kept", "iid/identity,sorted/identity+user", "--max-batches=2")
        .refused(2, "leave out sorted/identity.", "--add", "another --out");
    compare("kept", "iid/identity,sorted/identity", "--max-batches=2", "--set=seed=2")
        .refused(2, "over seeds [1, 2]; the seeds given are [2, 3]");
    assertThat(Files.readAllBytes(report)).isEqualTo(before);

    Path trained = folder.resolve("kept/runs/02-sorted_identity/seed-1/result.json");
    FileTime then = Files.getLastModifiedTime(trained);
    JsonNode added =
        compare("kept", "sorted/identity+user", "--max-batches=2", "--add", "--json").json();
    assertThat(added.at("/arms"))
        .extracting(arm -> arm.get("name").textValue())
        .containsExactly("iid/identity", "sorted/identity", "sorted/identity+user");
    assertThat(Files.getLastModifiedTime(trained)).isEqualTo(then);

    assertThat(
            compare("kept", "iid/identity,sorted/identity,sorted/identity+user", "--max-batches=2")
                .out())
        .contains("From sorted/identity to iid/identity, the change in recall@20 is")
        .containsPattern(
            "same-user false negatives .*: sorted/identity -> sorted/identity\\+user [+-]");

    // In another order, with another metric: the same runs, and the change is said.
    Invocation turned =
        compare(
            "kept",
            "sorted/identity+user,sorted/identity,iid/identity",
            "--max-batches=2",
            "--metric=ndcg@20");
    assertThat(turned.err())
        .contains("was on recall@20 of the test split, users: 60, the new one is on ndcg@20");
    assertThat(turned.out()).contains("Compared with sorted/identity+user");
    assertThat(Files.getLastModifiedTime(trained)).isEqualTo(then);
    try (var folders = Files.list(folder.resolve("kept/runs"))) {
      assertThat(folders.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "01-iid_identity", "02-sorted_identity", "03-sorted_identity+user");
    }
  }

  @Test
  void aCurveIsAddedToAComparison() throws IOException {
    compare("both", "iid/identity;loss.weighting=users,sorted/identity+user", "--max-batches=2");
    String[] curve = {"--layout=requests:20", "--batch-size=32", "--mask=identity", "--add"};
    assertThat(small.invoke("curve", "both", List.of(curve)).out())
        .containsPattern("iid +64 +identity;loss.weighting=users ")
        .containsPattern("sorted +64 +identity\\+user ")
        .containsPattern("requests:20 +32 +identity ")
        .contains("No other point is shown to be as good as iid/identity;loss.weighting=users");
    assertThat(Files.readString(folder.resolve("both/report.html"))).contains("id=\"trade-map\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          iid/identity                        | --max-batches=2  | two or more
          iid/identity,iid/identity           | --max-batches=2  | given twice
          iid,sorted/identity                 | --max-batches=2  | has no '/'
          iid/identity,random/identity        | --max-batches=2  | iid, sorted, requests:G
          iid/identity,recipee                | --max-batches=2  | or recipe for what train would choose (did you mean 'recipe'?)
          iid/identity,mine=recipee/user      | --max-batches=2  | did you mean 'recipe'
          iid/identity,sort/user              | --max-batches=2  | did you mean 'sorted'
          iid/identity,sorted/usr             | --max-batches=2  | unknown mask 'usr'
          iid/identity,sorted/identity+engagd | --max-batches=2  | did you mean 'engaged'
          iid/identity,sorted/context:nowhere | --max-batches=2  | nowhere
          iid/identity,sorted/identity;epochs | --max-batches=2  | not key=value
          iid/identity,sorted/user;epoch=1    | --max-batches=2  | did you mean 'epochs'
          iid/identity,sorted/identity        | --metric=abc     | unknown metric 'abc'
          iid/identity,sorted/identity        | --metric=recal@20 | did you mean 'recall'
          iid/identity,sorted/identity        | --split=tests    | did you mean 'test'
          iid/identity,sorted/identity        | --metric=coverage@10 | one that every user has
          iid/identity,sorted/identity        | --grid=epochs    | key=value,value
          iid/identity,sorted/identity        | --split=train    | validation, test
          """)
  void refusesWhatDoesNotFit(String arms, String option, String fragment) {
    compare("refused", arms, option).refused(2, fragment);
  }

  @Test
  void seedsAndPlacesAreChecked() throws IOException {
    Path file = Files.writeString(folder.resolve("a-file"), "x");
    compare("a-file", "iid/identity,sorted/identity").refused(2, file + " is not a directory");
    compare("a-file/below", "iid/identity,sorted/identity").refused(2, "it is not a directory");
    Invocation.of(
            "compare",
            "--data",
            small.data().toString(),
            "--arms",
            "iid/identity,sorted/identity",
            "--out",
            folder + "/none",
            "--seeds",
            "0")
        .refused(2, "--seeds: received 0");
    Invocation.of("compare", "--data", small.data().toString(), "--arms", "iid/identity")
        .refused(2, "--out");
  }

  @Test
  void theDemoComparesShuffledSortedAndTheRecipe() {
    assertThat(Demo.ARMS).startsWith("iid/identity", "sorted/identity").hasSameSizeAs(Demo.NAMES);
    // The last arm is the recipe: the default layout with the default masks.
    assertThat(Demo.ARMS.get(Demo.ARMS.size() - 1))
        .isEqualTo(RunConfig.defaults().layout() + "/" + RunConfig.defaults().masks());
    assertThat(Demo.settings().evaluation().metrics())
        .contains(Demo.settings().evaluation().stopMetric());
  }
}
