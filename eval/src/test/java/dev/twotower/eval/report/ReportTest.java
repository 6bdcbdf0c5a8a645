package dev.twotower.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static SampleStudy study;
  private static List<ArmRuns> arms;
  private static Report report;

  @BeforeAll
  static void makeStudy() {
    study = new SampleStudy();
    arms = study.arms(3);
    report = study.report("a<b>&'\"</script><img src=x onerror=alert(1)>", arms);
  }

  @Test
  void holdsTheDocumentedFields() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ReportFiles.json(report));
    assertThat(json.get("dataset").isTextual()).isTrue();
    assertThat(json.get("seeds")).hasSize(3);
    JsonNode arm = json.at("/arms/1");
    assertThat(arm.get("name").textValue()).isEqualTo("sorted/identity");
    JsonNode metric = arm.get("metrics").get("recall@20");
    assertThat(metric.get("values")).hasSize(3);
    assertThat(metric.get("low").doubleValue()).isLessThan(metric.get("mean").doubleValue());
    assertThat(metric.get("high").doubleValue()).isGreaterThan(metric.get("mean").doubleValue());
    assertThat(arm.get("falseNegativeRate").doubleValue()).isBetween(0.05, 1.0);
    assertThat(arm.get("examplesPerSecond").doubleValue()).isCloseTo(121_200, within(1.0));
    assertThat(arm.get("dedupRatio").doubleValue()).isGreaterThan(1);
    JsonNode pair = json.at("/pairs/0");
    assertThat(pair.get("a").textValue()).isEqualTo("sorted/identity");
    assertThat(pair.get("b").textValue()).isEqualTo("iid/identity");
    assertThat(pair.get("metric").textValue()).isEqualTo("recall@20");
    assertThat(pair.get("verdict").textValue()).isEqualTo("worse");
    double difference =
        json.at("/arms/1/metrics/recall@20/mean").doubleValue()
            - json.at("/arms/0/metrics/recall@20/mean").doubleValue();
    assertThat(pair.get("difference").doubleValue()).isCloseTo(difference, within(1e-12));
    assertThat(pair.get("low").doubleValue()).isLessThan(difference);
    assertThat(pair.get("high").doubleValue()).isBetween(difference, 0.0);
  }

  @Test
  void readsBackWhatItWrote(@TempDir Path directory) throws IOException {
    ReportFiles.write(report, directory);
    assertThat(ReportFiles.read(directory.resolve(ReportFiles.JSON))).isEqualTo(report);
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("report.json", "report.html");
    }
  }

  @Test
  void statesTheVerdictOfEveryArmAgainstTheFirst() {
    String headline = Headline.of(report);
    assertThat(headline)
        .startsWith("Compared with iid/identity (recall@20 0.")
        .contains("sorted/identity (\u2212")
        .contains("is worse")
        .contains("sorted/identity+engaged (+")
        .contains("better");
    assertThat(report.headlinePairs()).hasSize(6);
    assertThat(report.pairs()).hasSize(12);
    assertThat(Headline.of(study.report("d", arms.subList(0, 1))))
        .contains("no other arm to compare");
  }

  @Test
  void armsArePointsOfTheTradeOff() {
    List<Report.TradeOff> points = Comparison.tradeOff(arms, SampleStudy.METRIC);
    assertThat(points).hasSize(4);
    Report.TradeOff sorted = points.get(1);
    assertThat(sorted.arm()).isEqualTo("sorted/identity");
    assertThat(sorted.layout()).isEqualTo("sorted");
    assertThat(sorted.batchSize()).isEqualTo(256);
    assertThat(sorted.falseNegativeRate()).isEqualTo(arms.get(1).batches().falseNegativeRate());
    // 256 rows a step at 120,000 rows a second.
    assertThat(sorted.stepMillis()).isCloseTo(2.13, within(0.01));
    assertThat(sorted.metric()).isEqualTo(report.arms().get(1).metrics().get("recall@20"));
  }

  @Test
  void namesTheFastestPointThatIsNotWorse() {
    Report curve = study.curve(arms);
    // sorted/identity is the fastest (120,000 a second against 41,000) but worse; then comes user.
    assertThat(FastestPoint.sentence(curve).orElseThrow())
        .startsWith("Of 3 other points, 2 are not shown to be worse than iid/identity.")
        .contains("The fastest of them is sorted/identity+user: 2.9 times its examples a second");
    assertThat(FastestPoint.sentence(study.curve(arms.subList(0, 2))).orElseThrow())
        .isEqualTo("sorted/identity is worse than iid/identity.");
    assertThat(FastestPoint.sentence(study.curve(arms.subList(0, 1)))).isEmpty();
  }

  @Test
  void anIdenticalArmIsEquivalent() {
    ArmRuns twin = new ArmRuns("sorted/identity+user", arms.get(0).runs(), null);
    List<Report.Pair> pairs =
        Comparison.pairs(
            List.of(arms.get(0), twin),
            List.of(SampleStudy.METRIC),
            Comparison.Pairing.WITH_FIRST,
            ComparisonSettings.defaults());
    assertThat(pairs)
        .singleElement()
        .extracting(Report.Pair::verdict)
        .isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void refusesArmsThatCannotBePaired() {
    assertThatThrownBy(
            () ->
                Comparison.arms(
                    List.of(
                        arms.get(0), new ArmRuns("x/y", arms.get(1).runs().subList(0, 2), null))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x/y has seeds [0, 1]")
        .hasMessageContaining("[0, 1, 2]");
  }

  @Test
  void warnsOfOneSeedAndOfModelsNoBetterThanPopularity() {
    List<String> warnings =
        Comparison.warnings(List.of(study.arm("iid/identity", -0.5, 1000, 1)), SampleStudy.METRIC);
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).startsWith("One seed");
    assertThat(warnings.get(1)).contains("no better than ranking by popularity");
    assertThat(report.warnings()).noneMatch(text -> text.contains("popularity"));
  }

  @Test
  void pageEscapesWhatComesFromData() {
    String page = HtmlReport.of(report);
    assertThat(page).doesNotContain("<img src=x").doesNotContain("</script><img");
    assertThat(page).contains("a&lt;b&gt;&amp;&#39;&quot;&lt;/script&gt;&lt;img src=x");
    assertThat(page.length()).isLessThan(5_000_000);
    assertThat(Html.escapeJson("</script>&\u2028"))
        .isEqualTo("\\u003c/script\\u003e\\u0026\\u2028");
  }

  @Test
  void pageHoldsEveryNumberInATable() {
    String page = HtmlReport.of(report);
    String tables = page.substring(0, page.indexOf("application/json"));
    for (Report.Pair pair : report.headlinePairs()) {
      assertThat(tables).contains(Numbers.signedMetric(pair.difference()));
    }
    report
        .falseNegatives()
        .forEach(row -> assertThat(tables).contains(Numbers.percent(row.sameUserRate())));
    report.arms().forEach(arm -> assertThat(tables).contains(">" + arm.name() + "<"));
    assertThat(tables).contains("optimizer.learningRate").contains("0.001");
  }

  @Test
  void numbersReadAsPeopleWriteThem() {
    assertThat(Numbers.percent(0.01)).isEqualTo("1\u00a0%");
    assertThat(Numbers.percent(0.0456)).isEqualTo("4.6\u00a0%");
    assertThat(Numbers.signedPercent(-0.0731)).isEqualTo("\u22127.3\u00a0%");
    assertThat(Numbers.signedMetric(0.00123)).isEqualTo("+0.0012");
    assertThat(Numbers.probability(0.00001)).isEqualTo("< 0.0001");
  }
}
