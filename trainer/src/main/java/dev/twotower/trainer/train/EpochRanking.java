package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.ranking.HeldOutLoss;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.EvaluationConfig;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** How a configuration judges a model while it is trained, and at the end. */
final class EpochRanking {
  private final Dataset data;
  private final RunConfig config;
  private final RankingEvaluator evaluator;
  private final HeldOutLoss loss;

  /**
   * What is found of a model.
   *
   * @param metrics those that the configuration asks for, in its order, and after them what was
   *     listed of the items that users must not get
   * @param loss of held-out items; empty where none of them can have one
   */
  record Judged(Map<String, Double> metrics, OptionalDouble loss) {}

  private EpochRanking(Dataset data, RunConfig config) {
    this.data = data;
    this.config = config;
    EvaluationConfig evaluation = config.evaluation();
    RankingData ranked = Training.rankingData(data);
    RankingOptions options =
        RankingOptions.measuring(evaluation.split(), evaluation.parsedMetrics())
            .withReplicates(0)
            .withRankSeen(evaluation.rankSeen())
            .withByRequest(config.ranksByRequest(data.userTable()))
            .withSampleUsers(evaluation.users(), config.seed())
            .withThreads(Devices.threads(config.threads()));
    this.evaluator = new RankingEvaluator(ranked, options);
    this.loss = new HeldOutLoss(ranked, options, weights(ranked, config));
  }

  /** What a softmax over the catalogue has to weigh items by to be what the loss estimates. */
  private static double[] weights(RankingData data, RunConfig config) {
    double[] weights = new double[data.items()];
    if (config.loss().correction() != LossConfig.Correction.NONE) {
      Arrays.fill(weights, 1);
      return weights;
    }
    double rows = data.train().rows();
    double uniform = config.loss().uniform();
    double drawn = uniform / (config.batchSize() + uniform);
    for (int item = 0; item < weights.length; item++) {
      weights[item] = (1 - drawn) * data.counts().rows(item) / rows + drawn / weights.length;
    }
    return weights;
  }

  /** For epochs; empty where none is to be judged, or the split has no rows. */
  static Optional<EpochRanking> ofEpochs(Dataset data, RunConfig config) {
    return config.evaluation().everyEpochs() == 0 || empty(data, config)
        ? Optional.empty()
        : Optional.of(new EpochRanking(data, config));
  }

  /**
   * For the end alone. Where nothing chooses an epoch, rows that cannot be judged must not lose a
   * trained run.
   *
   * @param note receives the reason why the end is not judged
   */
  static Optional<EpochRanking> ofTheEnd(Dataset data, RunConfig config, Consumer<String> note) {
    if (empty(data, config)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new EpochRanking(data, config));
    } catch (IllegalArgumentException nobodyToRankFor) {
      note.accept("the run is not judged at its end: " + nobodyToRankFor.getMessage());
      return Optional.empty();
    }
  }

  private static boolean empty(Dataset data, RunConfig config) {
    return data.interactions(config.evaluation().split()).rows() == 0;
  }

  /** Judges a model as it is. */
  Judged of(TwoTowerModel model) {
    try (ModelScorer scorer = new ModelScorer(model, data, config.evaluation().split())) {
      Map<String, Double> all = evaluator.metrics(scorer);
      Map<String, Double> wanted = new LinkedHashMap<>();
      config.evaluation().metrics().forEach(name -> wanted.put(name, all.get(name)));
      all.forEach(
          (name, share) -> {
            if (Disliked.isOne(name)) {
              wanted.put(name, share);
            }
          });
      return new Judged(wanted, loss.of(scorer, model.temperature().value()));
    }
  }
}
