/**
 * Settings that follow from the log: what is known of it ({@link
 * dev.twotower.trainer.auto.LogFacts}), and the rules by which settings that are {@code auto} get
 * their values ({@link dev.twotower.trainer.auto.Rules}). A rule sees training rows and the number
 * of validation users, never what the validation rows hold. It runs once, before training; what it
 * chose is in the run's configuration, so a resumed run, a comparison or an evaluation does not
 * choose again.
 *
 * <p><b>Temperature.</b> With the correction log q, the loss of a batch is least where the scaled
 * score of user u and item y is s(u, y) / tau = log(p(y | u) / q(y)) + const: how much likelier the
 * user makes the item. Scores of unit vectors lie between -1 and 1, so tau sets how large that
 * quantity can get: too high a tau and the vectors cannot say how sure the log is, too low and they
 * say more than the log knows, which is noise. So tau should fall with the information that users
 * carry on items. That is measured without a model, by pairs of items of one user: for items i and
 * j with n_i and n_j users among U, of whom c have both,
 *
 * <pre>
 *   I = mean over pairs of log( (c - 1 + 1/2) / ((n_i - 1)(n_j - 1) / (U - 1) + 1/2) )
 *   tau = 0.15 / sqrt(I * min(1, n / 10)) * min(1, 1000 / items)^(1/4), from 0.08 to 0.3
 * </pre>
 *
 * where pairs are drawn as two rows of the user of a random row, that user is left out of the
 * counts, and n are the rows of a user on average. Of more than 25,000 users a sample of as many
 * counts: the more users, the more pairs meet, and the larger is I (instacart's is .15 of 7,300
 * users, .21 of 21,000, .34 of 117,000), while the temperature that is best there is not lower (.13
 * of 21,000 and of 117,000); the rule was chosen on logs of 1,000 to 25,000 users. An ideal model
 * would have tau fall as 1 / I, but I sees less than the whole history does, the more so where I is
 * small; hence the square root. And it sees less of a large catalogue: most of its pairs meet in no
 * other user (64 % on a generated log of 10,000 items, 3 % on ml-100k), and with 1/2 added to both
 * counts those say nothing. Hence the fourth root, which leaves 1,000 items what they had: on that
 * log I alone gives .27, the rule .15, which is 15 % better. Last, what the rows of a user tell
 * grows with their number: where users have few, I counts in proportion. On a third of
 * kuairand-pure (3.3 rows a user) .3 is 9 % better than .2.
 *
 * <p>Where evaluation ranks what a user had before, an item that comes again is to be found as
 * well. Then I is over all rows: those whose item the user had in an earlier row tell of it what
 * the same formula says with j = i, about log(U / n_i), and the others what pairs tell. On
 * lgsr-600, where 63 % of the rows come again, that takes tau from .16 to .08, which is 6 % better,
 * on online-retail (28 %) from .11 to .09; on a third of lgsr-600's customers .09 and .21 are
 * undecided.
 *
 * <p>The fourth root was chosen on two generated logs and ml-100k, the ten rows on kuairand-pure.
 * On logs that it was not chosen on, the rule gains 4 to 5 % over I alone on parts of instacart,
 * lgsr-600 and online-retail, and what it loses on ebnerd-demo is within noise (docs/tuning.md). On
 * amazon-health (1,200 items), best at about .3, it says .24. The bounds keep a log with too few
 * pairs, or one that repeats itself, at values that have been tried.
 *
 * <p><b>Batch and pieces.</b> Large batches make better negatives and faster steps, up to 4,096
 * where they stop paying on these logs; but an epoch needs steps, about sixteen. Pieces of eight
 * rows bring the users of a batch close to those of shuffled rows (README); a batch has 64 at
 * least, so that small batches hold many users as well.
 *
 * <p><b>Masks.</b> What evaluation leaves out of the ranking is no negative: {@code engaged} where
 * seen items are left out, else {@code user} (README: the wrong one costs 2 % on ml-100k). A log
 * with one request a user is no exception: in pieces {@code engaged} gained 3 % over {@code user}
 * on ml-100k's validation rows, and lost 0.5 % on a generated log of 10,000 items (docs/study.md).
 * Where users had half of the catalogue or more, {@code engaged} could leave no negative: there,
 * too, {@code user}.
 *
 * <p><b>Width.</b> 128 where there are rows to fill it: of 13 draws on amazon-health, the smallest
 * of the logs, the three best on validation had 128.
 *
 * <p><b>Weighting.</b> Recall is a mean over users. Where the user of a random row has twice the
 * rows of a random user or more, {@code sqrt-users} comes closer to that mean: +20.8 % on lgsr-600
 * (2.5 times); chosen on validation for movielens1m-m1 (2.3); +0.8 % on online-retail (6), within
 * noise. Below that nothing was gained: +0.7 %, within noise, on ml-100k (1.9), and one pair of
 * runs on amazon-health (1.7) lost 6 %.
 *
 * <p><b>Length.</b> With validation rows, training stops after six epochs without a new best; the
 * limit of 100 epochs, fewer where that would be more than 3 x 10^8 rows, is only for runs that
 * never level off. Ranking costs about as much for 1,500 scores as training does for a row, so on a
 * large catalogue the model is ranked less often, every fifth epoch at the rarest; where even that
 * costs more than half of training, for a sample of the users, 20,000 at least (the standard error
 * of a recall of .2 is then below .003, and all epochs are judged on the same users); patience is
 * counted in epochs. Without validation rows nothing says when to stop, and 20 epochs are where the
 * logs of the study level off (8 to 28).
 *
 * <p><b>What has no rule.</b> The tables' learning rate: row-wise Adagrad divides by the root of
 * the sum of squared gradients, and the towers' output is normalised, so after a few steps a larger
 * rate makes longer rows, not larger turns; on amazon-health the best of 13 draws, trained to their
 * end, lay anywhere from 0.05 to 0.8. After one epoch the rate does matter, and most. Trained until
 * validation no longer rises, 0.1 and 0.4 are within 1.1 % of 0.2 on ml-100k and amazon-health, and
 * below it (docs/tuning.md). Nor does it fall: over the epochs that a constant rate chose, a line
 * or a cosine to zero lost 2 to 4 % on amazon-health, about 1 % on ml-100k, undecided, and nothing
 * that shows on lgsr-600. Extra uniform negatives: they help some logs a little, cost in every
 * step, and no fact of the log was found that says where.
 */
package dev.twotower.trainer.auto;
