/**
 * The judged comparison (design 5, 10): {@link dev.twotower.eval.comparison.Comparison} turns
 * evaluated runs into arms and judged pairs, {@link dev.twotower.eval.comparison.Report} is the
 * outcome, and what {@code report.json} holds. {@link dev.twotower.eval.comparison.ArmSpec} says
 * what an arm is: a layout, masks and settings; {@link dev.twotower.eval.comparison.Causes} takes
 * the difference between two layouts apart.
 */
package dev.twotower.eval.comparison;
