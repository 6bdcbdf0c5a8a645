package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.List;

/**
 * The built-in heads, from feature arrays {@code (n, w1), (n, w2), ...} to {@code (n, dim)}. Hidden
 * layers are linear, LayerNorm, ReLU; never BatchNorm, whose batch statistics break on sorted data
 * (design 8).
 */
public final class TowerHead extends SequentialBlock {
  private TowerHead() {}

  /**
   * The head a configuration asks for: with hidden layers a perceptron over the concatenated
   * features; without, the sum of the features where all have width {@code dim}, and one linear
   * projection otherwise.
   */
  public static Block of(List<Feature> features, List<Integer> hidden, int dim) {
    TowerHead head = new TowerHead();
    boolean sums = features.stream().allMatch(f -> f.width() == dim && f.embedded());
    if (hidden.isEmpty() && sums) {
      head.add(new LambdaBlock(TowerHead::sum, "sum"));
      return head;
    }
    head.add(new LambdaBlock(TowerHead::concat, "concat"));
    for (int units : hidden) {
      head.add(Linear.builder().setUnits(units).build());
      head.add(LayerNorm.builder().build());
      head.add(Activation::relu);
    }
    head.add(Linear.builder().setUnits(dim).build());
    return head;
  }

  private static NDList concat(NDList features) {
    // The engine would copy a single one.
    return features.size() == 1 ? features : new NDList(NDArrays.concat(features, 1));
  }

  private static NDList sum(NDList features) {
    return features.size() == 1
        ? features
        : new NDList(NDArrays.stack(features).sum(new int[] {0}));
  }
}
