package dev.twotower.trainer.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationTest {
  @TempDir private Path folder;

  /** Users of one test item each: its rank is 1/mrr, and within K where recall@K is 1. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ranksAsTheEvaluatorDoes(boolean rankSeen) throws Exception {
    DatasetBuilder builder = new DatasetBuilder();
    for (int user = 0; user < 12; user++) {
      for (int row = 0; row < 10; row++) {
        int item = (user * 5 + row * row * 3) % 40;
        Split split = row < 8 ? Split.TRAIN : row == 8 ? Split.VALIDATION : Split.TEST;
        builder.row(split, user, row == 9 ? (item + 20) % 45 : item, user * 10 + row, row);
      }
    }
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=16", "dim=8", "epochs=4", "layout=iid")
            .with("user.embedding=8", "item.embedding=8", "evaluation.everyEpochs=0")
            .with("user.history.length=3");
    try (Dataset data = builder.items(45).write(folder.resolve("data"))) {
      Training.start(data, config, folder.resolve("run"), Training.Options.DEFAULT);
      try (TrainedRun run =
          TrainedRun.load(folder.resolve("run"), Optional.empty(), Optional.empty())) {
        RankingOptions options = RankingOptions.defaults(Split.TEST).withRankSeen(rankSeen);
        EvaluationResult result =
            run.evaluate(new RankingEvaluator(Training.rankingData(data), options), Split.TEST);
        int[] users = result.ofUsers().users();
        assertThat(users).hasSizeGreaterThan(5);
        for (int i = 0; i < users.length; i++) {
          Recommendation found = Recommendation.of(run, "u" + users[i], 20, rankSeen);
          int rank = found.heldOut().get(0).rank();
          assertThat(result.ofUsers().values(Metric.parse("mrr"))[i])
              .as("user %d", users[i])
              .isCloseTo(1.0 / rank, within(1e-12));
          assertThat(result.ofUsers().values(Metric.parse("recall@10"))[i])
              .isEqualTo(rank <= 10 ? 1 : 0);
          if (rank <= 20) {
            assertThat(found.items().get(rank - 1).item()).isEqualTo(found.heldOut().get(0).item());
          }
        }
      }
    }
  }
}
