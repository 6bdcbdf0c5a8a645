package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.ranking.OwnMetric;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.Scorer;
import dev.twotower.eval.ranking.UserRanking;
import dev.twotower.eval.stats.Estimate;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Metrics that a program adds, of any name and range, stand in a comparison like the others. */
class OwnMetricArmsTest {
  private static final int USERS = 40;
  private static final int ITEMS = 30;

  private record Own(String name, boolean ofOddUsers) implements OwnMetric {
    /** The first item's number: far outside 0 to 1. */
    @Override
    public double of(UserRanking ranking) {
      return ofOddUsers || ranking.user() % 2 == 0 ? 1000.0 * ranking.item(0) : Double.NaN;
    }
  }

  private final RankingEvaluator evaluator;

  OwnMetricArmsTest() {
    List<ArrayInteractions.Row> rows = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      rows.add(new ArrayInteractions.Row(user, user % ITEMS, user));
    }
    ArrayInteractions none = ArrayInteractions.of();
    evaluator =
        new RankingEvaluator(
            new RankingData(USERS, ITEMS, none, none, new ArrayInteractions(rows)),
            RankingOptions.defaults(Split.TEST)
                .withCutoffs(List.of(10))
                .withReplicates(0)
                .withOwn(new Own("first item", true))
                .withOwn(new Own("first@even", false)));
  }

  private static Scorer model(long seed) {
    return new Scorer() {
      @Override
      public int items() {
        return ITEMS;
      }

      @Override
      public FloatBuffer scores(int[] users, int from, int count) {
        FloatBuffer scores = FloatBuffer.allocate(count * ITEMS);
        for (int i = 0; i < count; i++) {
          UniformRandomProvider random = Streams.stream(seed, "test.own", users[from + i]);
          for (int item = 0; item < ITEMS; item++) {
            scores.put(i * ITEMS + item, random.nextFloat());
          }
        }
        return scores;
      }
    };
  }

  private static ArmRuns arm(RankingEvaluator evaluator, long seeds) {
    List<ArmRun> runs = new ArrayList<>();
    for (long seed = 0; seed < seeds; seed++) {
      runs.add(new ArmRun(seed, evaluator.evaluate(model(seed)), 1, 1, List.of()));
    }
    return new ArmRuns(ArmSpec.parse("iid/identity"), runs, null);
  }

  @Test
  void theirIntervalsAreNotCutToSharesAndLeaveOutUsersWithoutAValue() {
    for (int seeds : new int[] {1, 3}) {
      Map<String, Estimate> metrics = arm(evaluator, seeds).summary().metrics();
      for (String name : List.of("first item", "first@even")) {
        Estimate own = metrics.get(name);
        assertThat(own.values()).hasSize(seeds);
        assertThat(own.mean())
            .isCloseTo(
                own.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                within(1e-9))
            .isStrictlyBetween(own.low(), own.high());
        assertThat(own.low()).isGreaterThan(1);
        assertThat(own.high()).isLessThan(1000.0 * ITEMS);
      }
      // Half the users make a wider interval.
      assertThat(width(metrics.get("first@even"))).isGreaterThan(width(metrics.get("first item")));
      assertThat(metrics.get("recall@10").high()).isLessThanOrEqualTo(1);
    }
  }

  private static double width(Estimate estimate) {
    return estimate.high() - estimate.low();
  }
}
