package dev.twotower.eval.comparison;

import dev.twotower.eval.ranking.EvaluationResult;
import java.util.List;

/**
 * One arm trained with one seed.
 *
 * @param seed the seed
 * @param evaluation the model on the reported split
 * @param stepRows mean rows of a training step
 * @param stepMillis median time of a training step: neither evaluation nor the slow first steps
 *     count
 * @param curve the metric while training; may be empty
 */
public record ArmRun(
    long seed,
    EvaluationResult evaluation,
    double stepRows,
    double stepMillis,
    List<Report.Point> curve) {}
