package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.OwnMetric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.UserRanking;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A metric of your own beside the built-in ones: how rare the listed items are. */
class OwnMetricTest {
  /** Mean self-information of the first k items, -log2 of their share of the training rows. */
  private record Novelty(int k, long rows, int[] rowsOfItem) implements OwnMetric {
    static Novelty of(Dataset data, int k) {
      Interactions train = data.interactions(Split.TRAIN);
      int[] rowsOfItem = new int[data.items()];
      for (long row = 0; row < train.rows(); row++) {
        rowsOfItem[train.item(row)]++;
      }
      return new Novelty(k, train.rows(), rowsOfItem);
    }

    @Override
    public String name() {
      return "novelty@" + k;
    }

    @Override
    public double of(UserRanking ranking) {
      int places = Math.min(k, ranking.size());
      double bits = 0;
      for (int place = 0; place < places; place++) {
        double share = Math.max(1, rowsOfItem[ranking.item(place)]) / (double) rows;
        bits -= Math.log(share) / Math.log(2);
      }
      return bits / places;
    }
  }

  /** The built-in recall, written anew: both must agree. */
  private static final OwnMetric RECALL =
      new OwnMetric() {
        @Override
        public String name() {
          return "own recall";
        }

        @Override
        public double of(UserRanking ranking) {
          int hits = 0;
          for (int place = 0; place < Math.min(20, ranking.size()); place++) {
            hits += ranking.relevant(place) ? 1 : 0;
          }
          return (double) hits / ranking.relevantItems();
        }
      };

  @Test
  void ownMetricsStandBesideTheBuiltInOnes(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("run");
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      Training.start(data, SmallShop.config(), out, Training.Options.DEFAULT);
    }
    try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty())) {
      RankingOptions options =
          RankingOptions.defaults(Split.VALIDATION)
              .withCutoffs(List.of(20))
              .withRankSeen(true)
              .withOwn(Novelty.of(run.data(), 20))
              .withOwn(RECALL);
      RankingEvaluator evaluator = new RankingEvaluator(Training.rankingData(run.data()), options);
      EvaluationResult result = run.evaluate(evaluator, Split.VALIDATION);
      assertThat(result.metrics().get("own recall")).isEqualTo(result.metrics().get("recall@20"));
      // Each of the 80 items has 1/80 of the training rows, give or take a few.
      assertThat(result.metrics().get("novelty@20")).isCloseTo(6.3, within(0.1));
      assertThat(result.intervals()).containsKeys("novelty@20", "own recall");
      assertThat(result.baselines().get("popularity").get("novelty@20"))
          .isLessThanOrEqualTo(result.metrics().get("novelty@20"));
    }
  }
}
