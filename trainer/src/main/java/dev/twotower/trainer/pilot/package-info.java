/**
 * Settings tried out before a training: for now the temperature.
 *
 * <p>The rule for the temperature ({@link dev.twotower.trainer.auto}) sees pairs of items, which is
 * less than what a model learns from a whole history: on a generated log of 1,000 items and a
 * hundred rows a user it says .20, where .14 finds 6 % more. What is best shows early: of two to
 * six temperatures on each of nine logs, the one that led after two epochs ended as the best of
 * them on four, and 2.8 % below it at most (docs/results/tuning/early.tsv). Where an epoch is few
 * steps it says less: on amazon-health, 17 steps an epoch, .34 leads .24 after two epochs, and ends
 * below it. Hence two epochs, and 200 steps at least.
 *
 * <p>{@link dev.twotower.trainer.pilot.Climb} begins with the rule's value and goes down by factors
 * of the root of two for as long as the stop metric rises by more than twice the standard error of
 * its difference, over the same validation users; where the first step down is none, it goes up in
 * the same way. A log with few users therefore seldom leaves the rule's value. Where the rule is
 * right, three temperatures are tried. {@link dev.twotower.trainer.pilot.Pilots} trains and ranks;
 * test rows are not looked at.
 */
package dev.twotower.trainer.pilot;
