/**
 * Starting from a trained run on another data set (design 15).
 *
 * <p>Tables are matched by what their rows stand for: users and items by external id, codes by
 * their text. A row that the earlier training read comes along, with its optimiser's state if
 * asked; an id that is new, or that the earlier training never read, starts as in any new model, or
 * from the mean row of its category. Rows of ids that the new data set lacks are left behind. A row
 * that came along means something even where the new training rows do not read it, for an item that
 * only the file about items names: {@link dev.twotower.trainer.tower.Carried} says so from then on.
 * Dense parameters, a learned temperature and the numbers that standardise numeric features come
 * along, so that before the first step an id with the same features has the same vector, bit for
 * bit. Running estimates of rates come along by item. Queues of past batches do not: their rows are
 * the earlier data set's.
 *
 * <h2>Steps that do not shrink for ever</h2>
 *
 * Row-wise Adagrad divides a row's step by the root of the sum of all squared gradients it has ever
 * had. Let a row be in n batches of an epoch, with squares of mean v. After E epochs from nothing
 * the sum is {@code E n v}; after k runs that went on with it for e epochs each it is {@code (E + k
 * e) n v}, so that steps shrink with {@code 1 / sqrt(k)}, while the log that they are to follow
 * goes on at its pace. Where each run keeps the share s of the sum that it finds, the sum at a
 * run's end is {@code a' = s a + e n v}. It tends to {@code e n v / (1 - s)}, whatever it began
 * with and however long the chain, and the distance to that shrinks by s with each run: the steps
 * of every run are those of epochs {@code s e / (1 - s)} to {@code e / (1 - s)} of a run from
 * nothing. With s = 1/2 these are the epochs e to 2 e. Lazy Adam and AdamW keep running means,
 * which forget by themselves, so {@code warm.accumulators} leaves them alone.
 */
package dev.twotower.trainer.warm;
