package dev.twotower.trainer.train;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Tried;
import java.util.Map;
import java.util.function.LongSupplier;

/** How far a run has come: counts, times, the best evaluation so far; and when it is to end. */
final class TrainingProgress {
  private final RunConfig config;
  private final long pauseAfter;
  private final LongSupplier clock;
  private final long startCpuNanos = ProcessTime.nanos();
  private final StepTimes stepTimes = new StepTimes();
  private final StepLog log = new StepLog();
  private final Pass pass = new Pass();

  private long step;
  private long rows;
  private long completedEpochs;
  private double earlierSeconds;
  private long startNanos;
  private double trainSeconds;
  private Checkpoint.Best best = Checkpoint.Best.NONE;
  private int evaluationsSinceBest;
  private long evaluatedStep = -1;
  private boolean stillRising;

  /**
   * Nothing done yet.
   *
   * @param pauseAfter epochs after which the run pauses; 0 for never
   * @param clock nanoseconds from any beginning
   */
  TrainingProgress(RunConfig config, long pauseAfter, LongSupplier clock) {
    this.config = config;
    this.pauseAfter = pauseAfter;
    this.clock = clock;
  }

  /** Goes on where a checkpoint was written. */
  void resume(Checkpoint checkpoint) {
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
  }

  /**
   * What a checkpoint holds of it.
   *
   * @param next where the next batch comes from
   * @param waitNanos spent waiting for batches
   */
  Checkpoint checkpoint(SamplerPosition next, long waitNanos, TwoTowerModel model) {
    return new Checkpoint(
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
  }

  /** From here on, {@link #seconds} counts. */
  void begin() {
    startNanos = now();
  }

  long now() {
    return clock.getAsLong();
  }

  /** Counts a step that began at {@code start} and has just ended. */
  void stepped(PlannedBatch batch, TrainingStep.Result result, double rowLoss, long start) {
    step++;
    rows += batch.size();
    long nanos = now() - start;
    trainSeconds += nanos / 1e9;
    stepTimes.add(nanos);
    log.add(batch, result);
    pass.add(batch.size(), rowLoss, nanos);
  }

  /** The line of the log for the steps since the last one. */
  Map<String, Object> line(long waitNanos) {
    return log.line(step, completedEpochs, seconds(), trainSeconds, waitNanos);
  }

  /** The batches of an epoch have run out. */
  void epochCompleted(long epochs) {
    completedEpochs = epochs;
  }

  /** Tells how the epoch went, its evaluation included. */
  void report(TrainingListener listener) {
    pass.end(listener, completedEpochs, config.epochs(), seconds());
  }

  /** Takes in an evaluation of the model as it is, and says whether it is the best so far. */
  boolean judged(Map<String, Double> metrics) {
    evaluatedStep = step;
    double value = metrics.get(config.evaluation().stopMetric());
    boolean better = value > best.value();
    // Of two evaluations, the second is the better one half of the time, whatever training does.
    boolean roseBefore =
        evaluationsSinceBest == 0 && best.epoch() > config.evaluation().everyEpochs();
    stillRising = better && roseBefore && limitReached();
    if (better) {
      best = new Checkpoint.Best(step, completedEpochs, value, metrics);
      evaluationsSinceBest = 0;
    } else {
      evaluationsSinceBest++;
    }
    return better;
  }

  /** What was said of a run that had ended, which is resumed and has nothing left to do. */
  void ended(boolean rising) {
    stillRising = rising && limitReached();
  }

  /** Whether the model as it is has been judged. */
  boolean evaluated() {
    return evaluatedStep == step;
  }

  boolean done() {
    boolean patience =
        config.evaluation().patience() > 0
            && evaluationsSinceBest >= config.evaluation().patience();
    return limitReached() || patience;
  }

  private boolean limitReached() {
    boolean steps = config.maxSteps() > 0 && step >= config.maxSteps();
    return steps || completedEpochs >= config.epochs();
  }

  /** The epoch after which the run ends or pauses at the latest. */
  long lastEpoch() {
    return pauseAfter > 0 ? Math.min(config.epochs(), pauseAfter) : config.epochs();
  }

  boolean paused() {
    return pauseAfter > 0 && completedEpochs >= pauseAfter;
  }

  long step() {
    return step;
  }

  long completedEpochs() {
    return completedEpochs;
  }

  /** The stop metric of the best evaluation. */
  double bestValue() {
    return best.value();
  }

  boolean stillRising() {
    return stillRising;
  }

  /** Time spent, evaluation and what came before a resumption included. */
  double seconds() {
    return earlierSeconds + (now() - startNanos) / 1e9;
  }

  double trainSeconds() {
    return trainSeconds;
  }

  /**
   * The median since the start or the resumption; where that is the lesser part of the run, whose
   * first steps warm up, the mean of all.
   */
  private double stepMillis() {
    return 2 * stepTimes.count() >= step ? stepTimes.median() : 1e3 * trainSeconds / step;
  }

  /**
   * How the run ended.
   *
   * @param from what it took over from another; null for nothing
   * @param tried what was tried before it; null for nothing
   */
  TrainingResult result(Continued from, Tried tried, boolean interrupted) {
    return new TrainingResult(
        step,
        completedEpochs,
        seconds(),
        trainSeconds,
        (ProcessTime.nanos() - startCpuNanos) / 1e9,
        stepMillis(),
        rows,
        best.step() < 0 ? step : best.step(),
        best.step() < 0 ? completedEpochs : best.epoch(),
        best.metrics(),
        from,
        tried,
        stillRising,
        interrupted,
        interrupted && paused());
  }
}
