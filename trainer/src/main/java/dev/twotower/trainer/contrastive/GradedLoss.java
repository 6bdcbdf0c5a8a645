package dev.twotower.trainer.contrastive;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.twotower.data.tree.TargetSchedule;
import java.util.Arrays;

/**
 * The graded contrastive loss and its gradient in closed form, tile by tile (theory in the package
 * description). Runs on whatever device its input is on. Memory is O(tile) beside the input, its
 * gradient and one row of weights per tree node in the batch. Deterministic on CPU.
 */
public final class GradedLoss {
  /** Logits per tile that suit a CPU's cache. */
  private static final int CPU_TILE = 1 << 19;

  /** Logits per tile that keep a GPU busy. */
  private static final int GPU_TILE = 1 << 26;

  /** Far below any logit, and finite, so that no difference of two of them is NaN. */
  private static final float CLOSED = -1e30f;

  private static final float TINY = 1e-37f;

  private final int tileElements;

  public GradedLoss(int tileElements) {
    this.tileElements = tileElements;
  }

  /** The tile size that suits the manager's device. */
  public static GradedLoss forDevice(NDManager manager) {
    return new GradedLoss(manager.getDevice().isGpu() ? GPU_TILE : CPU_TILE);
  }

  /**
   * A batch's loss with its gradient.
   *
   * @param loss the mean over anchors with a positive, a scalar array; 0 where there are none
   * @param gradient dL/dZ, n x d
   * @param anchors how many there are
   */
  public record Result(NDArray loss, NDArray gradient, int anchors) {}

  /**
   * Computes loss and gradient.
   *
   * @param manager owner of the results; temporaries are freed before returning
   * @param vectors n x d, detached from any graph; unit vectors make scores cosines
   * @param targets weights of the n x n pairs
   * @param temperature tau, above 0
   */
  public Result compute(
      NDManager manager, NDArray vectors, PairTargets targets, float temperature) {
    int size = targets.size();
    Shape shape = vectors.getShape();
    if (shape.dimension() != 2 || shape.get(0) != size) {
      throw new IllegalArgumentException(
          "vectors have shape %s; the targets need (%d, d)".formatted(shape, size));
    }
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "temperature " + temperature + " is not allowed; it must be above 0");
    }
    float[] totals = targets.totals();
    int anchors = 0;
    for (float total : totals) {
      anchors += total > 0 ? 1 : 0;
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(vectors);
      inputs.tempAttach(scratch);
      NDArray gradient = scratch.zeros(shape);
      NDArray loss = scratch.zeros(new Shape());
      if (anchors > 0) {
        NDArray weights = scratch.create(targets.rows(), new Shape(targets.groups(), size));
        Batch batch =
            new Batch(vectors, vectors.transpose(), weights, targets, totals, anchors, temperature);
        int rows = Math.max(1, tileElements / size);
        for (int from = 0; from < size; from += rows) {
          try (NDManager tile = scratch.newSubManager()) {
            tile(tile, batch, from, Math.min(size, from + rows), gradient, loss);
          }
        }
        gradient.muli(1 / temperature);
      }
      new NDList(loss, gradient).attach(manager);
      return new Result(loss, gradient, anchors);
    }
  }

  private record Batch(
      NDArray vectors,
      NDArray transposed,
      NDArray weights,
      PairTargets targets,
      float[] totals,
      int anchors,
      float temperature) {}

  private static void tile(
      NDManager tile, Batch batch, int from, int to, NDArray gradient, NDArray loss) {
    int size = batch.targets().size();
    NDArray own = attach(tile, batch.vectors().get(new NDIndex().addSliceDim(from, to)));
    NDArray logits = attach(tile, own.matMul(batch.transposed())).muli(1 / batch.temperature());
    NDArray weights = weights(tile, batch, from, to, size);
    NDArray open = weights.gte(0).toType(logits.getDataType(), false);
    NDArray target = weights.maximum(0);

    NDArray closed = logits.mul(open).addi(open.sub(1).muli(-CLOSED));
    NDArray highest = closed.max(new int[] {1}, true);
    NDArray e = closed.subi(highest).exp().muli(open);
    NDArray sum = e.sum(new int[] {1}, true).addi(TINY);

    // An anchor without a positive has factor 0 in both terms.
    float[] factor = new float[to - from];
    float[] share = new float[to - from];
    for (int i = from; i < to; i++) {
      boolean anchor = batch.totals()[i] > 0;
      factor[i - from] = anchor ? 1f / batch.anchors() : 0;
      share[i - from] = anchor ? 1 / (batch.anchors() * batch.totals()[i]) : 0;
    }
    NDArray factors = tile.create(factor, new Shape(to - from, 1));
    target.muli(tile.create(share, new Shape(to - from, 1)));
    NDArray denominators = sum.log().addi(highest).muli(factors).sum();
    loss.addi(denominators.sub(logits.muli(target).sum()));

    NDArray logitGradient = e.muli(factors.div(sum)).subi(target);
    NDArray ownGradient = logitGradient.matMul(batch.vectors());
    gradient.addi(logitGradient.transpose().matMul(own));
    NDIndex rows = new NDIndex().addSliceDim(from, to);
    NDArray before = attach(tile, gradient.get(rows));
    gradient.set(rows, before.add(ownGradient));
  }

  /** The weights of the tile's anchors against all items, an anchor itself being ignored. */
  private static NDArray weights(NDManager tile, Batch batch, int from, int to, int size) {
    PairTargets targets = batch.targets();
    int[] groups = new int[to - from];
    Arrays.setAll(groups, i -> targets.group(from + i));
    NDArray numbers = tile.create(groups);
    NDArray weights =
        Embedding.embedding(numbers, batch.weights(), SparseFormat.DENSE).singletonOrThrow();
    attach(tile, weights);
    NDArray flat = weights.flatten();
    long[] diagonal = new long[to - from];
    Arrays.setAll(diagonal, i -> (long) i * size + from + i);
    flat.set(new NDIndex("{}", tile.create(diagonal)), tile.create((float) TargetSchedule.IGNORED));
    Places places = new Places();
    targets.forEachOverride(
        from, to, (i, j, weight) -> places.add((long) (i - from) * size + j, weight));
    if (places.count > 0) {
      NDArray at = tile.create(Arrays.copyOf(places.place, places.count));
      flat.set(new NDIndex("{}", at), tile.create(Arrays.copyOf(places.value, places.count)));
    }
    return weights;
  }

  /** Values to write at places of a flat array. */
  private static final class Places {
    private long[] place = new long[64];
    private float[] value = new float[64];
    private int count;

    void add(long at, float written) {
      if (count == place.length) {
        place = Arrays.copyOf(place, 2 * count);
        value = Arrays.copyOf(value, 2 * count);
      }
      place[count] = at;
      value[count++] = written;
    }
  }

  private static NDArray attach(NDManager manager, NDArray array) {
    array.attach(manager);
    return array;
  }
}
