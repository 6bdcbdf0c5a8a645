package dev.twotower.spark.rounds;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.ranking.PartModels;
import dev.twotower.spark.ranking.Ranking;
import dev.twotower.trainer.config.EvaluationConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.rounds.RoundFiles;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.tower.Carried;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Ranks users after epochs, remembers the best round, and says when training should stop. */
final class RoundJudge {
  private final Jobs jobs;
  private final PartedDataset data;
  private final RunDirectory run;
  private final RunConfig config;
  private final RoundPlan plan;
  private final Carried ofLog;
  private final Consumer<String> told;
  private final Path out;
  private final RoundFiles files;
  private Best best = Best.NONE;
  private int evaluationsSinceBest;
  private Boolean hasUsers;

  /** The best round so far; 0 before the first evaluation. */
  record Best(int round, double value, Map<String, Double> metrics) {
    static final Best NONE = new Best(0, Double.NEGATIVE_INFINITY, Map.of());
  }

  RoundJudge(
      Jobs jobs,
      PartedDataset data,
      RunDirectory run,
      RoundPlan plan,
      Carried ofLog,
      Consumer<String> told) {
    this.ofLog = ofLog;
    this.jobs = jobs;
    this.run = run;
    this.config = run.config();
    this.data = config.view(data);
    this.plan = plan;
    this.told = told;
    this.out = run.path().toAbsolutePath().normalize();
    this.files = new RoundFiles(out);
  }

  /** Whether a round ends an epoch that is judged. */
  boolean isDue(int round) {
    int every = config.evaluation().everyEpochs();
    return plan.endsEpoch(round)
        && every > 0
        && ((round - 1) / plan.perEpoch() + 1) % every == 0
        && hasUsers();
  }

  /** Whether the split to judge by has rows to find. */
  boolean hasUsers() {
    if (hasUsers == null) {
      hasUsers = rowsToFind();
    }
    return hasUsers;
  }

  /** Parts are opened, and so read whole, only where the manifest cannot tell. */
  private boolean rowsToFind() {
    Split split = config.evaluation().split();
    if (split != Split.TRAIN && config.trainOn().contains(split)
        || data.manifest().counts().rows(split) == 0) {
      return false;
    }
    if (data.feedback().isNone()) {
      return true;
    }
    return IntStream.range(0, data.parts())
        .anyMatch(part -> data.partAlone(part, config.trainOn()).interactions(split).rows() > 0);
  }

  Best best() {
    return best;
  }

  /**
   * Ranks users with the weights of a round; true when training should stop.
   *
   * @param steps of all parts until then
   */
  boolean judge(int round, long steps) throws IOException {
    Map<String, Double> metrics = metrics(round);
    double value = metrics.get(config.evaluation().stopMetric());
    boolean better = value > best.value();
    if (better) {
      best = new Best(round, value, metrics);
      evaluationsSinceBest = 0;
    } else {
      evaluationsSinceBest++;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "evaluation");
    line.put("step", steps);
    line.put("round", round);
    line.put("split", config.evaluation().split().toString());
    line.put("best", better);
    line.put("metrics", metrics);
    run.log(line);
    told.accept(
        "epoch %d: %s %s%s"
            .formatted(
                round / plan.perEpoch(),
                config.evaluation().split(),
                metrics,
                better ? ", best" : ""));
    int patience = config.evaluation().patience();
    return patience > 0 && evaluationsSinceBest >= patience;
  }

  private Map<String, Double> metrics(int round) {
    EvaluationConfig evaluation = config.evaluation();
    EvaluationResult result =
        Ranking.evaluate(
            jobs,
            "round %d: rank users of %s".formatted(round, evaluation.split()),
            data,
            PartModels.ofRound(data.directory(), out, plan, round, ofLog),
            RankingOptions.measuring(evaluation.split(), evaluation.parsedMetrics())
                .withReplicates(0)
                .withRankSeen(evaluation.rankSeen())
                .withByRequest(config.ranksByRequest(data.part(0, config.trainOn()).userTable()))
                .withSampleUsers(evaluation.users(), config.seed()),
            config.trainOn());
    Map<String, Double> wanted = new LinkedHashMap<>();
    evaluation.metrics().forEach(name -> wanted.put(name, result.metrics().get(name)));
    return wanted;
  }

  /** Takes up what the log says of evaluations up to a round. */
  void replay(int after) {
    for (var line : run.metrics()) {
      if (line.path("type").asText().equals("evaluation") && line.path("round").asInt() <= after) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        line.path("metrics")
            .properties()
            .forEach(each -> metrics.put(each.getKey(), each.getValue().asDouble()));
        double value = metrics.getOrDefault(config.evaluation().stopMetric(), Double.NaN);
        int round = line.path("round").asInt();
        if (value > best.value() && files.has(round)) {
          best = new Best(round, value, metrics);
          evaluationsSinceBest = 0;
        } else if (round > best.round()) {
          evaluationsSinceBest++;
        }
      }
    }
  }
}
