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
import java.util.List;
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

  /** Of a nat. */
  private static final double BITS = 1 / Math.log(2);

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
    this(
        tileElements,
        WIDEST_PRODUCT,
        new TileColumns(Optional.empty(), new Workers(1), TileColumns.CPU_COLUMNS));
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
        tileFor(manager),
        WIDEST_PRODUCT,
        new TileColumns(Optional.of(manager), workers, TileColumns.CPU_COLUMNS));
  }

  /** Logits per tile that suit the manager's device. */
  static int tileFor(NDManager manager) {
    return manager.getDevice().isGpu() ? GPU_TILE : CPU_TILE;
  }

  @Override
  public LossResult compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y, terms);
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      Batch batch = Batch.of(scratch, plan, x, y, terms);
      NDList queryGradients = new NDList();
      NDList shownGradients = new NDList();
      NDArray columnGradient = scratch.create(new Shape(plan.columns(), y.getShape().get(1)));
      int rows = begin(scratch, plan);
      NDArray losses = scratch.create(new Shape((plan.queries() - 1) / rows + 1));
      for (int from = 0; from < plan.queries(); from += rows) {
        int to = Math.min(plan.queries(), from + rows);
        try (NDManager tile = scratch.newSubManager()) {
          Tile at = tile(tile, batch, from, to);
          NDArray loss = losses.get(tile, from / rows);
          queryGradients.add(
              gradients(scratch, batch, at, loss, columnGradient, shownGradients, from == 0));
        }
      }
      NDArray queryGradient =
          queryGradients.size() == 1 ? queryGradients.head() : NDArrays.concat(queryGradients, 0);
      // l = s/tau, so dx = (g y)/tau, and d(1/tau) collects g s = x . (g y)
      NDArray inverseTemperature = queryGradient.mul(x).sum().muli(terms.temperature());
      NDArray numbers = NDArrays.stack(new NDList(losses.sum(), inverseTemperature));
      NDArray all = columnGradient;
      if (!shownGradients.isEmpty()) {
        shownGradients.add(0, columnGradient);
        all = NDArrays.concat(shownGradients, 0);
      }
      NDList results = new NDList(numbers, queryGradient, all);
      results.attach(manager);
      return new LossResult(numbers, queryGradient, all);
    }
  }

  @Override
  public float[] surprises(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss.check(plan, x, y, terms);
    float[] surprises = new float[plan.positives()];
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      Batch batch = Batch.of(scratch, plan, x, y, terms);
      int rows = begin(scratch, plan);
      for (int from = 0; from < plan.queries(); from += rows) {
        int to = Math.min(plan.queries(), from + rows);
        try (NDManager tile = scratch.newSubManager()) {
          float[] all = surprises(tile(tile, batch, from, to)).toFloatArray();
          for (int query = from; query < to; query++) {
            int first = plan.positiveStart(query);
            int count = plan.positiveEnd(query) - first;
            System.arraycopy(all, (query - from) * slots.width, surprises, first, count);
          }
        }
      }
    }
    return surprises;
  }

  /**
   * Makes room for the tiles of a batch. With very few queries, adding up dY costs more than
   * computing it, so tiles over many columns may be larger.
   *
   * @return queries a tile
   */
  private int begin(NDManager owner, NegativesPlan plan) {
    int columns = plan.columns();
    long most = Math.max(1, 4L * tileElements / columns);
    int rows = (int) Math.min(most, Math.max(FEWEST_ROWS, tileElements / columns));
    tileColumns.begin(owner, Math.min(plan.queries(), rows), columns);
    return rows;
  }

  /**
   * The batch's vectors, and what turns their scores into shifted logits: in nats, or in bits where
   * logits are bounded and nothing but their exponentials is used.
   */
  record Batch(
      NegativesPlan plan,
      NDArray x,
      NDArray y,
      NDArray bias,
      double scale,
      LossTerms terms,
      ColumnBiases biases) {
    boolean bounded() {
      return biases.bounded();
    }

    static Batch of(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
      ColumnBiases biases = ColumnBiases.of(plan, terms);
      NDArray bias = Transfer.floats(manager, biases.bias(), new Shape(plan.columns()));
      double inverse = 1.0 / terms.temperature();
      if (!biases.bounded()) {
        return new Batch(plan, x, y, bias, inverse, terms, biases);
      }
      return new Batch(plan, x, y, bias.muli(BITS), inverse * BITS, terms, biases);
    }
  }

  /**
   * A tile: some queries, all columns.
   *
   * @param x the queries
   * @param e weighted exponentials, rows x columns; 0 at the positives and what masks remove
   * @param at exponentials of the positives' columns, rows x width
   * @param logits logits of the positives' columns, where {@code e} may underflow
   * @param parts sums of {@code e} by chunks of columns
   * @param rectangles what the positives are to their queries' sums
   * @param shown further terms of the queries' sums, which are in {@code parts}
   */
  private record Tile(
      LossTerms terms,
      NDArray x,
      NDArray e,
      PlaceArrays places,
      NDArray at,
      List<NDArray> logits,
      NDArray parts,
      List<NDArray> rectangles,
      List<NDArray> leftOut,
      List<NDArray> others,
      Optional<ShownTile> shown,
      double tiny) {}

  private Tile tile(NDManager tile, Batch batch, int from, int to) {
    LossTerms terms = batch.terms();
    slots.build(batch.plan(), terms, batch.biases(), from, to, tileColumns.chunks());
    Shape shape = new Shape(to - from, slots.width);
    PlaceArrays places = PlaceArrays.of(tile, slots);
    NDArray x = slice(tile, batch.x(), from, to);
    NDArray e = tileColumns.room(tile, to - from);
    NDArray at = tile.ones(shape);
    List<NDArray> logits = List.of();
    NDArray parts;
    Optional<ShownTile> shown = terms.shown().map(any -> new ShownTile(tile, batch, x, from));
    if (batch.bounded()) {
      parts = tileColumns.powers(x, batch, e, at, places, slots);
      shown.ifPresent(ShownTile::exponentials);
    } else {
      // A query has one maximum, but its anchors' sums may lie far below it: doubles reach there.
      tileColumns.scores(x, batch, e, slots);
      subtractRunningMaximum(e, places, shown);
      NDArray wide = e.toType(DataType.FLOAT64, true);
      at = at.toType(DataType.FLOAT64, true);
      NDArray ofPositives = at.zerosLike();
      ofPositives
          .flatten()
          .set(new NDIndex("{}", places.slots()), wide.flatten().take(places.positives()));
      logits = List.of(ofPositives);
      e = wide.exp();
      wide.close();
      parts = tileColumns.settle(e, at, places, slots);
    }
    if (shown.isPresent()) {
      parts = parts.concat(shown.get().part(), 0);
    }
    List<NDArray> rectangles =
        List.of(
            floats(tile, slots.ownShift, shape),
            floats(tile, slots.othersFactor, shape),
            floats(tile, slots.ownFactor, shape),
            floats(tile, slots.weight, shape));
    List<NDArray> leftOut =
        terms.leftOut().isEmpty()
            ? List.of()
            : List.of(floats(tile, slots.share, shape), floats(tile, slots.draws, shape));
    double tiny = batch.bounded() ? TINY_FLOAT : TINY_DOUBLE;
    return new Tile(
        terms, x, e, places, at, logits, parts, rectangles, leftOut, others(at), shown, tiny);
  }

  /**
   * Adds a tile to the loss and the gradients.
   *
   * @param owner of the result
   * @param loss receives the sum over the tile's anchors
   * @param columnGradient dY, which the tile is added to
   * @param shownGradients receives those of vectors that single queries see
   * @return dX of the tile
   */
  private NDArray gradients(
      NDManager owner,
      Batch batch,
      Tile tile,
      NDArray loss,
      NDArray columnGradient,
      NDList shownGradients,
      boolean first) {
    NDManager manager = tile.at().getManager();
    Shape shape = tile.at().getShape();
    List<NDArray> ownGradient =
        tile.terms().ownGradient().isEmpty()
            ? List.of()
            : List.of(floats(manager, slots.ownGradient, shape));
    NDArray factor = manager.create(new Shape(shape.get(0), 1), tile.at().getDataType());
    NDArray put = manager.create(shape, tile.at().getDataType());
    TileColumns.SCRIPT.run(
        "anchors",
        tile.at(),
        tile.parts(),
        tile.rectangles(),
        tile.logits(),
        tile.leftOut(),
        ownGradient,
        tile.others(),
        tile.tiny(),
        1.0 / tile.terms().temperature(),
        loss,
        factor,
        put);
    NDArray dx =
        tileColumns.gradients(
            owner,
            tile.e(),
            factor,
            put,
            tile.places(),
            slots,
            tile.x(),
            batch.y(),
            columnGradient,
            first);
    tile.shown().ifPresent(own -> shownGradients.add(own.gradients(owner, factor, dx)));
    return dx;
  }

  /** -log P of every anchor of the tile, queries x width. */
  private static NDArray surprises(Tile tile) {
    NDArray surprises = tile.at().getManager().create(tile.at().getShape());
    TileColumns.SCRIPT.run(
        "surprises",
        tile.at(),
        tile.parts(),
        tile.rectangles(),
        tile.logits(),
        tile.leftOut(),
        tile.others(),
        tile.tiny(),
        surprises);
    return surprises;
  }

  /** Each row minus its maximum over what is not masked away altogether; wide spreads only. */
  private static void subtractRunningMaximum(
      NDArray logits, PlaceArrays places, Optional<ShownTile> shown) {
    NDArray open = logits.duplicate();
    // A query's own positives are among the places, but they are still in its denominators.
    NDArray flat = open.flatten();
    NDArray kept = places.positives();
    NDArray values = flat.take(kept);
    NDArray nothing = open.getManager().create(Float.NEGATIVE_INFINITY);
    flat.set(new NDIndex("{}", places.zeros()), nothing);
    flat.set(new NDIndex("{}", kept), values);
    NDArray largest = open.max(new int[] {1}, true);
    if (shown.isPresent()) {
      largest = largest.maximum(shown.get().largest());
      shown.get().exponentials(largest);
    }
    logits.subi(largest);
  }

  /** Ones but for the diagonal, where a product with them is the way to sums of others. */
  private List<NDArray> others(NDArray rectangle) {
    int width = (int) rectangle.getShape().get(1);
    if (width == 1 || width > widestProduct) {
      return List.of();
    }
    NDManager manager = rectangle.getManager();
    NDArray others = manager.ones(new Shape(width, width), rectangle.getDataType());
    return List.of(others.subi(manager.eye(width).toType(rectangle.getDataType(), false)));
  }

  private static NDArray slice(NDManager tile, NDArray array, int from, int to) {
    if (array.getShape().get(0) == to - from) {
      return array;
    }
    NDArray slice = array.get(new NDIndex().addSliceDim(from, to));
    slice.attach(tile);
    return slice;
  }

  private static NDArray floats(NDManager manager, float[] values, Shape shape) {
    return Transfer.floats(manager, Arrays.copyOf(values, (int) shape.size()), shape);
  }
}
