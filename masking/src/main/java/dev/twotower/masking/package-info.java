/**
 * Which candidates are never negatives, on plain ids: no engine, no I/O.
 *
 * <p>Row i of a batch is an anchor (its user, its positive item); every other row's item is a
 * candidate. A mask removes candidates from an anchor's negatives (design 3.1); masks compose by
 * union of what they remove. A context value that is missing (NaN) agrees with nothing. {@link
 * dev.twotower.masking.MaskSet#removes} is the definition; the plans are the fast forms of it and
 * are tested against it.
 *
 * <p><b>Plans.</b> The masked in-batch softmax needs, for each anchor i with query q, the sum over
 * its negatives of {@code e^l}. A {@link dev.twotower.masking.NegativesPlan} writes that sum over
 * distinct columns m with multiplicities c(m): almost every column weighs c(m), the few that a mask
 * touches weigh less (they are the plan's <i>overrides</i>), and the query's own positives are kept
 * apart because identity removes a different one for each anchor (design 3.2):
 *
 * <pre>
 *   A(q) = sum over m not positive for q of w(q,m) e^{l(q,m)}      w(q,m) = c(m) unless overridden
 *   D(i) = (1 + own(i)) e^{l(q,y_i)} + A(q) + sum over positives m of q, m != y_i, of w(q,m) e^{l(q,m)}
 * </pre>
 *
 * Candidates are the batch's rows, and possibly more that are not anchors: items drawn from the
 * catalogue, which only masks on items remove, and rows of earlier batches, which every mask
 * applies to (design 3.5). They are candidates in the same columns.
 *
 * <p>Items that a request showed are candidates for its own anchors alone ({@link
 * dev.twotower.masking.BatchIds#SHOWN}): {@code user} and {@code context} leave them, as they are
 * of that very user, while {@code identity} and {@code engaged} remove them as others. They are no
 * columns of a plan; their terms are added to A(q).
 *
 * <p>Every term is positive, so nothing cancels. {@link dev.twotower.masking.DedupPlan} has a query
 * per distinct request (and context) and a column per distinct item; {@link
 * dev.twotower.masking.DensePlan} has a query per row and a column per candidate. {@link
 * dev.twotower.masking.DistinctPlan} counts each distinct item of either once.
 */
package dev.twotower.masking;
