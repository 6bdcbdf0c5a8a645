package dev.twotower.eval.report;

import dev.twotower.eval.ranking.EvaluationResult;
import java.util.List;

/**
 * One arm trained with one seed.
 *
 * @param seed the seed
 * @param evaluation the model on the reported split
 * @param examplesPerSecond rows trained on per second
 * @param stepMillis median time of a training step, evaluation not counted
 * @param curve the metric while training; may be empty
 */
public record ArmRun(
    long seed,
    EvaluationResult evaluation,
    double examplesPerSecond,
    double stepMillis,
    List<Report.Point> curve) {}
