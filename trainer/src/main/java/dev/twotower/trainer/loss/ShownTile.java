package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.cuda.Transfer;
import java.util.Arrays;

/**
 * What the requests of a tile's queries showed: a few candidates for each query beside the columns,
 * as terms of A in the package description. Each has a vector of its own, so nothing grows with
 * queries times candidates of others. Arrays are queries x width x d, in float32 where logits are
 * bounded, else in float64.
 */
final class ShownTile {
  private final NDArray x;
  private final NDArray vectors;

  /** Shifted logits, and exponentials once they are taken; 0 where a query has fewer. */
  private NDArray e;

  /**
   * @param x the tile's queries, rows x d
   * @param from the first of them
   */
  ShownTile(NDManager tile, TiledLoss.Batch batch, NDArray x, int from) {
    LossTerms.Shown shown = batch.terms().shown().orElseThrow();
    long rows = x.getShape().get(0);
    int width = shown.width();
    long first = batch.plan().columns() + (long) from * width;
    NDArray all = batch.y().get(tile, new NDIndex().addSliceDim(first, first + rows * width));
    this.x = x.reshape(rows, 1, x.getShape().get(1));
    this.vectors = all.reshape(rows, width, x.getShape().get(1));
    float[] bias = Arrays.copyOfRange(shown.logQ(), from * width, (int) (from + rows) * width);
    for (int i = 0; i < bias.length; i++) {
      bias[i] = -bias[i] - batch.biases().shift();
    }
    NDArray shifts = Transfer.floats(tile, bias, new Shape(rows, width));
    e = vectors.mul(this.x).sum(new int[] {2}).mul(1 / batch.terms().temperature()).add(shifts);
  }

  /** The largest logit of each query, rows x 1. */
  NDArray largest() {
    return e.max(new int[] {1}, true);
  }

  /** Takes the exponentials of logits that were bounded. */
  void exponentials() {
    e = e.exp();
  }

  /** Takes those of logits less a query's maximum, in doubles. */
  void exponentials(NDArray largest) {
    e = e.sub(largest).toType(DataType.FLOAT64, false).exp();
  }

  /** The sums of exponentials, as one more part of the sums over columns. */
  NDArray part() {
    return e.sum(new int[] {1}).reshape(1, e.getShape().get(0));
  }

  /**
   * Adds to a tile's dX.
   *
   * @param owner of the result
   * @param factor what each row's exponentials are multiplied by, rows x 1
   * @return dL/d(vectors), rows times width x d
   */
  NDArray gradients(NDManager owner, NDArray factor, NDArray dx) {
    Shape shape = vectors.getShape();
    NDArray weights =
        e.mul(factor).toType(DataType.FLOAT32, false).reshape(shape.get(0), shape.get(1), 1);
    dx.addi(vectors.mul(weights).sum(new int[] {1}));
    NDArray gradient = x.mul(weights).reshape(shape.get(0) * shape.get(1), shape.get(2));
    gradient.attach(owner);
    return gradient;
  }
}
