package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.TrainedRun;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's library example: one's own block under the project's tables and losses. */
class OwnHeadsTest {
  @Test
  void anOwnBlockTrainsAndLoadsToTheSameMetrics(@TempDir Path folder) throws Exception {
    TwoTowerModel.Heads heads =
        (config, side, features) ->
            new SequentialBlock()
                .add(new LambdaBlock(arrays -> new NDList(NDArrays.concat(arrays, 1))))
                .add(Linear.builder().setUnits(24).build())
                .add(Activation::gelu)
                .add(Linear.builder().setUnits(config.dim()).build());
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 1200; row++) {
      int user = row % 40;
      int item = user % 4 * 20 + row * 7 % 20;
      builder.row(
          row < 1120 ? Split.TRAIN : Split.VALIDATION, user, item, user * 30 + row / 40, row);
    }
    RunConfig config =
        RunConfig.defaults()
            .with(
                "batchSize=100",
                "dim=8",
                "epochs=6",
                "layout=iid",
                "evaluation.rankSeen=true",
                "optimizer.learningRate=0.02",
                "evaluation.metrics=[recall@20]");
    Path out = folder.resolve("run");
    try (Dataset data = builder.write(folder.resolve("data"))) {
      TrainingResult result =
          Training.start(data, config, out, Training.Options.DEFAULT.withHeads(heads));
      // Twenty of eighty items at random recall a quarter.
      assertThat(result.metrics().get("recall@20")).isGreaterThan(0.4);
      try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty(), heads)) {
        RankingOptions options =
            RankingOptions.defaults(Split.VALIDATION).withRankSeen(true).withReplicates(0);
        RankingEvaluator evaluator =
            new RankingEvaluator(Training.rankingData(run.data()), options);
        assertThat(run.evaluate(evaluator, Split.VALIDATION).metrics().get("recall@20"))
            .isEqualTo(result.metrics().get("recall@20"));
      }
    }
  }
}
