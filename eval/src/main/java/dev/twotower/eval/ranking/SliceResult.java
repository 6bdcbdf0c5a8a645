package dev.twotower.eval.ranking;

import java.util.Map;

/**
 * Metrics of a part of the items or of the users.
 *
 * @param name such as {@code items:tail} or {@code users:light}, defined in the package description
 * @param users evaluated users the slice says something about
 * @param items items in the slice
 * @param metrics by name; empty where there is no such user, or where a model has the same score
 *     for all items that are ranked by themselves
 */
public record SliceResult(String name, int users, int items, Map<String, Double> metrics) {}
