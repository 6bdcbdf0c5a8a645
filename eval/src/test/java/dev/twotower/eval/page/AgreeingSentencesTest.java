package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import dev.twotower.eval.comparison.ArmRun;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.Standing;
import dev.twotower.eval.ranking.MadeEvaluation;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.stats.ComparisonSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

/**
 * What a page says of a comparison in one place never contradicts what it says in another, whatever
 * came out: few users or many, arms that are equal, find nothing, or lose everything.
 */
class AgreeingSentencesTest {
  private static final int REPORTS = 600;
  private static final Metric METRIC = Metric.parse("recall@20");
  private static final ComparisonSettings SETTINGS =
      new ComparisonSettings(0.05, 0.01, 20, 0.8, 0, 0);
  private static final List<String> OTHERS =
      List.of("sorted/identity", "requests:100:8/identity+user", "requests:30/identity+engaged");

  @Test
  void noSentenceContradictsAnother() {
    Map<Standing, Integer> seen = new EnumMap<>(Standing.class);
    int withoutMoreSeeds = 0;
    for (int trial = 0; trial < REPORTS; trial++) {
      Report report = report(Streams.stream(trial, "test.sentences"));
      for (Report.Pair pair : report.pairs()) {
        seen.merge(pair.standing(), 1, Integer::sum);
        check(report, pair);
        withoutMoreSeeds +=
            pair.standing() == Standing.NOT_WORSE && pair.note().contains("seeds alone would not")
                ? 1
                : 0;
      }
      check(report, ShortAnswer.of(report).orElseThrow());
    }
    // Each case occurred, also the one in which a page once said yes and "do not decide it".
    assertThat(seen).containsOnlyKeys(Standing.values());
    assertThat(seen.values()).allMatch(count -> count >= 20);
    assertThat(withoutMoreSeeds).isGreaterThan(5);
  }

  private static void check(Report report, Report.Pair pair) {
    if (pair.relative() != null) {
      assertThat(
              Stream.of(
                  pair.relative(),
                  pair.relativeLow(),
                  pair.relativeHigh(),
                  pair.corrected().relativeLow(),
                  pair.corrected().relativeHigh()))
          .as("nothing loses more than all")
          .allMatch(share -> share >= -1);
    }
    if (report.seeds().size() == 1) {
      assertThat(pair.standing()).isEqualTo(Standing.OPEN);
      assertThat(pair.note()).startsWith("one seed cannot separate");
      return;
    }
    switch (pair.standing()) {
      case BETTER, EQUIVALENT, WORSE -> {
        if (pair.note() != null) {
          assertThat(pair.note()).matches("its \\d+ seeds agree more closely .*");
          assertThat(pair.high() - pair.low()).isLessThan(pair.usersHigh() - pair.usersLow());
        }
      }
      case NOT_WORSE ->
          assertThat(plain(pair.note()))
              .startsWith(
                  "a loss of 1 % or more is ruled out by a one-sided test (the interval is two")
              .contains("tell whether it gains")
              .doesNotContain("decide");
      case OPEN ->
          assertThat(pair.note())
              .containsPattern("decide it|neither finds anything")
              .doesNotContain("ruled out", "gains");
    }
  }

  private static void check(Report report, ShortAnswer answer) {
    Standing best = report.againstReference(answer.arm()).orElseThrow().standing();
    List<Standing> all = report.pairs().stream().map(Report.Pair::standing).toList();
    assertThat(all).allMatch(standing -> best.compareTo(standing) <= 0);
    List<String> words =
        Stream.concat(
                Stream.of(answer.headline()), answer.parts().stream().map(ShortAnswer.Part::answer))
            .map(AgreeingSentencesTest::plain)
            .toList();
    assertThat(DifferencesSection.of(report, 0).contains("id=\"forest\""))
        .as("a chart has something to draw")
        .isEqualTo(report.pairs().stream().anyMatch(pair -> pair.relative() != null));
    assertThat(words.get(0).startsWith("Yes")).isEqualTo(best.good());
    assertThat(words.get(1).startsWith("Yes")).isEqualTo(best.good());
    assertThat(answer.next().isPresent()).isEqualTo(best.undecided() && report.seeds().size() > 1);
    if (best.good()) {
      assertThat(words).noneMatch(each -> each.contains("decide it") || each.startsWith("Not "));
    } else {
      assertThat(words).noneMatch(each -> each.contains("ruled out"));
    }
    if (best == Standing.WORSE) {
      assertThat(words.get(0)).contains("worse than shuffled rows in every arm");
      assertThat(all).containsOnly(Standing.WORSE);
    }
  }

  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }

  private static Report report(UniformRandomProvider random) {
    int seeds = random.nextInt(12) == 0 ? 1 : 2 + random.nextInt(4);
    int users = random.nextInt(4) == 0 ? 2 + random.nextInt(8) : 50 + random.nextInt(400);
    double level = random.nextInt(12) == 0 ? 0 : 0.05 + 0.4 * random.nextDouble();
    double[][] reference = values(random, seeds, users, level);
    List<ArmRuns> arms = new ArrayList<>(List.of(arm("iid/identity", reference)));
    for (String name : OTHERS.subList(0, 1 + random.nextInt(OTHERS.size()))) {
      double[] gains = {-1, -0.2, -0.02, -0.005, 0, 0, 0.005, 0.02, 0.05, 0.2};
      double gain = level * gains[random.nextInt(gains.length)];
      double noise = Math.pow(10, -1 - 3 * random.nextDouble());
      double ofSeeds = random.nextInt(2) * noise * random.nextDouble() / 3;
      arms.add(arm(name, changed(random, reference, gain, noise, ofSeeds)));
    }
    return new Report(
        "made",
        arms.get(0).runs().stream().map(ArmRun::seed).toList(),
        Comparison.arms(arms),
        Comparison.pairs(arms, List.of(METRIC), Comparison.Pairing.WITH_FIRST, SETTINGS),
        METRIC.toString(),
        "test",
        SETTINGS.margin(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }

  /** Hits of some of ten items each. */
  private static double[][] values(
      UniformRandomProvider random, int seeds, int users, double level) {
    double[][] values = new double[seeds][users];
    for (int user = 0; user < users; user++) {
      double taste = random.nextDouble() * 2 * level;
      for (double[] row : values) {
        row[user] = taste;
      }
    }
    return values;
  }

  private static double[][] changed(
      UniformRandomProvider random, double[][] from, double gain, double noise, double ofSeeds) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] ofUsers = new double[from[0].length];
    for (int user = 0; user < ofUsers.length; user++) {
      ofUsers[user] = noise * normal.sample();
    }
    double[][] values = new double[from.length][ofUsers.length];
    for (int seed = 0; seed < values.length; seed++) {
      double shift = ofSeeds * normal.sample();
      for (int user = 0; user < ofUsers.length; user++) {
        double value =
            from[seed][user] + gain + shift + ofUsers[user] + noise * normal.sample() / 3;
        values[seed][user] = Math.max(0, Math.min(1, value));
      }
    }
    return values;
  }

  private static ArmRuns arm(String name, double[][] values) {
    List<ArmRun> runs = new ArrayList<>();
    for (int seed = 0; seed < values.length; seed++) {
      runs.add(new ArmRun(seed, MadeEvaluation.of(METRIC, values[seed]), 10, 1, List.of()));
    }
    return new ArmRuns(ArmSpec.parse(name), runs, null);
  }
}
