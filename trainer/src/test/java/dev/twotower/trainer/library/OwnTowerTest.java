package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Your own block as both towers, over the project's tables, losses and evaluation. */
class OwnTowerTest {
  @Test
  void anOwnBlockTrainsAndLoadsToTheSameMetrics(@TempDir Path folder) throws Exception {
    TwoTowerModel.Heads heads =
        (config, side, features) ->
            new SequentialBlock()
                .add(new LambdaBlock(arrays -> new NDList(NDArrays.concat(arrays, 1))))
                .add(Linear.builder().setUnits(24).build())
                .add(Activation::gelu)
                .add(Linear.builder().setUnits(config.dim()).build());
    RunConfig config = SmallShop.config();
    Path out = folder.resolve("run");
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      TrainingResult result =
          Training.start(
              data,
              config,
              out,
              Training.Options.DEFAULT.withExtensions(Extensions.NONE.withHeads(heads)));
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
