package dev.twotower.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.eval.topk.TiledScorer;
import dev.twotower.trainer.device.Devices;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Products of user and item vectors by tile, through the engine, one of its threads for each. */
final class ModelTiles implements TiledScorer {
  /** Users whose single items are scored at once. */
  private static final int AHEAD_USERS = 16;

  private static final int FEWEST_COLUMNS = 16;

  private final Queries queries;
  private final IntToDoubleFunction fallback;
  private final NDArray vectors;
  private final int items;
  private final NDArray[] transposed;

  /** Whether each item has no vector. */
  private final boolean[] unknown;

  /** What to add to the scores of a tile's items; null where all of them have a vector. */
  private final NDArray[] added;

  /** Where the vectors of a block come from. */
  @FunctionalInterface
  interface Queries {
    /** At least {@link ModelScorer#FEWEST_ROWS} rows, the first {@code count} those asked for. */
    NDArray of(NDManager owner, int[] numbers, int from, int count);
  }

  /**
   * @param vectors of the items to score; stays with its owner
   * @param fallback an item's score where the block's vector is zeros
   */
  ModelTiles(Queries queries, NDArray vectors, IntToDoubleFunction fallback) {
    this.queries = queries;
    this.vectors = vectors;
    this.fallback = fallback;
    this.items = Math.toIntExact(vectors.getShape().get(0));
    int tiles = (items - 1) / TILE_ITEMS + 1;
    this.transposed = new NDArray[tiles];
    this.added = new NDArray[tiles];
    float[] lengths = ModelScorer.lengths(vectors);
    this.unknown = new boolean[items];
    for (int tile = 0; tile < tiles; tile++) {
      int from = tile * TILE_ITEMS;
      int to = Math.min(items, from + TILE_ITEMS);
      NDArray rows = vectors.get(new NDIndex().addSliceDim(from, to));
      transposed[tile] = rows.transpose();
      added[tile] = added(lengths, from, to);
    }
  }

  private NDArray added(float[] lengths, int from, int to) {
    float[] values = new float[to - from];
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      unknown[from + i] = lengths[from + i] == 0;
      values[i] = unknown[from + i] ? ModelScorer.UNKNOWN_ITEM : 0;
      any |= unknown[from + i];
    }
    return any ? vectors.getManager().create(values, new Shape(1, values.length)) : null;
  }

  @Override
  public int items() {
    return items;
  }

  @Override
  public Workers workers(int threads) {
    return Devices.workers(threads);
  }

  @Override
  public Block block(int[] users, int from, int count) {
    NDManager manager = vectors.getManager().newSubManager();
    try {
      return new Products(manager, queries.of(manager, users, from, count));
    } catch (RuntimeException | Error refused) {
      manager.close();
      throw refused;
    }
  }

  private float fallback(int item) {
    return (float) fallback.applyAsDouble(item);
  }

  /** The products of a block. */
  private final class Products implements Block {
    private final NDManager manager;
    private final NDArray users;
    private final float[] lengths;
    private NDArray product;
    private FloatBuffer scores;
    private int first;
    private int width;

    Products(NDManager manager, NDArray users) {
      this.manager = manager;
      this.users = users;
      this.lengths = ModelScorer.lengths(users);
    }

    @Override
    public void tile(int from, int count) {
      if (product != null) {
        product.close();
      }
      int tile = from / TILE_ITEMS;
      product = users.matMul(transposed[tile]);
      if (added[tile] != null) {
        product.addi(added[tile]);
      }
      scores = host(product);
      first = from;
      width = count;
    }

    @Override
    public void row(int user, float[] into) {
      if (lengths[user] == 0) {
        for (int i = 0; i < width; i++) {
          into[i] = fallback(first + i);
        }
      } else {
        scores.get(user * width, into, 0, width);
      }
    }

    @Override
    public void ahead(int[] starts, int[] wanted, float[] into) {
      int count = starts.length - 1;
      for (int from = 0; from < count; from += AHEAD_USERS) {
        int to = Math.min(count, from + AHEAD_USERS);
        for (int start = starts[from]; start < starts[to]; start += TILE_ITEMS) {
          int end = Math.min(starts[to], start + TILE_ITEMS);
          ahead(from, to, starts, wanted, start, end, into);
        }
      }
    }

    /** No fewer rows and columns at once than a tile has, for the same sums. */
    private void ahead(
        int from, int to, int[] starts, int[] wanted, int start, int end, float[] into) {
      int rows = Math.toIntExact(users.getShape().get(0));
      int top = Math.max(0, Math.min(from, rows - ModelScorer.FEWEST_ROWS));
      int bottom = Math.max(to, top + ModelScorer.FEWEST_ROWS);
      int[] columns = Arrays.copyOfRange(wanted, start, Math.max(end, start + FEWEST_COLUMNS));
      try (NDManager scratch = manager.newSubManager()) {
        NDArray some = users.get(new NDIndex().addSliceDim(top, bottom));
        NDArray gathered = ModelScorer.gather(scratch, vectors, columns);
        NDArray products = some.matMul(gathered.transpose());
        scratch.attachAll(some, products);
        FloatBuffer found = host(products);
        int user = from;
        for (int i = start; i < end; i++) {
          while (i >= starts[user + 1]) {
            user++;
          }
          float score = found.get((user - top) * columns.length + i - start);
          score += unknown[wanted[i]] ? ModelScorer.UNKNOWN_ITEM : 0;
          into[i] = lengths[user] == 0 ? fallback(wanted[i]) : score;
        }
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private static FloatBuffer host(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
