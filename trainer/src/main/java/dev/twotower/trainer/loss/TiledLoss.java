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
import dev.twotower.trainer.cuda.Transfer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The masked loss and its gradient in closed form, tile by tile (design 3.3; theory in the package
 * description). Runs on whatever device its inputs are on. Memory is O(tile) beside inputs and
 * outputs: a tile is some queries x all columns, about {@code tileElements} logits. Not safe for
 * use by several threads; results are deterministic on CPU.
 */
public final class TiledLoss implements MaskedLoss {
  /** Logits per tile that suit a CPU's cache. */
  public static final int CPU_TILE = 1 << 20;

  /** Logits per tile that keep a GPU busy: 256 MiB, no slower than what fits its cache. */
  public static final int GPU_TILE = 1 << 26;

  /** Keeps sums of no terms away from 0; below any sum of the precision it is used in. */
  static final double TINY_FLOAT = 1e-37;

  static final double TINY_DOUBLE = 1e-300;

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

  @Override
  public LossGradients compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y);
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
        slots.build(plan, terms, batch.biases(), from, to);
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
      NDArray numbers =
          NDArrays.stack(new NDList(NDArrays.stack(losses).sum(), inverseTemperature));
      NDList results = new NDList(numbers, queryGradient, columnGradient);
      results.attach(manager);
      return new LossGradients(numbers, queryGradient, columnGradient);
    }
  }

  @Override
  public float[] surprises(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y);
    float[] surprises = new float[plan.positives()];
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      Batch batch = Batch.of(scratch, plan, x, y, terms);
      int rows = rows(plan.columns());
      begin(scratch, plan);
      for (int from = 0; from < plan.queries(); from += rows) {
        int to = Math.min(plan.queries(), from + rows);
        slots.build(plan, terms, batch.biases(), from, to);
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

  /**
   * The batch's vectors with the column biases folded in, so that one product gives shifted logits.
   */
  private record Batch(
      NDArray scaled, NDArray biased, NDArray x, NDArray y, LossTerms terms, ColumnBiases biases) {
    boolean bounded() {
      return biases.bounded();
    }

    static Batch of(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
      ColumnBiases biases = ColumnBiases.of(plan, terms);
      float inverse = 1 / terms.temperature();
      NDArray ones = manager.ones(new Shape(x.getShape().get(0), 1));
      NDArray scaled = NDArrays.concat(new NDList(x.mul(inverse), ones), 1);
      NDArray bias = manager.create(biases.bias(), new Shape(plan.columns(), 1));
      NDArray biased = NDArrays.concat(new NDList(y, bias), 1).transpose();
      return new Batch(scaled, biased, x, y, terms, biases);
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
    return Transfer.longs(manager, Arrays.copyOf(values, count));
  }

  private static NDArray floats(NDManager manager, float[] values, Shape shape) {
    return Transfer.floats(manager, Arrays.copyOf(values, (int) shape.size()), shape);
  }
}
