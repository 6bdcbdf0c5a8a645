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

/**
 * What is done with all logits of a tile, in chunks of its columns over threads. A chunk writes its
 * own columns of the tile, its own rows of dY and its own part of the tile's dX; parts are added up
 * in order, so that results do not depend on the number of threads. The tile lies in memory that
 * one tile after another uses.
 */
final class TileColumns {
  private static final Script SCRIPT = Script.load(TileColumns.class, "TileScript");

  /** Columns whose part of a tile fits a core's cache. */
  private static final int CPU_COLUMNS = 512;

  private final Optional<NDManager> owner;
  private final Workers workers;
  private NDArray memory;

  /**
   * @param owner of memory that is kept from call to call
   */
  TileColumns(Optional<NDManager> owner, Workers workers) {
    this.owner = owner;
    this.workers = workers;
  }

  private static Chunks chunks(NDManager manager, long columns) {
    int most = manager.getDevice().isGpu() ? Integer.MAX_VALUE : CPU_COLUMNS;
    return Chunks.ofAtMost(most, Math.toIntExact(columns));
  }

  /**
   * Makes room for tiles.
   *
   * @param call owner of the memory where it is not kept from call to call
   * @param floats of the largest tile
   */
  void begin(NDManager call, long floats) {
    if (owner.isEmpty()) {
      memory = call.create(new Shape(floats));
    } else if (memory == null || memory.size() < floats) {
      if (memory != null) {
        memory.close();
      }
      memory = owner.get().create(new Shape(floats));
    }
  }

  /**
   * Logits of a tile, or their exponentials.
   *
   * @param tile owner of the view that is returned
   * @param scaled rows x (d + 1)
   * @param biased (d + 1) x columns
   * @param exponentials whether they are wanted
   * @return rows x columns, valid until the next tile
   */
  NDArray scores(NDManager tile, NDArray scaled, NDArray biased, boolean exponentials) {
    long rows = scaled.getShape().get(0);
    long columns = biased.getShape().get(1);
    NDArray used = memory.get(tile, new NDIndex().addSliceDim(0, rows * columns));
    NDArray e = used.reshape(rows, columns);
    e.attach(tile);
    Chunks chunks = chunks(tile, columns);
    workers.each(
        chunks.count(),
        chunk ->
            SCRIPT.run(
                "scores", scaled, biased, e, exponentials, chunks.from(chunk), chunks.to(chunk)));
    return e;
  }

  /** Sums over the columns, rows x 1. */
  NDArray sums(NDManager tile, NDArray e) {
    Chunks chunks = chunks(tile, e.getShape().get(1));
    NDArray parts = tile.create(new Shape(chunks.count(), e.getShape().get(0)), e.getDataType());
    workers.each(
        chunks.count(),
        chunk -> SCRIPT.run("sums", e, parts, chunk, chunks.from(chunk), chunks.to(chunk)));
    return parts.sum(new int[] {0}).expandDims(1);
  }

  /**
   * Turns exponentials into gradient weights, and these into gradients.
   *
   * @param owner of the result
   * @param e rows x columns; holds the gradient weights afterwards
   * @param factor what each row of it is multiplied by, rows x 1
   * @param x the tile's queries, rows x d
   * @param y all columns, columns x d
   * @param dy dY, which the tile is added to; not read for the first tile
   * @return dX of the tile, rows x d
   */
  NDArray gradients(
      NDManager owner, NDArray e, NDArray factor, NDArray x, NDArray y, NDArray dy, boolean first) {
    Chunks chunks = chunks(owner, e.getShape().get(1));
    Shape shape = x.getShape();
    try (NDArray parts =
        owner.create(new Shape(chunks.count(), shape.get(0), shape.get(1)), DataType.FLOAT32)) {
      workers.each(
          chunks.count(),
          chunk ->
              SCRIPT.run(
                  "gradients",
                  e,
                  factor,
                  x,
                  y,
                  parts,
                  dy,
                  first,
                  chunk,
                  chunks.from(chunk),
                  chunks.to(chunk)));
      NDArray dx = parts.sum(new int[] {0});
      dx.attach(owner);
      return dx;
    }
  }
}
