package dev.twotower.eval.stats;

import java.util.List;

/**
 * A metric of an arm.
 *
 * @param mean over seeds and users
 * @param low lower end of the 95 % interval over seeds and users
 * @param high upper end
 * @param values the mean of each seed
 */
public record Estimate(double mean, double low, double high, List<Double> values) {}
