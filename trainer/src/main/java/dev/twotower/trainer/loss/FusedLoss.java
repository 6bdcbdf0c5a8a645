package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.Arguments;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.cuda.CudaDevice.Entered;
import dev.twotower.trainer.cuda.CudaDevice.Kernel;

/**
 * {@link TiledLoss} on a GPU with a kernel of its own: for each tile a product makes the logits,
 * one kernel turns them into gradient weights in place, and two products turn these into gradients.
 * The plan goes to the device in one transfer, and nothing comes back. Not safe for use by several
 * threads; results repeat bit for bit on a device.
 */
final class FusedLoss implements MaskedLoss {
  /** Queries that keep the products busy. */
  static final int FEWEST_ROWS = 256;

  private static final int THREADS = 256;

  private final CudaDevice device;
  private final Precision precision;
  private final int tileElements;
  private final int fewestRows;
  private final FusedPlan packed;
  private final FusedOverrides overrides;
  private final Kernel inFloats;
  private final Kernel inDoubles;
  private final Kernel total;
  private final Arguments tile = new Arguments(23);
  private final Arguments totals = new Arguments(4);
  private final Kept logits;
  private final Kept work;
  private final Kept perQuery;

  /**
   * @param owner of memory that one batch after another uses
   * @param tileElements logits a tile holds, about
   * @param fewestRows queries that it holds at least
   */
  FusedLoss(
      CudaDevice device, NDManager owner, Precision precision, int tileElements, int fewestRows) {
    this.device = device;
    this.precision = precision;
    this.tileElements = tileElements;
    this.fewestRows = fewestRows;
    this.packed = new FusedPlan(device.upload(owner));
    this.overrides = new FusedOverrides(device.upload(owner));
    CudaDevice.Module module = device.module(FusedLoss.class, "FusedLoss");
    this.inFloats = module.kernel("tileInFloats");
    this.inDoubles = module.kernel("tileInDoubles");
    this.total = module.kernel("total");
    this.logits = new Kept(owner, DataType.FLOAT32);
    this.work = new Kept(owner, DataType.FLOAT64);
    this.perQuery = new Kept(owner, DataType.FLOAT64);
  }

  /** Memory that grows to what a batch needs, and stays. */
  private static final class Kept {
    private final NDManager owner;
    private final DataType type;
    private NDArray array;

    Kept(NDManager owner, DataType type) {
      this.owner = owner;
      this.type = type;
    }

    long atLeast(long elements) {
      if (array == null || array.size() < elements) {
        if (array != null) {
          array.close();
        }
        array = owner.create(new Shape(elements), type);
      }
      return CudaDevice.address(array);
    }
  }

  @Override
  public LossResult compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y, terms);
    try (Entered entered = device.enter()) {
      NDArray numbers = manager.create(new Shape(2), DataType.FLOAT32);
      NDArray dx = manager.create(x.getShape(), DataType.FLOAT32);
      NDArray dy = manager.create(y.getShape(), DataType.FLOAT32);
      long sums = tiles(plan, x, y, terms, 0, CudaDevice.address(dx), CudaDevice.address(dy));
      totals
          .begin()
          .add(sums)
          .add((long) plan.queries())
          .add((double) terms.temperature())
          .add(CudaDevice.address(numbers));
      total.launch(1, THREADS, totals);
      return new LossResult(numbers, dx, dy);
    }
  }

  @Override
  public float[] surprises(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y, terms);
    NDArray surprises = manager.create(new Shape(plan.positives()), DataType.FLOAT32);
    try (Entered entered = device.enter()) {
      tiles(plan, x, y, terms, CudaDevice.address(surprises), 0, 0);
    }
    float[] values = surprises.toFloatArray();
    surprises.close();
    return values;
  }

  /**
   * Goes through the tiles.
   *
   * @param surprises where they are written instead of gradients, or 0
   * @return where each query's part of the two numbers lies
   */
  private long tiles(
      NegativesPlan plan,
      NDArray xArray,
      NDArray yArray,
      LossTerms terms,
      long surprises,
      long dx,
      long dy) {
    long x = CudaDevice.address(CudaDevice.rowMajor(xArray));
    long y = CudaDevice.address(CudaDevice.rowMajor(yArray));
    int queries = plan.queries();
    int columns = plan.columns();
    int dim = Math.toIntExact(xArray.getShape().get(1));
    float inverse = 1 / terms.temperature();
    int most = Math.max(fewestRows, tileElements / columns);
    long e = logits.atLeast((long) Math.min(queries, most) * columns);
    long scratch = work.atLeast(5L * plan.positives());
    long sums = perQuery.atLeast(2L * queries);
    // Runs while the plan is packed.
    device.multiply(
        precision, Math.min(queries, most), columns, dim, inverse, x, false, y, true, 0, e);
    ColumnBiases biases = ColumnBiases.of(plan, terms);
    packed.send(plan, terms, biases);
    Kernel kernel = biases.bounded() ? inFloats : inDoubles;
    for (int from = 0; from < queries; from += most) {
      int rows = Math.min(queries - from, most);
      long skipped = (long) from * dim * Float.BYTES;
      if (from > 0) {
        device.multiply(precision, rows, columns, dim, inverse, x + skipped, false, y, true, 0, e);
      }
      overrides.send(plan, from, from + rows);
      packed.describe(tile.begin().add(e));
      overrides.describe(tile);
      tile.add(scratch)
          .add(sums)
          .add(surprises)
          .add((long) from)
          .add((long) columns)
          .add(biases.bounded() ? 1L : 0L)
          .add(biases.bounded() ? TiledLoss.TINY_FLOAT : TiledLoss.TINY_DOUBLE);
      kernel.launch(rows, THREADS, tile);
      if (surprises != 0) {
        continue;
      }
      device.multiply(precision, rows, dim, columns, inverse, e, false, y, false, 0, dx + skipped);
      device.multiply(
          precision,
          columns,
          dim,
          rows,
          inverse,
          e,
          true,
          x + skipped,
          false,
          from == 0 ? 0 : 1,
          dy);
    }
    return sums;
  }
}
