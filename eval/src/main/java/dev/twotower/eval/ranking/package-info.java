/**
 * Full-catalogue ranking and its metrics (design 5).
 *
 * <p><b>Protocol.</b> A user is evaluated when it has at least one relevant item: the distinct
 * items of its rows in the evaluated split, less the items excluded from its ranking. Excluded are
 * the items of the user's training rows, and of its validation rows when the test split is
 * evaluated, unless asked otherwise. Every other item of the catalogue is ranked, those never seen
 * in training included; nothing is sampled, because sampled candidates change the order of models
 * (Krichene and Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020). Items are ordered
 * by falling score, ties by lower item index, so the result is a function of the scores alone. A
 * score of negative infinity never ranks; NaN is an error.
 *
 * <p><b>Requests.</b> A model whose user vector changes from request to request, with what is known
 * there, is asked once for each request of the split: the relevant items are those of the request's
 * rows, less what is excluded from the ranking of its user, whichever request that was in. A
 * request without relevant items is not asked for, and items of the user's other held-out requests
 * are ranked like all others. A metric of a user is its mean over the user's requests, so that a
 * user with many requests weighs no more than one with a single request; means and intervals are
 * over users as before. Slices of items average over the requests that have an item of the slice to
 * find. A model with one vector for each user can be ranked this way as well, with that vector in
 * all of a user's requests: that is how it is set beside the other kind. Figures of the two
 * protocols cannot be compared, since a request has fewer relevant items than its user.
 *
 * <p><b>Metrics</b> of a user with relevant set P, hits H = P within the first K places, rank r(p)
 * from 1:
 *
 * <ul>
 *   <li>{@code recall@K} = |H| / |P|
 *   <li>{@code hitrate@K} = 1 if H is not empty
 *   <li>{@code cappedRecall@K} = |H| / min(K, |P|)
 *   <li>{@code ndcg@K} = (sum over H of 1/log2(1+r)) / (sum over r = 1..min(K,|P|) of 1/log2(1+r))
 *       (Järvelin and Kekäläinen 2002, binary gains)
 *   <li>{@code precision@K} = |H| / K, also where fewer than K items rank
 *   <li>{@code map@K} = (sum over H of (hits up to r) / r) / min(K, |P|): the average precision at
 *       K, of which the mean over users is the MAP; divided by what the best order would have, so
 *       that it can reach 1 (some programs divide by |P|)
 *   <li>{@code mrr} = 1 / r of the best ranked relevant item, over the full ranking
 *   <li>{@code auc} = share of the pairs of a relevant item and another item of the catalogue, one
 *       that is not excluded, in which the relevant one ranks above (Rendle et al. 2009, "BPR",
 *       section 3.2.1): the mean over P of {@code 1 - (r(p) - 1 - relevant items above p) /
 *       others}. A relevant item that does not rank is above nothing, another one that does not is
 *       below all that do; 1 where there are no others
 * </ul>
 *
 * {@code precision}, {@code map} and {@code auc} are measured only where they are asked for: auc
 * needs the places of all relevant items instead of one. And, of all users together, {@code
 * coverage@K} = share of the catalogue that is in at least one user's first K places. Metrics of
 * users are averaged with equal weight.
 *
 * <p><b>Slices.</b> Item slices keep the ranking and count only the relevant items of the slice,
 * for users who have one: {@code items:head}, {@code items:mid}, {@code items:tail} each carry
 * about a third of the training rows, {@code items:cold} have none; auc sets them against the same
 * other items as in the whole ranking. Of a model that continues an earlier one, those with
 * training rows are cut by age as well: {@code items:known} had training rows there, {@code
 * items:new} had none; of those without training rows, {@code items:earlier} have their vector from
 * there, be it their own or the mean of their category's. Where there is an item of those to find,
 * two more slices rank a part of the catalogue by itself: {@code among:cold} the items without
 * training rows, {@code among:warm} all others. Of a model that has the same score for all items
 * without training rows, as one of ids alone has, the former says nothing and has no metrics: their
 * order would be that of the catalogue. User slices: {@code users:new} have no training rows, nor,
 * of a model that continues an earlier one, a vector from there: {@code users:earlier} have; of the
 * others, {@code users:light} have at most the median number of rows that evaluated users with
 * training rows have, {@code users:heavy} more.
 */
package dev.twotower.eval.ranking;
