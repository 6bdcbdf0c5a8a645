package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.page.Headline;
import dev.twotower.eval.page.Html;
import dev.twotower.eval.page.HtmlReport;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /** Of paired differences, the arms' own intervals say little. */
  @Test
  void intervalsThatOverlapBesideAVerdictAreExplained() {
    Report.Pair worse = report.headlinePairs().get(0);
    Estimate low = new Estimate(0.20, 0.15, 0.25, List.of());
    Estimate high = new Estimate(0.22, 0.17, 0.27, List.of());
    assertThat(Overlap.note(Map.of(worse.a(), low, worse.b(), high), List.of(worse)))
        .get()
        .asString()
        .startsWith(
            "sorted/identity is worse than iid/identity though their own intervals overlap: ")
        .contains("docs/statistics.md");
    Estimate apart = new Estimate(0.32, 0.27, 0.37, List.of());
    assertThat(Overlap.note(Map.of(worse.a(), low, worse.b(), apart), List.of(worse))).isEmpty();
    String note = Overlap.note(report).orElseThrow();
    assertThat(HtmlReport.of(report)).contains("<p>" + note);
  }

  @Test
  void readsBackWhatItWrote(@TempDir Path directory) throws IOException {
    ReportFiles.write(report, directory);
    Report read = ReportFiles.read(directory);
    // Numbers have 13 digits there.
    assertThat(read)
        .usingRecursiveComparison()
        .withComparatorForType(
            (Double a, Double b) ->
                Math.abs(a - b) <= 1e-12 * Math.abs(a) ? 0 : Double.compare(a, b),
            Double.class)
        .isEqualTo(report);
    String text = Files.readString(directory.resolve(ReportFiles.JSON));
    ReportFiles.write(read, directory);
    assertThat(Files.readString(directory.resolve(ReportFiles.JSON))).isEqualTo(text);
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("report.json", "report.html", "SHA256SUMS");
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
    List<TradeOff> points = Comparison.tradeOff(arms, SampleStudy.METRIC);
    assertThat(points).hasSize(4);
    TradeOff sorted = points.get(1);
    assertThat(sorted.arm()).isEqualTo("sorted/identity");
    assertThat(sorted.layout()).isEqualTo(Layout.SORTED);
    assertThat(sorted.batchSize()).isEqualTo(256);
    assertThat(sorted.falseNegativeRate()).isEqualTo(arms.get(1).batches().falseNegativeRate());
    // 256 rows a step at 121,200 rows a second, the median seed's speed.
    assertThat(sorted.settings()).isEmpty();
    assertThat(sorted.stepRows()).isEqualTo(256);
    assertThat(sorted.stepMillis()).isCloseTo(2.11, within(0.01));
    assertThat(sorted.examplesPerSecond())
        .isCloseTo(1000 * sorted.stepRows() / sorted.stepMillis(), within(1e-6))
        .isEqualTo(report.arms().get(1).examplesPerSecond());
    assertThat(sorted.metric()).isEqualTo(report.arms().get(1).metrics().get("recall@20"));
  }

  @Test
  void anArmWithSettingsIsAPointOfItsOwn() {
    List<ArmRuns> weighted =
        List.of(
            study.arm("iid/identity;loss.weighting=users;batchSize=256", 0.5, 41_000, 3),
            study.arm("sorted/identity+user", 0.56, 120_000, 3));
    Report curve = study.curve(weighted);
    assertThat(curve.tradeOff())
        .extracting(TradeOff::settings)
        .containsExactly("loss.weighting=users", "");
    assertThat(FastestPoint.sentence(curve).orElseThrow()).contains("sorted/identity+user: 2.9");
    assertThat(HtmlReport.of(curve)).contains("id=\"trade-map\"");
    assertThat(HtmlReport.of(study.curve(arms.subList(0, 1)))).doesNotContain("id=\"trade-map\"");
  }

  @Test
  void namesTheFastestPointThatIsShownToBeAsGood() {
    // sorted/identity is the fastest (120,000 a second against 41,000) but worse; then comes user.
    assertThat(verdicts(arms)).containsExactly(Verdict.WORSE, Verdict.EQUIVALENT, Verdict.BETTER);
    assertThat(FastestPoint.sentence(study.curve(arms)).orElseThrow())
        .startsWith(
            "Of 3 other points, 2 are shown to be as good as iid/identity (no loss of 1 % or more)."
                + " The fastest of them is sorted/identity+user: 2.9 times its examples per"
                + " second");
    assertThat(FastestPoint.sentence(study.curve(arms.subList(0, 2))).orElseThrow())
        .isEqualTo("sorted/identity is worse than iid/identity.");
    List<ArmRuns> slow =
        List.of(arms.get(0), study.arm("sorted/identity+engaged", 0.56, 20_000, 3));
    assertThat(FastestPoint.sentence(study.curve(slow)).orElseThrow())
        .contains("None of them is faster than it; the fastest is sorted/identity+engaged: 0.5");
    assertThat(FastestPoint.sentence(study.curve(arms.subList(0, 1)))).isEmpty();
  }

  @Test
  void recommendsNoPointThatTheSeedsLeaveUndecided() {
    ArmRuns reference = study.arm("iid/identity", 0.5, 41_000, 2);
    // Twice as fast, but far lower in the mean of two seeds that disagree.
    List<ArmRuns> lower =
        List.of(reference, study.arm("sorted/identity", new double[] {0.5, 0.3}, 90_000));
    assertThat(verdicts(lower)).containsExactly(Verdict.UNDECIDED);
    assertThat(FastestPoint.sentence(study.curve(lower)).orElseThrow())
        .startsWith(
            "No other point is shown to be as good as iid/identity: 1 undecided, 0"
                + " worse. The undecided one with the best mean is sorted/identity: 2.2 times its"
                + " examples per second (2.2 to 2.2 over seeds), recall@20 0.")
        .containsPattern("\\(\u2212\\d\\d.*%, interval \u2212.* undecided\\)")
        .containsPattern("about \\d+ more seeds? \\(\\d+ in all\\) would decide it");
    // The mean of a slower one agrees, the interval does not yet.
    List<ArmRuns> both =
        List.of(
            reference,
            lower.get(1),
            study.arm("sorted/identity+user", new double[] {0.55, 0.45}, 60_000));
    assertThat(FastestPoint.sentence(study.curve(both)).orElseThrow())
        .contains(
            "2 undecided, 0 worse. The fastest undecided one whose recall@20 is at most 1\u00a0%"
                + " lower than that of iid/identity is sorted/identity+user: 1.5 times");
  }

  @Test
  void saysHowFarTheSeedsDifferInSpeed() {
    ArmRuns steady = study.arm("iid/identity", 0.5, 40_000, 2);
    ArmRun first = study.arm("sorted/identity", 0.55, 40_000, 2).runs().get(0);
    // The second seed trained beside other load: 80,000 a second, then 40,400 like the reference's.
    ArmRuns loaded =
        new ArmRuns(
            ArmSpec.parse("sorted/identity"),
            List.of(
                new ArmRun(0, first.evaluation(), 256, first.stepMillis() / 2, List.of()),
                steady.runs().get(1)),
            steady.batches());
    Report curve = study.curve(List.of(steady, loaded));
    assertThat(curve.arms().get(1).speeds("..")).contains("40,400 .. 80,000");
    assertThat(FastestPoint.sentence(curve).orElseThrow())
        .contains("times its examples per second (1.0 to 2.0 over seeds)");
    assertThat(HtmlReport.of(curve)).contains("(40,400 to 80,000)", curve.speeds());
  }

  @Test
  void leavesOutOfNamesWhatAllArmsShare() {
    Report wordy =
        study.curve(
            List.of(
                study.arm("iid/identity;batchSize=1024", 0.5, 41_000, 1),
                study.arm("sorted/identity;loss.weighting=users;batchSize=1024", -1, 120_000, 1)));
    assertThat(SharedSettings.of(wordy)).isEqualTo("batchSize=1024");
    Report shorter = SharedSettings.without(wordy);
    assertThat(shorter.arms())
        .extracting(Report.Arm::name)
        .containsExactly("iid/identity", "sorted/identity;loss.weighting=users");
    assertThat(shorter.againstReference("sorted/identity;loss.weighting=users")).isPresent();
    assertThat(shorter.tradeOff().get(1).settings()).isEqualTo("loss.weighting=users");
    assertThat(shorter.warnings())
        .anyMatch(text -> text.startsWith("sorted/identity;loss.weighting=users is no better"));
    assertThat(HtmlReport.of(wordy))
        .contains("All arms with <code>batchSize=1024</code>.")
        .doesNotContain("identity;batchSize");
    assertThat(SharedSettings.without(report)).isSameAs(report);
  }

  @Test
  void recommendsNothingOnOneSeed() {
    List<ArmRuns> one =
        List.of(
            study.arm("iid/identity", 0.5, 41_000, 1),
            study.arm("sorted/identity", 0.42, 120_000, 1),
            study.arm("sorted/identity+engaged", 0.56, 110_000, 1));
    assertThat(FastestPoint.sentence(study.curve(one)).orElseThrow())
        .startsWith("One seed decides nothing")
        .contains("is sorted/identity+engaged: 2.7 times")
        .endsWith("Give --seeds 3 or more.");
    assertThat(FastestPoint.sentence(study.curve(one.subList(0, 2))).orElseThrow())
        .contains(
            "there is no other point whose recall@20 is at most 1\u00a0% lower than that of"
                + " iid/identity.");
  }

  private List<Verdict> verdicts(List<ArmRuns> of) {
    Report curve = study.curve(of);
    return of.stream()
        .skip(1)
        .map(arm -> curve.againstReference(arm.name()).orElseThrow().verdict())
        .toList();
  }

  @Test
  void anIdenticalArmIsEquivalent() {
    ArmRuns twin = new ArmRuns(ArmSpec.parse("sorted/identity+user"), arms.get(0).runs(), null);
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
  void otherPairsDoNotMakeItHarderToJudgeByTheReference() {
    List<Metric> metric = List.of(SampleStudy.METRIC);
    ComparisonSettings settings = ComparisonSettings.defaults();
    List<Report.Pair> first =
        Comparison.pairs(arms, metric, Comparison.Pairing.WITH_FIRST, settings);
    List<Report.Pair> all = Comparison.pairs(arms, metric, Comparison.Pairing.ALL, settings);
    assertThat(first).hasSize(arms.size() - 1);
    assertThat(all).hasSize(arms.size() * (arms.size() - 1) / 2);
    assertThat(all.subList(0, first.size())).isEqualTo(first);
  }

  @Test
  void refusesArmsThatCannotBePaired() {
    assertThatThrownBy(
            () ->
                Comparison.arms(
                    List.of(
                        arms.get(0),
                        new ArmRuns(
                            ArmSpec.parse("sorted/user"), arms.get(1).runs().subList(0, 2), null))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sorted/user has seeds [0, 1]")
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
    // Long names may break at their parts.
    String tables = page.substring(0, page.indexOf("application/json")).replace("<wbr>", "");
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
