/**
 * Optimisers (design 8). Tables are updated by the row: {@link
 * dev.twotower.trainer.optimizer.RowwiseAdagrad} and {@link
 * dev.twotower.trainer.optimizer.LazyAdam} read and write only the rows of the batch, so that their
 * cost follows the distinct ids in it and not the table's size. Dense parameters take AdamW ({@link
 * dev.twotower.trainer.optimizer.DenseParameters}). Each class cites its paper.
 *
 * <h2>Steps that count their rows</h2>
 *
 * A table's row that c rows of a batch read, a user with c rows in it say, gets one gradient G, the
 * sum of theirs, and takes one step. In shuffled batches the same c rows lie in c batches and make
 * c steps, with gradients g of their own. How far do both go? Let every g have second moment {@code
 * v = E g^2}, and any two of them correlation rho: rho is 1 where they are aligned, as they are
 * while all of a user's items pull the same way, and 0 where they are independent, as they are
 * about the optimum, where only noise is left. Then
 *
 * <pre>
 *   E G^2 = c (1 + (c - 1) rho) v
 * </pre>
 *
 * <b>Adagrad.</b> The c steps add {@code c v} to the accumulator a and move {@code r G / sqrt(a)}
 * to first order in r. The one step moves {@code r G / sqrt(a)} as well, but adds {@code E G^2}. So
 * an accumulator that takes {@code G^2 / (1 + (c - 1) rho)} restores the c steps, whatever c is
 * from batch to batch. Independent gradients need no change: the one step is as long as the c
 * steps. With aligned ones it is sqrt(c) times too short: over T batches it goes {@code 2 r
 * sqrt(T)}, and the {@code c T} steps go {@code 2 r sqrt(c T)}.
 *
 * <p><b>Adam.</b> Its steps have the length of the rate, whatever the gradient's is. The c steps
 * move {@code r G / sqrt(v)}, the one step moves {@code r G / sqrt(E G^2)}: too short by {@code
 * sqrt(c (1 + (c - 1) rho))}, which is sqrt(c) for independent gradients and c for aligned ones. So
 * the counted step stands for c steps along the mean gradient {@code G / c}, whose second moment is
 * taken to be {@code v = G^2 / (c (1 + (c - 1) rho))}: the row's number of steps grows by c, the
 * moments decay by {@code beta^c}, and the step is c times {@code r m / sqrt(v)}.
 *
 * <p><b>Which of the two.</b> Measured on a log with one request a user, in pieces of 8 rows
 * ({@code docs/study.md}), a user's rows are independent: rho is -.02 after one epoch and -.03
 * after three. So {@code independent} is the default.
 *
 * <p>{@code optimizer.rowSteps} chooses between the one step ({@code batch}), {@code independent}
 * (rho = 0; under Adagrad the same as {@code batch}) and {@code aligned} (rho = 1). Where c is 1
 * all of them are the same step.
 *
 * <p><b>What c is.</b> Rows of the batch are anchors; a weight w multiplies an anchor's gradient.
 * For aligned gradients {@code g_j = w_j g} the two moments above give {@code G^2 / sum g_j^2 =
 * (sum w_j)^2 / sum w_j^2}, so that is c: the number of rows if they weigh the same, fewer if few
 * of them carry the weight; rows of weight 0 do not count. A row of a table is read once for each
 * anchor of the user (or request) whose id, category or history it is part of, by 1 over the size
 * of the bag if it is one of several. Candidates that are no anchor's positive (extra negatives,
 * remembered items, items of the tree's loss) come with the batch and not with a row; a table's row
 * that is read for them alone has c = 1.
 */
package dev.twotower.trainer.optimizer;
