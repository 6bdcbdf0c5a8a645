package dev.twotower.eval.report;

import dev.twotower.eval.ranking.EvaluationResult;
import java.util.List;

/**
 * One arm trained with one seed.
 *
 * @param seed the seed
 * @param evaluation the model on the reported split
 * @param examplesPerSecond rows trained on per second
 * @param curve the metric while training; may be empty
 */
public record ArmRun(
    long seed, EvaluationResult evaluation, double examplesPerSecond, List<Report.Point> curve) {}
