package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.script.Script;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * What is done with all logits of a tile, in chunks of its columns over threads. A chunk writes its
 * own columns of the tile, its own rows of dY and its own part of the tile's dX; parts are added up
 * in order, so that results do not depend on the number of threads. The tile lies in memory that
 * one tile after another uses.
 */
final class TileColumns {
  static final Script SCRIPT = Script.load(TileColumns.class, "TileScript");

  /** Columns whose part of a tile fits a core's cache. */
  static final int CPU_COLUMNS = 640;

  private final Optional<NDManager> owner;
  private final Workers workers;
  private final int atOnce;
  private NDArray memory;
  private Chunks chunks;

  /**
   * @param owner of memory that is kept from call to call
   * @param atOnce columns of a chunk on a CPU, at most
   */
  TileColumns(Optional<NDManager> owner, Workers workers, int atOnce) {
    this.owner = owner;
    this.workers = workers;
    this.atOnce = atOnce;
  }

  /**
   * Makes room for tiles.
   *
   * @param call owner of the memory where it is not kept from call to call
   * @param rows of the largest tile
   */
  void begin(NDManager call, long rows, int columns) {
    int most = call.getDevice().isGpu() ? Integer.MAX_VALUE : atOnce;
    chunks = Chunks.ofAtMost(most, columns);
    long floats = rows * columns;
    if (owner.isEmpty()) {
      memory = call.create(new Shape(floats));
    } else if (memory == null || memory.size() < floats) {
      if (memory != null) {
        memory.close();
      }
      memory = owner.get().create(new Shape(floats));
    }
  }

  /** How the columns are cut. */
  Chunks chunks() {
    return chunks;
  }

  /**
   * Room for a tile.
   *
   * @param tile owner of the view that is returned
   * @return rows x columns, valid until the next tile
   */
  NDArray room(NDManager tile, long rows) {
    NDArray used = memory.get(tile, new NDIndex().addSliceDim(0, rows * chunks.size()));
    NDArray room = used.reshape(rows, chunks.size());
    room.attach(tile);
    return room;
  }

  /** Scores of a tile, {@code scale x . y + bias}. */
  void scores(NDArray x, TiledLoss.Batch batch, NDArray into, TileSlots slots) {
    each(
        chunk ->
            SCRIPT.run(
                "scores",
                x,
                batch.y(),
                batch.bias(),
                batch.scale(),
                into,
                slots.bounds(chunks, chunk)));
  }

  /**
   * 2 to the power of a tile's scores: the engine takes them quicker than powers of e.
   *
   * @param at receives those of the positives, at their slots
   * @param places of the tile
   * @return the chunks' sums over their columns, less what masks take away and less the positives:
   *     chunks x rows
   */
  NDArray powers(
      NDArray x,
      TiledLoss.Batch batch,
      NDArray into,
      NDArray at,
      PlaceArrays places,
      TileSlots slots) {
    NDArray parts = parts(into);
    each(
        chunk ->
            SCRIPT.run(
                "powers",
                x,
                batch.y(),
                batch.bias(),
                batch.scale(),
                into,
                places.arrays(),
                at,
                parts,
                slots.bounds(chunks, chunk),
                chunk));
    return parts;
  }

  /** What {@link #powers} does with exponentials, with those that there are. */
  NDArray settle(NDArray e, NDArray at, PlaceArrays places, TileSlots slots) {
    NDArray parts = parts(e);
    each(
        chunk ->
            SCRIPT.run(
                "settle", e, places.arrays(), at, parts, slots.bounds(chunks, chunk), chunk));
    return parts;
  }

  private NDArray parts(NDArray e) {
    Shape shape = new Shape(chunks.count(), e.getShape().get(0));
    return e.getManager().create(shape, e.getDataType());
  }

  /**
   * Turns exponentials into gradient weights, and these into gradients.
   *
   * @param owner of the result
   * @param e rows x columns; holds the gradient weights afterwards
   * @param factor what each row of it is multiplied by, rows x 1
   * @param put the gradient weights at the positives' slots
   * @param x the tile's queries, rows x d
   * @param y all columns, columns x d
   * @param dy dY, which the tile is added to; not read for the first tile
   * @return dX of the tile, rows x d
   */
  NDArray gradients(
      NDManager owner,
      NDArray e,
      NDArray factor,
      NDArray put,
      PlaceArrays places,
      TileSlots slots,
      NDArray x,
      NDArray y,
      NDArray dy,
      boolean first) {
    Shape shape = x.getShape();
    try (NDArray parts =
        owner.create(new Shape(chunks.count(), shape.get(0), shape.get(1)), DataType.FLOAT32)) {
      each(
          chunk ->
              SCRIPT.run(
                  "gradients",
                  e,
                  factor,
                  put,
                  places.arrays(),
                  x,
                  y,
                  parts,
                  dy,
                  first,
                  slots.bounds(chunks, chunk),
                  chunk));
      NDArray dx = parts.sum(new int[] {0});
      dx.attach(owner);
      return dx;
    }
  }

  private void each(IntConsumer chunk) {
    workers.each(chunks.count(), chunk);
  }
}
