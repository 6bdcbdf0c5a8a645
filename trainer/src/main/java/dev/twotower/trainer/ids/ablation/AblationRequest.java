package dev.twotower.trainer.ids.ablation;

import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.TreeConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What is compared.
 *
 * @param base settings that all arms share; its lambda and batches are those of the arms with wrong
 *     categories
 * @param lambdas weights of the tree loss; 0 always takes part
 * @param batches how items are drawn
 * @param mislabelled shares of items in a wrong category
 * @param seeds seeds of every arm, counted from the base's
 */
public record AblationRequest(
    QuantizeConfig base,
    List<Double> lambdas,
    List<TreeConfig.Batches> batches,
    List<Double> mislabelled,
    int seeds) {

  public AblationRequest {
    lambdas = List.copyOf(lambdas);
    batches = List.copyOf(batches);
    mislabelled = List.copyOf(mislabelled);
    if (seeds < 1) {
      throw new IllegalArgumentException("--seeds: received " + seeds + "; allowed: 1 and up");
    }
    if (batches.isEmpty()) {
      throw new IllegalArgumentException(
          "--batches: received none; allowed: hierarchical, random or both");
    }
    if (mislabelled.stream().anyMatch(share -> share > 0) && !base.tree().enabled()) {
      throw new IllegalArgumentException(
          "--mislabelled: received %s with tree.lambda=0, where categories play no part; allowed: --mislabelled 0, or a tree.lambda above 0"
              .formatted(mislabelled));
    }
    // Each arm's settings are checked before the first one is trained.
    for (AblationArm arm : arms(base, lambdas, batches, mislabelled)) {
      arm.apply(base);
    }
  }

  /** The arms, each once; the one without the tree loss first. */
  public List<AblationArm> arms() {
    return arms(base, lambdas, batches, mislabelled);
  }

  private static List<AblationArm> arms(
      QuantizeConfig base,
      List<Double> lambdas,
      List<TreeConfig.Batches> batches,
      List<Double> mislabelled) {
    Set<AblationArm> arms = new LinkedHashSet<>();
    arms.add(AblationArm.NO_TREE);
    for (TreeConfig.Batches drawn : batches) {
      for (double lambda : lambdas) {
        arms.add(AblationArm.of(lambda, drawn, 0));
      }
    }
    for (double share : mislabelled) {
      arms.add(AblationArm.of(base.tree().lambda(), base.tree().batches(), share));
    }
    return new ArrayList<>(arms);
  }

  List<Long> seedList() {
    return LongStream.range(base.seed(), base.seed() + seeds).boxed().toList();
  }
}
