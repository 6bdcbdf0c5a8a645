package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.masking.NegativesPlan;
import java.util.Arrays;
import java.util.Optional;

/**
 * The masked loss and its gradient in closed form, tile by tile (design 3.3; theory in the package
 * description). Runs on whatever device its inputs are on. Memory is O(tile) beside inputs and
 * outputs: a tile is some queries x all columns, about {@code tileElements} logits. Not safe for
 * use by several threads; results are deterministic on CPU.
 */
public final class TiledLoss {
  /** Logits per tile that suit a CPU's cache. */
  public static final int CPU_TILE = 1 << 20;

  /** Logits per tile that keep a GPU busy. */
  public static final int GPU_TILE = 1 << 26;

  /** Spread of logits (in nats) under which one bound for all of them cannot underflow a float. */
  private static final float SAFE_SPREAD = 60;

  /** Keeps sums of no terms away from 0; below any sum of the precision it is used in. */
  private static final double TINY_FLOAT = 1e-37;

  private static final double TINY_DOUBLE = 1e-300;

  /**
   * Up to this width, sums of others are one matrix product instead of ten operations on prefixes.
   */
  private static final int WIDEST_PRODUCT = 128;

  private static final int FEWEST_ROWS = 96;

  private final int tileElements;
  private final int widestProduct;
  private final TileSlots slots = new TileSlots();
  private final TileColumns tileColumns;

  /**
   * @param tileElements logits a tile holds, about; a tile over many columns up to four times as
   *     many
   */
  public TiledLoss(int tileElements) {
    this(tileElements, WIDEST_PRODUCT, new TileColumns(Optional.empty(), new Workers(1)));
  }

  TiledLoss(int tileElements, int widestProduct, TileColumns columns) {
    this.tileElements = tileElements;
    this.widestProduct = widestProduct;
    this.tileColumns = columns;
  }

  /**
   * The tile size that suits the manager's device.
   *
   * @param manager owner of memory that one batch after another uses
   * @param workers the threads to use; results do not depend on their number
   */
  public static TiledLoss forDevice(NDManager manager, Workers workers) {
    return new TiledLoss(
        tileFor(manager), WIDEST_PRODUCT, new TileColumns(Optional.of(manager), workers));
  }

  /** Logits per tile that suit the manager's device. */
  static int tileFor(NDManager manager) {
    return manager.getDevice().isGpu() ? GPU_TILE : CPU_TILE;
  }

  /**
   * Computes loss and gradients.
   *
   * @param manager owner of the results; temporaries are freed before returning
   * @param plan which columns are negatives of which query, and how often
   * @param x query vectors, queries x d, each of norm at most 1, detached from any graph
   * @param y column vectors, columns x d, each of norm at most 1, detached from any graph
   * @param terms temperature, log q and weights
   */
  public LossGradients compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    check("x", x, plan.queries());
    check("y", y, plan.columns());
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      Batch batch = Batch.of(scratch, plan, x, y, terms);
      int rows = rows(plan.columns());
      NDList queryGradients = new NDList();
      NDList losses = new NDList();
      NDArray columnGradient = scratch.create(y.getShape());
      begin(scratch, plan);
      for (int from = 0; from < plan.queries(); from += rows) {
        int to = Math.min(plan.queries(), from + rows);
        slots.build(plan, terms, from, to);
        try (NDManager tile = scratch.newSubManager()) {
          tile(tile, batch, from, to, queryGradients, columnGradient, losses);
        }
      }
      NDArray queryGradient =
          queryGradients.size() == 1 ? queryGradients.head() : NDArrays.concat(queryGradients, 0);
      // l = s/tau, so d(1/tau) collects g s = x . (g y), and dx = (g y)/tau
      NDArray inverseTemperature = queryGradient.mul(x).sum();
      queryGradient.muli(1 / terms.temperature());
      columnGradient.muli(1 / terms.temperature());
      NDArray loss = NDArrays.stack(losses).sum();
      NDList results = new NDList(loss, queryGradient, columnGradient, inverseTemperature);
      results.attach(manager);
      return new LossGradients(loss, queryGradient, columnGradient, inverseTemperature);
    }
  }

  /**
   * How improbable the model finds each anchor, without gradients: {@code -log P}, at least 0, P
   * being the share of the positive in its denominator, also where it is left out of the loss's.
   *
   * @return by positive of the plan; arguments are those of {@link #compute}
   */
  float[] surprises(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    check("x", x, plan.queries());
    check("y", y, plan.columns());
    float[] surprises = new float[plan.positives()];
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      Batch batch = Batch.of(scratch, plan, x, y, terms);
      int rows = rows(plan.columns());
      begin(scratch, plan);
      for (int from = 0; from < plan.queries(); from += rows) {
        int to = Math.min(plan.queries(), from + rows);
        slots.build(plan, terms, from, to);
        try (NDManager tile = scratch.newSubManager()) {
          NDArray all = surprise(tile, terms, sums(tile, batch, from, to));
          float[] used =
              all.flatten()
                  .take(places(tile, slots.slot, slots.slots))
                  .toType(DataType.FLOAT32, false)
                  .toFloatArray();
          System.arraycopy(used, 0, surprises, plan.positiveStart(from), used.length);
        }
      }
    }
    return surprises;
  }

  /**
   * Queries a tile: with very few of them, adding up dY costs more than computing it, so tiles over
   * many columns may be larger.
   */
  private int rows(int columns) {
    long most = Math.max(1, 4L * tileElements / columns);
    return (int) Math.min(most, Math.max(FEWEST_ROWS, tileElements / columns));
  }

  private void begin(NDManager owner, NegativesPlan plan) {
    long rows = Math.min(plan.queries(), rows(plan.columns()));
    tileColumns.begin(owner, rows * plan.columns());
  }

  private static void check(String name, NDArray vectors, int expected) {
    Shape shape = vectors.getShape();
    if (shape.dimension() != 2 || shape.get(0) != expected) {
      throw new IllegalArgumentException(
          "%s has shape %s; the plan needs (%d, d)".formatted(name, shape, expected));
    }
  }

  /**
   * The batch's vectors with the column biases folded in, so that one product gives shifted logits.
   */
  private record Batch(
      NDArray scaled, NDArray biased, NDArray x, NDArray y, LossTerms terms, boolean bounded) {
    static Batch of(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
      int columns = plan.columns();
      float[] bias = new float[columns];
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int column = 0; column < columns; column++) {
        bias[column] = (float) Math.log(plan.columnWeight(column)) - terms.columnLogQ()[column];
        low = Math.min(low, bias[column]);
        high = Math.max(high, bias[column]);
      }
      for (int positive = 0; positive < plan.positives(); positive++) {
        float own = -terms.logQ(positive, plan.positiveColumn(positive));
        low = Math.min(low, own);
        high = Math.max(high, own);
      }
      float inverse = 1 / terms.temperature();
      boolean bounded = 2 * inverse + high - low <= SAFE_SPREAD;
      for (int column = 0; column < columns; column++) {
        // Only ratios of exponentials matter: shift by an upper bound of the logits, |s| being at
        // most 1.
        bias[column] -= bounded ? high + inverse : high;
      }
      NDArray ones = manager.ones(new Shape(x.getShape().get(0), 1));
      NDArray scaled = NDArrays.concat(new NDList(x.mul(inverse), ones), 1);
      NDArray biases = manager.create(bias, new Shape(columns, 1));
      NDArray biased = NDArrays.concat(new NDList(y, biases), 1).transpose();
      return new Batch(scaled, biased, x, y, terms, bounded);
    }
  }

  /**
   * The sums of a tile.
   *
   * @param e weighted exponentials, rows x columns; not 0 at the positives and what they remove
   * @param flat a view of {@code e}
   * @param negative what each positive is for the others of its query, rows x width
   * @param own what candidates with the anchor's own item are to it, rows x width
   * @param ownLogit logit of the positive at its own anchors, rows x width
   * @param rest all other negatives, rows x width
   * @param tiny keeps sums of no terms away from 0
   */
  private record Sums(
      NDArray e,
      NDArray flat,
      NDArray negative,
      NDArray own,
      NDArray ownLogit,
      NDArray rest,
      double tiny) {}

  private Sums sums(NDManager tile, Batch batch, int from, int to) {
    NDArray scaled = slice(tile, batch.scaled(), from, to);
    NDArray zeroPlace = places(tile, slots.zeroPlace, slots.zeros);
    Shape rectangle = new Shape(to - from, slots.width);
    NDArray positivePlace =
        tile.create(Arrays.copyOf(slots.positivePlace, (int) rectangle.size()), rectangle);
    NDArray e = tileColumns.scores(tile, scaled, batch.biased(), batch.bounded());
    NDArray atPositive;
    NDArray ownLogit;
    if (batch.bounded()) {
      // Where no exponential underflows, its logarithm is as good as the logit.
      atPositive = e.flatten().take(positivePlace);
      ownLogit = atPositive.log();
    } else {
      // A query has one maximum, but its anchors' sums may lie far below it: doubles reach there.
      subtractRunningMaximum(e, zeroPlace);
      NDArray logits = e.toType(DataType.FLOAT64, false);
      ownLogit = logits.flatten().take(positivePlace);
      e = logits.exp();
      logits.close();
      atPositive = e.flatten().take(positivePlace);
    }
    ownLogit.addi(floats(tile, slots.ownShift, rectangle));
    NDArray flat = e.flatten();
    NDArray negative = atPositive.mul(floats(tile, slots.othersFactor, rectangle));
    NDArray own = atPositive.mul(floats(tile, slots.ownFactor, rectangle));
    weighOverrides(tile, flat, zeroPlace);
    NDArray rest = tileColumns.sums(tile, e).add(exclusiveSum(negative));
    return new Sums(
        e, flat, negative, own, ownLogit, rest, batch.bounded() ? TINY_FLOAT : TINY_DOUBLE);
  }

  private void tile(
      NDManager tile,
      Batch batch,
      int from,
      int to,
      NDList queryGradients,
      NDArray columnGradient,
      NDList losses) {
    Sums sums = sums(tile, batch, from, to);
    Anchors anchors = anchors(tile, batch.terms(), sums);
    losses.add(
        attachTo(columnGradient.getManager(), anchors.loss().toType(DataType.FLOAT32, false)));

    NDArray inverse = anchors.inverse();
    NDArray atPositive = exclusiveSum(inverse).muli(sums.negative()).addi(anchors.own());
    NDArray factor = inverse.sum(new int[] {1}, true);
    NDArray e = sums.e();
    // In doubles, factors and exponentials may lie outside what floats hold; their products do not.
    // And a gradient of its own may belong to a positive whose factor is 0.
    boolean apart = !batch.bounded() || batch.terms().ownGradient().isPresent();
    if (apart) {
      e.muli(factor);
      batch
          .terms()
          .ownGradient()
          .ifPresent(
              own -> atPositive.addi(floats(tile, slots.ownGradient, atPositive.getShape())));
    } else {
      // What is put at the positives' places is multiplied like the rest. Without an anchor that
      // learns, both are 0.
      atPositive.divi(factor.add(factor.eq(0).toType(factor.getDataType(), false)));
    }
    NDArray slot = places(tile, slots.slot, slots.slots);
    NDArray slotPlace = places(tile, slots.slotPlace, slots.slots);
    sums.flat().set(new NDIndex("{}", slotPlace), atPositive.flatten().take(slot));
    if (apart) {
      e = e.toType(DataType.FLOAT32, false);
      factor = tile.ones(factor.getShape());
    }
    NDArray x = slice(tile, batch.x(), from, to);
    NDManager owner = columnGradient.getManager();
    queryGradients.add(
        tileColumns.gradients(owner, e, factor, x, batch.y(), columnGradient, from == 0));
  }

  /**
   * What each anchor contributes.
   *
   * @param loss summed over the tile
   * @param inverse v / D, queries x width: the factor of every negative's gradient
   * @param own gradient at the anchor's own logit
   */
  private record Anchors(NDArray loss, NDArray inverse, NDArray own) {}

  private Anchors anchors(NDManager tile, LossTerms terms, Sums sums) {
    Shape rectangle = sums.rest().getShape();
    NDArray weight = floats(tile, slots.weight, rectangle);
    NDArray single = sums.ownLogit().exp();
    NDArray negatives = sums.rest().add(sums.own());
    if (terms.leftOut().isEmpty()) {
      NDArray denominator = negatives.add(single).addi(sums.tiny());
      NDArray loss = denominator.log().subi(sums.ownLogit()).muli(weight).sum();
      NDArray inverse = weight.div(denominator);
      // A candidate that carries the anchor's own item (identity off) shares its column, and its
      // gradient.
      return new Anchors(loss, inverse, sums.rest().mul(inverse).negi());
    }
    NDArray share = floats(tile, slots.share, rectangle);
    NDArray denominator = negatives.mul(share).addi(sums.tiny());
    NDArray mean = denominator.div(floats(tile, slots.draws, rectangle));
    NDArray learnable = mean.div(single.add(mean)).muli(weight);
    NDArray loss = denominator.log().subi(sums.ownLogit()).muli(learnable).sum();
    NDArray inverse = learnable.mul(share).divi(denominator);
    return new Anchors(loss, inverse, sums.own().mul(inverse).subi(learnable));
  }

  /** -log P of every anchor of the tile, queries x width. */
  private NDArray surprise(NDManager tile, LossTerms terms, Sums sums) {
    NDArray others = sums.rest().add(sums.own());
    if (terms.leftOut().isPresent()) {
      Shape rectangle = others.getShape();
      others.muli(floats(tile, slots.share, rectangle)).divi(floats(tile, slots.draws, rectangle));
    }
    return others.addi(sums.ownLogit().exp()).addi(sums.tiny()).log().subi(sums.ownLogit());
  }

  private void weighOverrides(NDManager tile, NDArray flat, NDArray zeroPlace) {
    if (slots.overrides > 0) {
      NDArray place = places(tile, slots.overridePlace, slots.overrides);
      NDArray factor = floats(tile, slots.overrideFactor, new Shape(slots.overrides));
      flat.set(new NDIndex("{}", place), flat.take(place).muli(factor));
    }
    flat.set(new NDIndex("{}", zeroPlace), scalar(flat, 0));
  }

  /** Each row minus its maximum over what is not masked away altogether; wide spreads only. */
  private void subtractRunningMaximum(NDArray logits, NDArray zeroPlace) {
    NDArray open = logits.duplicate();
    // A query's own positives are among the places, but they are still in its denominators.
    NDArray flat = open.flatten();
    NDArray kept = places(open.getManager(), slots.slotPlace, slots.slots);
    NDArray values = flat.take(kept);
    flat.set(new NDIndex("{}", zeroPlace), scalar(flat, Double.NEGATIVE_INFINITY));
    flat.set(new NDIndex("{}", kept), values);
    logits.subi(open.max(new int[] {1}, true));
  }

  /**
   * For each place the sum of the others in its row, never a difference: a product with a matrix of
   * ones whose diagonal is 0, or sums before and after the place.
   */
  private NDArray exclusiveSum(NDArray rectangle) {
    int width = (int) rectangle.getShape().get(1);
    if (width == 1) {
      return rectangle.zerosLike();
    }
    if (width <= widestProduct) {
      return rectangle.matMul(others(rectangle, width));
    }
    return before(rectangle).addi(before(rectangle.flip(1)).flip(1));
  }

  private static NDArray others(NDArray like, int width) {
    float[] ones = new float[width * width];
    Arrays.fill(ones, 1);
    for (int i = 0; i < width; i++) {
      ones[i * (width + 1)] = 0;
    }
    return like.getManager()
        .create(ones, new Shape(width, width))
        .toType(like.getDataType(), false);
  }

  private static NDArray before(NDArray rectangle) {
    Shape shape = rectangle.getShape();
    NDArray zero =
        rectangle.getManager().zeros(new Shape(shape.get(0), 1), rectangle.getDataType());
    NDArray shifted = rectangle.get(new NDIndex().addAllDim().addSliceDim(0, shape.get(1) - 1));
    return NDArrays.concat(new NDList(zero, shifted), 1).cumSum(1);
  }

  /** A number of the same type as an array. */
  private static NDArray scalar(NDArray like, double value) {
    return like.getDataType() == DataType.FLOAT64
        ? like.getManager().create(value)
        : like.getManager().create((float) value);
  }

  private static NDArray slice(NDManager tile, NDArray array, int from, int to) {
    return array.getShape().get(0) == to - from
        ? array
        : attachTo(tile, array.get(new NDIndex().addSliceDim(from, to)));
  }

  private static NDArray attachTo(NDManager manager, NDArray array) {
    array.attach(manager);
    return array;
  }

  private static NDArray places(NDManager manager, long[] values, int count) {
    return manager.create(Arrays.copyOf(values, count), new Shape(count));
  }

  private static NDArray floats(NDManager manager, float[] values, Shape shape) {
    return manager.create(Arrays.copyOf(values, (int) shape.size()), shape);
  }
}
