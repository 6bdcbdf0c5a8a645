/**
 * The A/B (design 5, 10): trains every arm with the same settings over the same seeds, chooses each
 * arm's learning rate on validation from the same grid if a grid is given, evaluates every run on
 * the same users and hands the runs to {@link dev.twotower.eval.comparison.Comparison}.
 */
package dev.twotower.trainer.compare;
