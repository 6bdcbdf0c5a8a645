/**
 * The category tree in training (design 7): the graded contrastive loss over the pairs of a batch
 * of items, the batches with their graded targets, pairs of items engaged with together, and trees
 * with errors put in on purpose. {@link dev.twotower.trainer.contrastive.TreeBatches} gives batch
 * number n from (seed, n) alone, so that a resumed run needs nothing but its step.
 *
 * <p>With unit vectors z, scores {@code s(i,j) = z_i . z_j} and a target weight {@code g(i,j)} of
 * every ordered pair that is not ignored, an anchor i with a positive total weight has
 *
 * <pre>
 *   C(i)  = { j != i : the pair (i,j) is not ignored }
 *   p(i,j) = e^{s(i,j)/tau} / sum over k in C(i) of e^{s(i,k)/tau}
 *   t(i,j) = g(i,j) / sum over k in C(i) of g(i,k)
 *   L(i)  = - sum over j in C(i) of t(i,j) log p(i,j)
 * </pre>
 *
 * and the batch's loss is the mean of L(i) over the A anchors that have one; the others are in the
 * denominators only. This is InfoNCE (van den Oord et al. 2018, arXiv 1807.03748) with several
 * weighted positives (as SupCon, Khosla et al. 2020, arXiv 2004.11362, has several equal ones). Its
 * gradient is closed:
 *
 * <pre>
 *   dL/ds(i,j) = (p(i,j) - t(i,j)) / (A tau)        dL/dZ = G Z + G' Z, G that matrix
 * </pre>
 *
 * so no graph over the logits is kept; {@link dev.twotower.trainer.contrastive.GradedLoss} works
 * through tiles of anchors x all items. {@code ReferenceGradedLoss}, among the tests, is the
 * definition in plain doubles.
 *
 * <p>The weights come from a {@link dev.twotower.data.tree.TargetSchedule} over tree distances.
 * Under the default {@code 1/0.5/0} items of one leaf weigh 1, siblings 0.5, unrelated items 0
 * (they are negatives), and cousins are ignored. Items without a category are ignored altogether:
 * nothing is known about them.
 */
package dev.twotower.trainer.contrastive;
