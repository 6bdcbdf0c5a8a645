package dev.twotower.trainer.ids.ablation;

import dev.twotower.data.message.Words;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.TreeConfig;

/**
 * One way to quantise.
 *
 * @param lambda weight of the tree loss
 * @param batches how its items are drawn; null where lambda is 0
 * @param mislabelled share of items in a wrong category
 */
public record AblationArm(double lambda, TreeConfig.Batches batches, double mislabelled) {
  /** Without the tree loss. */
  public static final AblationArm NO_TREE = new AblationArm(0, null, 0);

  /** An arm; without the tree loss, batches and wrong categories change nothing. */
  public static AblationArm of(double lambda, TreeConfig.Batches batches, double mislabelled) {
    return lambda == 0 ? NO_TREE : new AblationArm(lambda, batches, mislabelled);
  }

  /** A configuration with this arm's settings. */
  QuantizeConfig apply(QuantizeConfig base) {
    QuantizeConfig with = base.with("tree.lambda=" + lambda, "tree.mislabelled=" + mislabelled);
    return batches == null ? with : with.with("tree.batches=" + batchesName());
  }

  private String batchesName() {
    return Words.of(batches);
  }

  /** A name that a folder can have, such as {@code lambda-0.01-hierarchical}. */
  public String name() {
    return "lambda-"
        + (lambda == Math.rint(lambda) ? Long.toString((long) lambda) : Double.toString(lambda))
        + (batches == null ? "" : "-" + batchesName())
        + (mislabelled == 0 ? "" : "-mislabelled-" + mislabelled);
  }
}
