/**
 * What a search for settings has found, as data: trials, what each setting did, and what would have
 * been found by stopping earlier.
 *
 * <p>What a setting did is told by two measures that a few failed or odd trials do not move: the
 * medians of the metric over the trials that share a value of the setting, and, where the values
 * have an order, Spearman's rank correlation of setting and metric. Both look at all trials after
 * the same number of epochs, the first rung's, because trials that went further were chosen for
 * being good. That favours what learns fast: a setting whose advantage shows late is not seen here,
 * but in the curves. Settings were drawn independently of each other, so a difference of medians is
 * an effect averaged over the other settings, not one at the best of them.
 */
package dev.twotower.eval.tuning;
