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
 */
package dev.twotower.trainer.warm;
