package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.Scorer;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Estimate;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Items without training rows have intervals and verdicts of their own. */
class SlicePairsTest {
  private static final int USERS = 120;
  private static final int ITEMS = 60;

  /** The first forty items have training rows. */
  private static final int WARM = 40;

  private static final Metric METRIC = Metric.parse("recall@10");

  private final ArrayInteractions train = log(1, WARM);
  private final ArrayInteractions test = log(2, ITEMS);

  private RankingEvaluator evaluator(ArrayInteractions relevant) {
    return new RankingEvaluator(
        new RankingData(USERS, ITEMS, train, ArrayInteractions.of(), relevant),
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)).withReplicates(0));
  }

  private static ArrayInteractions log(long seed, int items) {
    UniformRandomProvider random = Streams.stream(seed, "test.slices");
    List<ArrayInteractions.Row> rows = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int row = 0; row < 6; row++) {
        int item = row < 2 ? random.nextInt(WARM) : items - 1 - random.nextInt(items / 3);
        rows.add(new ArrayInteractions.Row(user, item, user));
      }
    }
    return new ArrayInteractions(rows);
  }

  /** Random scores, and a lift for those items without training rows that are to be found. */
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
          UniformRandomProvider random = Streams.stream(seed, "test.slices.model", users[from + i]);
          for (int item = 0; item < ITEMS; item++) {
            scores.put(i * ITEMS + item, random.nextFloat());
          }
          for (long row = test.userStart(users[from + i]);
              row < test.userEnd(users[from + i]);
              row++) {
            if (test.item(row) >= WARM) {
              int at = i * ITEMS + test.item(row);
              scores.put(at, (float) (scores.get(at) + lift));
            }
          }
        }
        return scores;
      }
    };
  }

  /** One of ids alone: items without training rows share a score, below all others. */
  private Scorer ofIds(long seed) {
    Scorer model = model(0, seed);
    return new Scorer() {
      @Override
      public int items() {
        return ITEMS;
      }

      @Override
      public FloatBuffer scores(int[] users, int from, int count) {
        FloatBuffer scores = model.scores(users, from, count);
        for (int at = 0; at < count * ITEMS; at++) {
          if (at % ITEMS >= WARM) {
            scores.put(at, -1);
          }
        }
        return scores;
      }
    };
  }

  private ArmRuns arm(String name, double lift, ArrayInteractions relevant) {
    return arm(name, relevant, seed -> model(lift, seed));
  }

  private ArmRuns arm(String name, ArrayInteractions relevant, LongFunction<Scorer> model) {
    List<ArmRun> runs = new ArrayList<>();
    for (long seed = 0; seed < 3; seed++) {
      runs.add(new ArmRun(seed, evaluator(relevant).evaluate(model.apply(seed)), 1, 1, List.of()));
    }
    return new ArmRuns(ArmSpec.parse(name), runs, null);
  }

  @Test
  void judgesItemsWithAndWithoutTrainingRowsApart() {
    List<ArmRuns> arms = List.of(arm("iid/identity", 0, test), arm("sorted/identity", 0.5, test));
    List<Report.Pair> pairs = Comparison.slicePairs(arms, METRIC, ComparisonSettings.defaults());
    assertThat(pairs)
        .extracting(Report.Pair::metric)
        .containsExactlyInAnyOrder(
            "among:warm recall@10", "among:cold recall@10", "items:cold recall@10");
    for (Report.Pair pair : pairs) {
      assertThat(pair.a()).isEqualTo("sorted/identity");
      assertThat(pair.b()).isEqualTo("iid/identity");
      if (pair.metric().startsWith("among:warm")) {
        assertThat(pair.difference()).isZero();
      } else {
        assertThat(pair.verdict()).isEqualTo(Verdict.BETTER);
      }
    }
    for (Report.Arm arm : Comparison.arms(arms)) {
      for (Report.Slice slice : arm.slices()) {
        if (slice.name().startsWith("among:")) {
          Estimate estimate = arm.metrics().get(slice.name() + " recall@10");
          assertThat(estimate.mean())
              .isCloseTo(slice.metrics().get("recall@10"), within(1e-12))
              .isBetween(estimate.low(), estimate.high());
          assertThat(estimate.values()).hasSize(3);
        }
      }
    }
  }

  /** Their order would be that of the catalogue, and no figure of it means anything. */
  @Test
  void anArmThatGivesAllItemsWithoutTrainingRowsOneScoreIsNotJudgedByTheirOrder() {
    ArmRuns ofIds = arm("iid/identity", test, this::ofIds);
    assertThat(ofIds.summary().metrics())
        .containsKeys("among:warm recall@10", "items:cold recall@10")
        .doesNotContainKey("among:cold recall@10");
    assertThat(ofIds.summary().slices())
        .filteredOn(slice -> slice.name().equals("among:cold"))
        .singleElement()
        .satisfies(slice -> assertThat(slice.metrics()).isEmpty());
    // Nor is one by none found in the whole catalogue.
    assertThat(judged(ofIds, arm("sorted/identity", test, this::ofIds)))
        .containsExactly("among:warm recall@10");
    assertThat(judged(ofIds, arm("sorted/identity", 0.5, test)))
        .containsExactly("among:warm recall@10", "items:cold recall@10");
  }

  private static List<String> judged(ArmRuns... arms) {
    return Comparison.slicePairs(List.of(arms), METRIC, ComparisonSettings.defaults()).stream()
        .map(Report.Pair::metric)
        .toList();
  }

  @Test
  void saysNothingWhereNoSuchItemIsToBeFound() {
    ArrayInteractions warm = log(3, WARM);
    List<ArmRuns> arms = List.of(arm("iid/identity", 0, warm), arm("sorted/identity", 0.5, warm));
    assertThat(Comparison.slicePairs(arms, METRIC, ComparisonSettings.defaults())).isEmpty();
    assertThat(Comparison.arms(arms).get(0).metrics().keySet())
        .noneMatch(name -> name.contains("among"));
  }
}
