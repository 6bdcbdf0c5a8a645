package dev.twotower.trainer.train;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.json.Json;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains one model. The same configuration, data and seed give the same weights on CPU, and so does
 * a run that was killed and resumed (design 13).
 */
public final class Training {
  private static final int LOG_EVERY_STEPS = 50;

  private final Dataset data;
  private final RunConfig config;
  private final Options options;
  private final Optional<EpochRanking> evaluator;
  private final StepLog log = new StepLog();
  private final Pass pass = new Pass();
  private Optional<Inheritance> inherited = Optional.empty();
  private RunDirectory run;
  private String dataset;
  private TwoTowerModel model;
  private TrainedState trained;

  private long step;
  private long rows;
  private long completedEpochs;
  private double earlierSeconds;
  private long startNanos;
  private final long startCpuNanos = ProcessTime.nanos();
  private double trainSeconds;
  private final StepTimes stepTimes = new StepTimes();
  private Checkpoint.Best best = Checkpoint.Best.NONE;
  private int evaluationsSinceBest;
  private long evaluatedStep = -1;
  private boolean stillRising;

  /**
   * What surrounds a run.
   *
   * @param checkpoints whether to write checkpoints to resume from
   * @param pauseAfter epochs after which the run ends with a checkpoint, to be resumed; 0 for never
   * @param extensions what the program adds
   * @param listener is notified of progress
   * @param stop polled after every step; true ends the run after a checkpoint
   * @param clock nanoseconds from any beginning, for the times that are logged; nothing else
   *     depends on it
   * @param from the run to start from; empty to start from nothing
   */
  public record Options(
      boolean checkpoints,
      long pauseAfter,
      Extensions extensions,
      TrainingListener listener,
      BooleanSupplier stop,
      LongSupplier clock,
      Optional<StartFrom> from) {
    public static final Options DEFAULT =
        new Options(
            true,
            0,
            Extensions.NONE,
            TrainingListener.SILENT,
            () -> false,
            System::nanoTime,
            Optional.empty());

    public Options withListener(TrainingListener value) {
      return new Options(checkpoints, pauseAfter, extensions, value, stop, clock, from);
    }

    public Options withStop(BooleanSupplier value) {
      return new Options(checkpoints, pauseAfter, extensions, listener, value, clock, from);
    }

    /** Towers, masks, samplers and loss terms of your own. */
    public Options withExtensions(Extensions value) {
      return new Options(checkpoints, pauseAfter, value, listener, stop, clock, from);
    }

    public Options withoutCheckpoints() {
      return new Options(false, pauseAfter, extensions, listener, stop, clock, from);
    }

    /**
     * Ends the run after so many epochs as if it were interrupted, with a checkpoint whether or not
     * others are written; resumed, it goes on as if it had never paused.
     */
    public Options withPauseAfter(long epochs) {
      return new Options(checkpoints, epochs, extensions, listener, stop, clock, from);
    }

    /** Another clock, for tests. */
    Options withClock(LongSupplier value) {
      return new Options(checkpoints, pauseAfter, extensions, listener, stop, value, from);
    }

    /** A trained run to start from; a run that is resumed knows its own. */
    public Options withFrom(StartFrom value) {
      return new Options(
          checkpoints, pauseAfter, extensions, listener, stop, clock, Optional.of(value));
    }
  }

  private Training(Dataset data, RunConfig config, Options options) {
    this.data = data;
    this.config = config;
    this.options = options;
    this.evaluator = EpochRanking.ofEpochs(data, config);
  }

  /**
   * Trains a new run into a new directory.
   *
   * @throws IllegalArgumentException when the configuration does not fit the data set
   */
  public static TrainingResult start(Dataset data, RunConfig config, Path out, Options options)
      throws IOException, InterruptedException {
    return new Training(learned(data, config, options), config, options).run(out, false);
  }

  /** Continues a run from its newest checkpoint, or from its beginning where it has none. */
  public static TrainingResult resume(Dataset data, Path out, Options options)
      throws IOException, InterruptedException {
    RunConfig config = RunDirectory.open(out).config();
    return new Training(learned(data, config, options), config, options).run(out, true);
  }

  /** The data set as the configuration learns from it, once found to fit it. */
  private static Dataset learned(Dataset data, RunConfig config, Options options) {
    Dataset learned = data.trainedOn(config.trainOn());
    Trainable.check(learned, config, options.extensions());
    return learned;
  }

  /** The data set as evaluations see it. */
  public static RankingData rankingData(Dataset data) {
    return new RankingData(
        data.users(),
        data.trainCounts(),
        data.interactions(Split.VALIDATION),
        data.interactions(Split.TEST));
  }

  private TrainingResult run(Path out, boolean resume) throws IOException, InterruptedException {
    try (EngineTurn turn = EngineTurn.take()) {
      return runAlone(out, resume);
    }
  }

  private TrainingResult runAlone(Path out, boolean resume)
      throws IOException, InterruptedException {
    Devices.useThreads(config.threads());
    ai.djl.Device device = Devices.resolve(config.device());
    try (TwoTowerModel created =
        TwoTowerModel.create(data, config, device, options.extensions().heads())) {
      model = created;
      if (!resume && options.from().isPresent()) {
        inherit(Inheritance.start(options.from().get(), model, data, options.extensions()));
      }
      try (RunDirectory written =
          resume
              ? RunDirectory.openToWrite(out)
              : RunDirectory.create(out, config, inherited.map(Inheritance::origin))) {
        return write(written, resume);
      }
    }
  }

  /** Loading another run has set the number of threads to that run's. */
  private void inherit(Inheritance from) {
    inherited = Optional.of(from);
    Devices.useThreads(config.threads());
  }

  private TrainingResult write(RunDirectory written, boolean resume)
      throws IOException, InterruptedException {
    run = written;
    dataset = RunDirectory.checksum(data);
    Optional<Origin> origin = resume ? run.origin() : Optional.empty();
    origin.map(Origin::carried).ifPresent(model::carry);
    SamplerPosition next = new SamplerPosition(0, 0);
    BatchPlanner planner = new BatchPlanner(data, config, model.sources(), options.extensions());
    TrainingStep trainingStep = new TrainingStep(model, options.extensions().losses());
    trained = new TrainedState(planner.newState(), trainingStep.remembered());
    if (resume) {
      Optional<Checkpoint> checkpoint = run.resume(dataset, model, trained);
      checkpoint.ifPresent(this::restore);
      next = checkpoint.map(Checkpoint::next).orElse(next);
      if (origin.isPresent()) {
        Extensions own = options.extensions();
        inherit(
            checkpoint.isPresent()
                ? Inheritance.resumed(origin.get(), model, data, own, options.listener()::note)
                : Inheritance.again(origin.get(), model, data, own));
      }
    }
    inherited.ifPresent(from -> from.fill(trained.planning()));
    planner.state().become(trained.planning());
    if (config.user().historyLength() > 0 && data.requests() <= data.users()) {
      options
          .listener()
          .note(
              "every user has a single request; a history ends where a request begins, so all"
                  + " histories are empty in training but full in evaluation: import with a request"
                  + " column or --session-gap, or set user.history.length=0");
    }
    if (evaluator.isEmpty() && config.evaluation().everyEpochs() > 0) {
      options
          .listener()
          .note(
              "the data set has no %s rows: no early stopping; the last weights are kept"
                  .formatted(config.evaluation().split()));
    }
    options.listener().started(run.path(), config);
    TrainingResult result = loop(planner, trainingStep, next);
    options.listener().ended(result);
    return result;
  }

  private void log(Map<String, ?> line) throws IOException {
    run.log(line);
    options.listener().logged(line);
  }

  private void restore(Checkpoint checkpoint) {
    step = checkpoint.step();
    rows = checkpoint.rows();
    completedEpochs = checkpoint.next().epoch();
    earlierSeconds = checkpoint.seconds();
    trainSeconds = checkpoint.trainSeconds();
    log.resume(checkpoint.window());
    pass.resume(checkpoint.epoch());
    best = checkpoint.best();
    evaluationsSinceBest = checkpoint.evaluationsSinceBest();
    evaluatedStep = checkpoint.evaluatedStep();
    stillRising =
        best.step() == step
            && limitReached()
            && completedEpochs > config.evaluation().everyEpochs();
  }

  private TrainingResult loop(BatchPlanner planner, TrainingStep trainingStep, SamplerPosition from)
      throws IOException, InterruptedException {
    startNanos = options.clock().getAsLong();
    long expected =
        config.maxSteps() > 0
            ? config.maxSteps()
            : config.epochs() * planner.sampler().batchesPerEpoch();
    boolean interrupted = false;
    SamplerPosition next = from;
    try (BatchPipeline pipeline = new BatchPipeline(planner, from)) {
      while (!done() && !interrupted && !paused()) {
        long start = options.clock().getAsLong();
        PlannedBatch batch = pipeline.take();
        if (batch == null) {
          next = new SamplerPosition(next.epoch() + 1, 0);
          completedEpochs = next.epoch();
          if (pipeline.treeReport().isPresent()) {
            report(pipeline.treeReport().get());
          }
          if (evaluator.isPresent() && completedEpochs % config.evaluation().everyEpochs() == 0) {
            evaluate(evaluator.get());
          }
          pass.end(options.listener(), completedEpochs, config.epochs(), seconds());
          boolean due = options.checkpoints() && config.checkpoint().everySteps() == 0;
          if (due || paused()) {
            save(next, pipeline.waitNanos());
          }
          continue;
        }
        TrainingStep.Result result = trainingStep.run(batch);
        if (!result.finite()) {
          throw fail(trainingStep, batch, next, pipeline.waitNanos());
        }
        step++;
        rows += batch.size();
        double rowLoss = batch.perRow(result.loss());
        long nanos = options.clock().getAsLong() - start;
        trainSeconds += nanos / 1e9;
        stepTimes.add(nanos);
        next = batch.after;
        trained.planning().observe(batch.index);
        log.add(batch, result);
        pass.add(batch.size(), rowLoss, nanos);
        pipeline.giveBack(batch);
        options.listener().step(step, expected, rowLoss);
        if (step % LOG_EVERY_STEPS == 0) {
          log(log.line(step, completedEpochs, seconds(), trainSeconds, pipeline.waitNanos()));
        }
        interrupted = options.stop().getAsBoolean();
        int every = config.checkpoint().everySteps();
        if (options.checkpoints() && (interrupted || every > 0 && step % every == 0)) {
          save(next, pipeline.waitNanos());
        }
      }
    }
    interrupted |= paused() && !done();
    if (!interrupted) {
      if (evaluatedStep != step) {
        finish();
      }
      run.end();
    }
    return new TrainingResult(
        step,
        completedEpochs,
        seconds(),
        trainSeconds,
        (ProcessTime.nanos() - startCpuNanos) / 1e9,
        stepTimes.median(),
        rows,
        best.step() < 0 ? step : best.step(),
        best.step() < 0 ? completedEpochs : best.epoch(),
        best.metrics(),
        inherited.isPresent() && !interrupted ? run.card().from() : null,
        stillRising,
        interrupted);
  }

  /**
   * Nothing has changed: where the run writes checkpoints, the state that meets this batch is one,
   * so that the batch can be looked at without the steps before it.
   */
  private IllegalStateException fail(
      TrainingStep trainingStep, PlannedBatch batch, SamplerPosition position, long waitNanos)
      throws IOException {
    if (options.checkpoints()) {
      save(position, waitNanos);
    }
    return FailedBatch.save(
        run,
        config,
        data.directory().toString(),
        dataset,
        position,
        batch,
        BatchExamination.of(model, trainingStep, step + 1, batch));
  }

  private boolean limitReached() {
    boolean steps = config.maxSteps() > 0 && step >= config.maxSteps();
    return steps || completedEpochs >= config.epochs();
  }

  private boolean done() {
    boolean patience =
        config.evaluation().patience() > 0
            && evaluationsSinceBest >= config.evaluation().patience();
    return limitReached() || patience;
  }

  private boolean paused() {
    return options.pauseAfter() > 0 && completedEpochs >= options.pauseAfter();
  }

  private void report(Composition.Report treeBatches) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "tree");
    line.put("step", step);
    line.put("epoch", completedEpochs);
    line.put(
        "batches",
        Json.PLAIN.convertValue(treeBatches, new TypeReference<Map<String, Object>>() {}));
    log(line);
    options.listener().treeBatches(completedEpochs, treeBatches);
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
      save(null);
    }
  }

  private void evaluate(EpochRanking ranking) throws IOException {
    Map<String, Double> metrics = ranking.of(model);
    evaluatedStep = step;
    double value = metrics.get(config.evaluation().stopMetric());
    boolean better = value > best.value();
    // One evaluation alone does not rise.
    stillRising = better && best.step() >= 0 && limitReached();
    if (better) {
      best = new Checkpoint.Best(step, completedEpochs, value, metrics);
      evaluationsSinceBest = 0;
      save(evaluator.isPresent() ? value : null);
    } else {
      evaluationsSinceBest++;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "evaluation");
    line.put("step", step);
    line.put("epoch", completedEpochs);
    line.put("seconds", seconds());
    line.put("trainSeconds", trainSeconds);
    line.put("split", config.evaluation().split().toString());
    line.put("best", better);
    line.put("metrics", metrics);
    log(line);
    options.listener().evaluated(step, completedEpochs, metrics, better);
  }

  /**
   * Keeps the model as it is, and where the run writes checkpoints what training continues from.
   */
  private void save(Double value) throws IOException {
    run.saveModel(
        card(value), model, options.checkpoints() ? Optional.of(trained) : Optional.empty());
  }

  private void save(SamplerPosition next, long waitNanos) throws IOException {
    Checkpoint checkpoint =
        new Checkpoint(
            step,
            next,
            rows,
            seconds(),
            trainSeconds,
            model.temperature().state(),
            model.denseSteps(),
            best,
            evaluationsSinceBest,
            evaluatedStep,
            log.sums(waitNanos),
            pass.sums());
    run.save(checkpoint, dataset, model, trained, config.checkpoint().keep());
  }

  private ModelCard card(Double value) throws IOException {
    Engine engine = Engine.getInstance();
    return new ModelCard(
        ModelCard.FORMAT_VERSION,
        run.configChecksum(),
        null,
        data.directory().toAbsolutePath().normalize().toString(),
        dataset,
        data.users(),
        data.items(),
        config.trainOn().toString(),
        step,
        completedEpochs,
        model.temperature().value(),
        value == null ? null : config.evaluation().stopMetric(),
        value,
        value == null ? null : config.evaluation().split().toString(),
        stillRising ? true : null,
        seconds(),
        inherited.map(from -> from.continued(model, data)).orElse(null),
        "%s %s on %s, Java %s, %s %s"
            .formatted(
                engine.getEngineName(),
                engine.getVersion(),
                model.manager().getDevice(),
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
  }

  private double seconds() {
    return earlierSeconds + (options.clock().getAsLong() - startNanos) / 1e9;
  }
}
