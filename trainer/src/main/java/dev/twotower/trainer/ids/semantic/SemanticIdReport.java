package dev.twotower.trainer.ids.semantic;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.util.List;

/**
 * The intrinsic metrics of design 7.
 *
 * @param items items with an ID
 * @param levels levels of a code, the token not counted
 * @param reconstructionError share of the vectors' variance that the codes lose
 * @param prefixErrors the same from each prefix of the code
 * @param codebooks use of each level's codes
 * @param uniqueness how well IDs tell items apart
 * @param agreement prefixes against levels of the tree; absent without a tree
 * @param similarity cosine of vectors against shared prefixes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SemanticIdReport(
    int items,
    int levels,
    double reconstructionError,
    List<Double> prefixErrors,
    List<Codebooks> codebooks,
    Uniqueness uniqueness,
    List<Agreement> agreement,
    PrefixSimilarity similarity) {

  /**
   * Measures IDs.
   *
   * @param prefixErrors share of the variance lost from each prefix
   * @param manager where similarities are computed
   * @param seed of the pairs that are drawn
   */
  public static SemanticIdReport of(
      SemanticIds ids, ItemVectors items, List<Double> prefixErrors, NDManager manager, long seed) {
    return new SemanticIdReport(
        ids.rows(),
        ids.levels(),
        prefixErrors.get(ids.levels() - 1),
        prefixErrors,
        Codebooks.of(ids),
        Uniqueness.of(ids),
        items.tree().map(tree -> Agreement.of(ids, tree)).orElse(null),
        PrefixSimilarity.of(ids, items.values(), manager, seed));
  }
}
