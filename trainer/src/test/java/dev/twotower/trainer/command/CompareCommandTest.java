package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.demo.Demo;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void generate() {
    data = folder.resolve("data");
    Invocation.of(
        "generate", "--to", data.toString(), "--users", "60", "--items", "200", "--rows", "900");
  }

  private static Invocation compare(String out, String arms, String... more) {
    List<String> options = new ArrayList<>(List.of("--arms", arms));
    options.addAll(List.of(more));
    return invoke("compare", out, options);
  }

  private static Invocation invoke(String command, String out, List<String> options) {
    List<String> arguments = new ArrayList<>(List.of(command, "--data", data.toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of("--seeds", "2", "--set", "epochs=1", "--set", "batchSize=64"));
    arguments.addAll(List.of("--set", "dim=4", "--set", "user.embedding=4"));
    arguments.addAll(List.of("--set", "item.embedding=4", "--device", "cpu"));
    arguments.addAll(options);
    return Invocation.of(arguments.toArray(String[]::new));
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
        .contains("judged by", "to decide it");
    compare("ab", arms, "--set", "epochs=2", "--set", "loss.temperature=0.5")
        .refused(
            2, "other settings (epochs: 1 there, 2 now; loss.temperature: 0.2 there, 0.5 now)");
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
        .contains("recall@20 on the test split, a line for each seed");
    assertThat(onTest.at("/warnings").toString())
        .contains("chosen on the test split, the one reported")
        .doesNotContain("nothing chose an epoch");
  }

  @Test
  void saysThatExtraNegativesAreNotAmongThoseCounted() {
    JsonNode report = compare("extra", "iid/identity,iid/identity;loss.uniform=8", "--json").json();
    assertThat(report.at("/warnings").toString())
        .contains("loss.uniform and loss.queue are not counted (iid/identity;loss.uniform=8)");
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
  void saysWhetherSeenItemsWereRankedAndWarnsWhereRepeatsDoNotCount() throws IOException {
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
    String without = with(given, "--out=" + folder.resolve("unranked"));
    assertThat(without)
        .contains(
            "seen items left out of the ranking", "seen items are not ranked, so they do not");
    Path ranked = folder.resolve("ranked");
    String asked = with(given, "--out=" + ranked, "--set=evaluation.rankSeen=true");
    assertThat(asked)
        .contains("Judged on the test split, seen items ranked.")
        .doesNotContain("do not count as relevant");
    assertThat(Files.readString(ranked.resolve("report.html")))
        .contains("whole catalogue ranked, seen items ranked")
        .doesNotContain("do not count as relevant");
  }

  private static String with(String[] given, String... more) {
    Invocation invocation =
        Invocation.of(
            Stream.concat(Arrays.stream(given), Arrays.stream(more)).toArray(String[]::new));
    assertThat(invocation.exitCode()).as(invocation.err()).isZero();
    return invocation.out();
  }

  /** The tree's ablation: each value with each kind of batch, judged against the arm without. */
  @Test
  void variesSettingsOfEveryArm() {
    JsonNode report =
        compare(
                "varied",
                "iid/identity;item.features=[id,category]",
                "--vary=tree.lambda=0.01,0.1",
                "--vary=tree.batches=random,hierarchical",
                "--set=tree.batchSize=32",
                "--max-batches=2",
                "--json")
            .json();
    String arm = "iid/identity;item.features=[id,category]";
    assertThat(report.at("/arms"))
        .extracting(each -> each.get("name").textValue())
        .containsExactly(
            arm,
            arm + ";tree.lambda=0.01;tree.batches=random",
            arm + ";tree.lambda=0.01;tree.batches=hierarchical",
            arm + ";tree.lambda=0.1;tree.batches=random",
            arm + ";tree.lambda=0.1;tree.batches=hierarchical");
    assertThat(report.at("/pairs"))
        .filteredOn(pair -> pair.get("metric").textValue().equals("recall@20"))
        .allMatch(pair -> pair.get("b").textValue().equals(arm))
        .hasSize(4);
    compare("varied2", "iid/identity", "--vary=tree.lambda=0.1")
        .refused(2, "fewer than two values");
  }

  /** Each arm chooses on validation from the same combinations, whatever the others choose. */
  @Test
  void tunesEveryArmOnTheSameGrid() throws IOException {
    String[] tuned = {
      "--grid=optimizer.tableLearningRate=0.01,0.3",
      "--grid=loss.temperature=0.1,0.2,0.5",
      "--set=evaluation.everyEpochs=0",
      "--max-batches=2",
      "--json"
    };
    Invocation first = compare("tuned", "iid/identity,sorted/identity+user", tuned);
    JsonNode report = first.json();
    assertThat(report.at("/arms")).hasSize(2);
    assertThat(report.at("/arms/0/metrics/recall@20/values")).hasSize(2);
    assertThat(report.at("/provenance/grid").textValue())
        .isEqualTo("optimizer.tableLearningRate=0.01,0.3 loss.temperature=0.1,0.2,0.5");
    for (JsonNode arm : report.at("/arms")) {
      String name = arm.at("/name").textValue();
      Path runs = runsOf(folder.resolve("tuned/runs"), name);
      Map<String, Double> values = new TreeMap<>();
      try (Stream<Path> each = Files.list(runs)) {
        for (Path run : each.filter(path -> path.toString().contains("tune-")).toList()) {
          JsonNode result = new ObjectMapper().readTree(run.resolve("result.json").toFile());
          values.put(run.getFileName().toString(), result.at("/metrics/recall@20").doubleValue());
        }
      }
      assertThat(values).hasSize(6);
      double best = values.values().stream().max(Double::compare).orElseThrow();
      String chose = report.at("/provenance").get(name).textValue();
      String settings = chose.replaceAll("chose (.+) \\(.*", "$1");
      String tuning = "tune-" + settings.replace(' ', '_');
      assertThat(values.get(tuning)).isEqualTo(best);
      assertThat(chose).contains("on validation, the best of 6");
      assertThat(first.err()).contains(name + ": " + chose);
      // Every seed learns with what the first one chose.
      RunConfig chosen = RunDirectory.open(runs.resolve(tuning)).config();
      assertThat(RunDirectory.open(runs.resolve("seed-1")).config()).isEqualTo(chosen);
      // That of the first seed is not trained again: a second training would log other times.
      assertThat(runs.resolve("seed-1/metrics.jsonl"))
          .hasSameBinaryContentAs(runs.resolve(tuning).resolve("metrics.jsonl"));
      assertThat(RunDirectory.open(runs.resolve("seed-2")).config())
          .isEqualTo(chosen.with("seed=2"));
    }
    // Two values have no middle, three have.
    assertThat(report.at("/warnings").toString()).doesNotContain("the end of the grid optimizer");
    boolean atEnd = false;
    for (JsonNode arm : report.at("/arms")) {
      String temperature = arm.at("/chosen/loss.temperature").textValue();
      atEnd |= !temperature.equals("0.2");
      String chose = report.at("/provenance").get(arm.at("/name").textValue()).textValue();
      assertThat(chose).contains("loss.temperature=" + temperature);
    }
    assertThat(report.at("/warnings").toString().contains("the end of the grid loss.temperature"))
        .isEqualTo(atEnd);

    String arms = "iid/identity,sorted/identity+user";
    List<FileTime> trained = written(folder.resolve("tuned/runs"));
    String[] text = Arrays.copyOf(tuned, tuned.length - 1);
    assertThat(compare("tuned", arms, text).out())
        .contains("chose from the grid: iid/identity: optimizer.tableLearningRate=");
    assertThat(written(folder.resolve("tuned/runs"))).isEqualTo(trained);
    compare("tuned", arms, "--set=evaluation.everyEpochs=0", "--max-batches=2")
        .refused(2, "chose from the grid: optimizer.tableLearningRate=0.01,0.3", "is: none");
  }

  private static List<FileTime> written(Path runs) throws IOException {
    List<FileTime> times = new ArrayList<>();
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path file : files.filter(path -> path.endsWith("result.json")).sorted().toList()) {
        times.add(Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void refusesGridsThatCannotChooseBeforeItTrains() {
    String arms = "iid/identity,sorted/identity;loss.temperature=0.3";
    compare("untuned", arms, "--grid=loss.temperature=0.1,0.2")
        .refused(2, "sets loss.temperature, which --grid loss.temperature=0.1,0.2 is to choose");
    compare("untuned", arms, "--grid=dim=4,8", "--grid=dim=16,32").refused(2, "names dim twice");
    compare("untuned", arms, "--grid=seed=4,8").refused(2, "not evaluation, checkpoint, seed");
    compare("untuned", arms, "--grid=evaluation.rankSeen=true,false")
        .refused(2, "not evaluation, checkpoint, seed");
    compare("untuned", arms, "--grid=dim=4,4").refused(2, "dim=4,4 has a value twice");
    compare("untuned", arms, "--grid=dim=4,,8").refused(2, "dim=4,,8 has an empty value");
    compare("untuned", arms, "--grid=item.hidden=[8,4]").refused(2, "fewer than two values");
    compare("untuned", arms, "--grid=epochs=1,many").refused(2, "epochs", "many");
    assertThat(folder.resolve("untuned")).doesNotExist();
  }

  private static Path runsOf(Path runs, String arm) throws IOException {
    String folder = arm.replaceAll("[^A-Za-z0-9.+=-]+", "_");
    try (Stream<Path> each = Files.list(runs)) {
      return each.filter(path -> path.toString().endsWith("-" + folder)).findFirst().orElseThrow();
    }
  }

  @Test
  void trainsSettingsThatComeToTheSameOnce() {
    Invocation varied =
        compare(
            "once",
            "iid/identity,iid/identity;batchSize=64",
            "--vary=tree.lambda=0,0.1",
            "--vary=tree.batches=random,hierarchical",
            "--set=item.features=[id,category]",
            "--set=tree.batchSize=32",
            "--max-batches=2",
            "--json");
    assertThat(varied.json().at("/arms"))
        .extracting(each -> each.get("name").textValue())
        .containsExactly(
            "iid/identity",
            "iid/identity;tree.lambda=0.1;tree.batches=random",
            "iid/identity;tree.lambda=0.1;tree.batches=hierarchical");
    assertThat(varied.err())
        .contains(
            "iid/identity;tree.lambda=0;tree.batches=random is left out: its settings are those of iid/identity",
            "iid/identity;batchSize=64 is left out: its settings are those of iid/identity");
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
        .contains("was on recall@20 of the test split, the new one is on ndcg@20");
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
    assertThat(invoke("curve", "both", List.of(curve)).out())
        .containsPattern("iid +64 +identity;loss.weighting=users ")
        .containsPattern("sorted +64 +identity\\+user ")
        .containsPattern("requests:20 +32 +identity ")
        .contains("No other point is shown to be equivalent to iid/identity;loss.weighting=users");
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
          iid/identity,sorted/usr             | --max-batches=2  | unknown mask 'usr'
          iid/identity,sorted/context:nowhere | --max-batches=2  | nowhere
          iid/identity,sorted/identity;epochs | --max-batches=2  | not key=value
          iid/identity,sorted/user;epoch=1    | --max-batches=2  | did you mean 'epochs'
          iid/identity,sorted/identity        | --metric=auc     | unknown metric 'auc'
          iid/identity,sorted/identity        | --metric=coverage@10 | one that every user has
          iid/identity,sorted/identity        | --grid=epochs    | key=value,value
          iid/identity,sorted/identity        | --split=train    | validation, test
          """)
  void refusesWhatDoesNotFit(String arms, String option, String fragment) {
    compare("refused", arms, option).refused(2, fragment);
  }

  @Test
  void seedsAndPlacesAreChecked() {
    Invocation.of(
            "compare",
            "--data",
            data.toString(),
            "--arms",
            "iid/identity,sorted/identity",
            "--out",
            folder + "/none",
            "--seeds",
            "0")
        .refused(2, "--seeds: received 0");
    Invocation.of("compare", "--data", data.toString(), "--arms", "iid/identity")
        .refused(2, "--out");
  }

  @Test
  void theDemoComparesShuffledSortedAndTheTwoRepairs() {
    assertThat(Demo.ARMS)
        .startsWith("iid/identity", "sorted/identity")
        .contains("sorted/identity+user", "sorted/identity+engaged");
    // The last arm is the recipe: the default layout with the mask of what is not ranked.
    assertThat(Demo.ARMS.get(Demo.ARMS.size() - 1))
        .isEqualTo(RunConfig.defaults().layout() + "/identity+engaged");
    assertThat(Demo.settings().evaluation().metrics())
        .contains(Demo.settings().evaluation().stopMetric());
  }
}
