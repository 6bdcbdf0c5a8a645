package dev.twotower.eval.comparison;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.Conclusion;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.Scorer;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.masking.MaskSet;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/** A study of four arms with made-up models, evaluated and measured by the real code. */
public final class SampleStudy {
  public static final Metric METRIC = Metric.parse("recall@20");
  private static final int USERS = 300;
  private static final int ITEMS = 400;

  private final ArrayInteractions train = log(1, 14);
  private final ArrayInteractions test = log(2, 2);
  private final RankingEvaluator evaluator =
      new RankingEvaluator(
          new RankingData(USERS, ITEMS, train, ArrayInteractions.of(), test),
          RankingOptions.defaults(Split.TEST).withReplicates(50));

  private static ArrayInteractions log(long seed, int requests) {
    UniformRandomProvider random = Streams.stream(seed, "test.study");
    List<ArrayInteractions.Row> rows = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int request = 0; request < 1 + random.nextInt(requests); request++) {
        for (int row = 0; row < 1 + random.nextInt(5); row++) {
          int item = (int) (ITEMS * Math.pow(random.nextDouble(), 2.5));
          rows.add(new ArrayInteractions.Row(user, item, user * 100 + request));
        }
      }
    }
    return new ArrayInteractions(rows);
  }

  /** A model that finds test items by the given lift. */
  private Scorer model(double lift, long seed) {
    return new Scorer() {
      @Override
      public int items() {
        return ITEMS;
      }

      @Override
      public FloatBuffer scores(int[] users, int from, int count) {
        FloatBuffer scores = FloatBuffer.allocate(count * ITEMS);
        for (int i = 0; i < count; i++) {
          int user = users[from + i];
          // Shared by all models of a user, so arms are paired; a little of its own for each seed.
          UniformRandomProvider shared = Streams.stream(user, "test.shared");
          UniformRandomProvider own = Streams.stream(seed, "test.own", user);
          for (int item = 0; item < ITEMS; item++) {
            scores.put(i * ITEMS + item, (float) (shared.nextDouble() + 0.02 * own.nextDouble()));
          }
          for (long row = test.userStart(user); row < test.userEnd(user); row++) {
            int at = i * ITEMS + test.item(row);
            scores.put(at, (float) (scores.get(at) + lift));
          }
        }
        return scores;
      }
    };
  }

  FalseNegatives batches(String layout, int batchSize, String masks) {
    return new FalseNegativeMeter(train, ITEMS, 1)
        .measure(Layout.parse(layout), batchSize, MaskSet.parse(masks), 0, 0);
  }

  public ArmRuns arm(String name, double lift, double speed, int seeds) {
    double[] lifts = new double[seeds];
    Arrays.fill(lifts, lift);
    return arm(name, lifts, speed);
  }

  /** An arm of a seed for each lift. */
  public ArmRuns arm(String name, double[] lifts, double speed) {
    List<ArmRun> runs = new ArrayList<>();
    for (int seed = 0; seed < lifts.length; seed++) {
      double lift = lifts[seed];
      List<Report.Point> curve = new ArrayList<>();
      for (int epoch = 1; epoch <= 8; epoch++) {
        double value = 0.4 * lift * (1 - Math.exp(-epoch / 2.5)) + 0.002 * seed;
        curve.add(new Report.Point(epoch * 120L, epoch * 1e5 / speed, value, 5 - 4 * value));
      }
      runs.add(
          new ArmRun(
              seed,
              evaluator.evaluate(model(lift, seed)),
              256,
              256_000 / (speed * (1 + 0.01 * seed)),
              curve));
    }
    ArmSpec spec = ArmSpec.parse(name);
    FalseNegatives batches = batches(spec.layout().toString(), 256, spec.masks().toString());
    return new ArmRuns(spec, runs, batches);
  }

  public List<ArmRuns> arms(int seeds) {
    return List.of(
        arm("iid/identity", 0.5, 41_000, seeds),
        arm("sorted/identity", 0.42, 120_000, seeds),
        arm("sorted/identity+user", 0.499, 118_000, seeds),
        arm("sorted/identity+engaged", 0.56, 110_000, seeds));
  }

  /** More arms than a chart can hold lines, most of them with long names. */
  public List<ArmRuns> manyArms() {
    List<ArmRuns> arms = new ArrayList<>(List.of(arm("iid/identity", 0.5, 41_000, 1)));
    for (String layout : List.of("sorted", "requests:100000", "requests:100000:8")) {
      for (String masks : List.of("identity", "identity+user", "identity+engaged")) {
        for (String settings : List.of("", ";loss.weighting=sqrt-users")) {
          int n = arms.size();
          arms.add(arm(layout + "/" + masks + settings, 0.44 + 0.01 * n, 40_000 + 900 * n, 1));
        }
      }
    }
    return arms;
  }

  private static TradeOff point(FalseNegatives batches) {
    boolean reference = batches.layout().equals(Layout.IID) && batches.batchSize() == 128;
    double value = 0.3 - 0.2 * batches.sameUserRate();
    double millis = 1 + batches.batchSize() / batches.dedupRatio() / 20;
    return new TradeOff(
        reference
            ? "iid/identity"
            : batches.layout() + "/identity;batchSize=" + batches.batchSize(),
        batches.layout(),
        batches.batchSize(),
        batches.masks(),
        "",
        batches.falseNegativeRate(),
        batches.sameUserRate(),
        batches.collisionRate(),
        batches.effectiveUsers(),
        batches.validNegativesPerAnchor(),
        batches.dedupRatio(),
        batches.batchSize(),
        millis,
        1000 * batches.batchSize() / millis,
        new Estimate(value, value - 0.01, value + 0.01, List.of(value, value)));
  }

  /** A report whose trade-off consists of the arms. */
  public Report curve(List<ArmRuns> arms) {
    return report("curve", arms, Comparison.tradeOff(arms, METRIC));
  }

  /** A report whose trade-off spans layouts and batch sizes. */
  public Report report(String dataset, List<ArmRuns> arms) {
    List<TradeOff> tradeOff = new ArrayList<>();
    for (FalseNegatives batches : layouts()) {
      tradeOff.add(point(batches));
    }
    return report(dataset, arms, tradeOff);
  }

  private List<FalseNegatives> layouts() {
    List<FalseNegatives> measured = new ArrayList<>();
    for (int batchSize : new int[] {128, 512}) {
      for (String layout :
          List.of("sorted", "requests:30", "requests:100", "requests:1000", "iid")) {
        measured.add(batches(layout, batchSize, "identity"));
      }
    }
    return measured;
  }

  public Report report(String dataset, List<ArmRuns> arms, List<TradeOff> tradeOff) {
    List<FalseNegatives> measured = layouts();
    LogShape shape = LogShape.of(train);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("batchSize", 256);
    config.put("optimizer", Map.of("name", "adamw", "learningRate", 0.001));
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("command", "compare --data " + dataset);
    provenance.put("seed of the split", "1");
    return new Report(
        dataset,
        arms.get(0).runs().stream().map(ArmRun::seed).toList(),
        Comparison.arms(arms),
        Comparison.pairs(
            arms,
            List.of(METRIC, Metric.parse("ndcg@20")),
            Comparison.Pairing.ALL,
            new ComparisonSettings(0.05, 0.01, 100, 0.8, 0, 0)),
        METRIC.toString(),
        "test",
        0.01,
        evaluator.baselines(),
        measured,
        measured.stream().map(each -> Conclusion.of(each, shape).sentence()).limit(2).toList(),
        tradeOff,
        Comparison.warnings(arms, METRIC),
        config,
        provenance);
  }
}
