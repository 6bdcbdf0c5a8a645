package dev.twotower.trainer.train;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.json.Json;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Steps, one batch after another, until the run is done, paused or stopped; between epochs the
 * model is judged, and the best is kept.
 */
final class TrainingLoop {
  private static final int LOG_EVERY_STEPS = 50;

  private final Dataset data;
  private final TwoTowerModel model;
  private final RunConfig config;
  private final Training.Options options;
  private final Optional<EpochRanking> evaluator;
  private final BatchPlanner planner;
  private final TrainingStep trainingStep;
  private final TrainedState trained;
  private final TrainingProgress progress;
  private final RunOutput output;

  /**
   * Of a model that is ready to be trained.
   *
   * @param evaluator judges epochs; empty for none
   * @param trained follows the batches trained on
   */
  TrainingLoop(
      Dataset data,
      TwoTowerModel model,
      Training.Options options,
      Optional<EpochRanking> evaluator,
      BatchPlanner planner,
      TrainingStep trainingStep,
      TrainedState trained,
      TrainingProgress progress,
      RunOutput output) {
    this.data = data;
    this.model = model;
    this.config = model.config();
    this.options = options;
    this.evaluator = evaluator;
    this.planner = planner;
    this.trainingStep = trainingStep;
    this.trained = trained;
    this.progress = progress;
    this.output = output;
  }

  /** Trains from a place on. */
  TrainingResult run(SamplerPosition from) throws IOException, InterruptedException {
    progress.begin();
    boolean interrupted = steps(from);
    interrupted |= progress.paused() && !progress.done();
    if (!interrupted && !progress.evaluated()) {
      finish();
    }
    return output.end(interrupted);
  }

  /** Whether the stop signal ended them. */
  private boolean steps(SamplerPosition from) throws IOException, InterruptedException {
    long expected =
        config.maxSteps() > 0
            ? config.maxSteps()
            : progress.lastEpoch() * planner.sampler().batchesPerEpoch();
    boolean interrupted = false;
    SamplerPosition next = from;
    try (BatchPipeline pipeline = new BatchPipeline(planner, from, progress.lastEpoch())) {
      while (!progress.done() && !interrupted && !progress.paused()) {
        long start = progress.now();
        PlannedBatch batch = pipeline.take();
        if (batch == null) {
          next = new SamplerPosition(next.epoch() + 1, 0);
          endEpoch(next, pipeline);
          continue;
        }
        TrainingStep.Result result = trainingStep.run(batch);
        if (!result.finite()) {
          throw output.fail(trainingStep, batch, next, pipeline.waitNanos());
        }
        double rowLoss = batch.perRow(result.loss());
        progress.stepped(batch, result, rowLoss, start);
        next = batch.after;
        trained.planning().observe(batch.index);
        pipeline.giveBack(batch);
        options.listener().step(progress.step(), expected, rowLoss);
        if (progress.step() % LOG_EVERY_STEPS == 0) {
          output.log(progress.line(pipeline.waitNanos()));
        }
        interrupted = options.stop().getAsBoolean();
        int every = config.checkpoint().everySteps();
        boolean due = every > 0 && progress.step() % every == 0;
        if (interrupted || options.checkpoints() && due) {
          output.saveCheckpoint(next, pipeline.waitNanos());
        }
      }
    }
    return interrupted;
  }

  private void endEpoch(SamplerPosition next, BatchPipeline pipeline) throws IOException {
    progress.epochCompleted(next.epoch());
    if (pipeline.treeReport().isPresent()) {
      report(pipeline.treeReport().get());
    }
    if (evaluator.isPresent()
        && progress.completedEpochs() % config.evaluation().everyEpochs() == 0) {
      evaluate(evaluator.get());
    }
    progress.report(options.listener());
    boolean due = options.checkpoints() && config.checkpoint().everySteps() == 0;
    if (due || progress.paused()) {
      output.saveCheckpoint(next, pipeline.waitNanos());
    }
  }

  private void report(Composition.Report treeBatches) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "tree");
    line.put("step", progress.step());
    line.put("epoch", progress.completedEpochs());
    line.put(
        "batches",
        Json.PLAIN.convertValue(treeBatches, new TypeReference<Map<String, Object>>() {}));
    output.log(line);
    options.listener().treeBatches(progress.completedEpochs(), treeBatches);
  }

  /** A run that stops between evaluations is judged once more, so that its last steps count. */
  private void finish() throws IOException {
    Optional<EpochRanking> last =
        evaluator.isPresent()
            ? evaluator
            : EpochRanking.ofTheEnd(data, config, options.listener()::note);
    if (last.isPresent()) {
      evaluate(last.get());
    } else {
      output.saveModel(null);
    }
  }

  private void evaluate(EpochRanking ranking) throws IOException {
    EpochRanking.Judged judged = ranking.of(model);
    Map<String, Double> metrics = judged.metrics();
    boolean better = progress.judged(metrics);
    if (better) {
      output.saveModel(evaluator.isPresent() ? progress.bestValue() : null);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "evaluation");
    line.put("step", progress.step());
    line.put("epoch", progress.completedEpochs());
    line.put("seconds", progress.seconds());
    line.put("trainSeconds", progress.trainSeconds());
    line.put("split", config.evaluation().split().toString());
    line.put("best", better);
    judged.loss().ifPresent(loss -> line.put("loss", loss));
    line.put("metrics", metrics);
    output.log(line);
    options.listener().evaluated(progress.step(), progress.completedEpochs(), metrics, better);
  }
}
