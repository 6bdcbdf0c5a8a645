package dev.twotower.trainer.checkpoint;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.optimizer.Temperature;
import java.util.Map;

/**
 * The position of a run, apart from its arrays.
 *
 * @param step optimiser steps taken
 * @param next where the next batch comes from
 * @param rows rows trained on so far
 * @param seconds time spent so far, evaluation included
 * @param trainSeconds time spent in steps so far
 * @param temperature the temperature and its optimiser
 * @param denseSteps steps of the dense optimiser
 * @param best the best evaluation so far
 * @param evaluationsSinceBest evaluations without improvement
 * @param evaluatedStep the step of the last evaluation; -1 before the first
 * @param window sums for the next line of the log
 * @param epoch sums for the report at the end of the epoch
 */
public record Checkpoint(
    long step,
    SamplerPosition next,
    long rows,
    double seconds,
    double trainSeconds,
    Temperature.State temperature,
    long denseSteps,
    Best best,
    int evaluationsSinceBest,
    long evaluatedStep,
    Window window,
    Epoch epoch) {
  /**
   * Sums over the steps since the last line of the log, so that the next one says the same as if
   * nothing had come between.
   *
   * @param waitNanos spent waiting for batches
   * @param trainSeconds time in steps at the last line
   */
  public record Window(
      long steps,
      long rows,
      long requests,
      long items,
      long validPairs,
      long withoutNegatives,
      double loss,
      double treeLoss,
      double ownLoss,
      double positivePairs,
      double effectiveUsers,
      long towerNanos,
      long lossNanos,
      long updateNanos,
      long planNanos,
      long waitNanos,
      double trainSeconds) {}

  /** Sums over the epoch's steps. */
  public record Epoch(long batches, long rows, double losses, long nanos) {}

  /**
   * The best evaluation so far; step -1 before the first.
   *
   * @param step when it was
   * @param epoch epochs completed then
   * @param value the stop metric
   * @param metrics all metrics then
   */
  public record Best(long step, long epoch, double value, Map<String, Double> metrics) {
    public static final Best NONE = new Best(-1, -1, Double.NEGATIVE_INFINITY, Map.of());
  }
}
