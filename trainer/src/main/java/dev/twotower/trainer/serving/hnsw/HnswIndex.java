package dev.twotower.trainer.serving.hnsw;

import dev.twotower.data.BadDataException;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;

/** An index read from its file, searched as Malkov and Yashunin's algorithms 2 and 5 say. */
public final class HnswIndex {
  /** Vectors have length 1. */
  private static final float ROUNDING = 1e-3f;

  private final HnswGraph graph;

  HnswIndex(HnswGraph graph) {
    this.graph = graph;
  }

  /**
   * Reads an index.
   *
   * @throws BadDataException when the file is damaged or none
   */
  public static HnswIndex read(Path file) {
    return new HnswIndex(HnswFile.read(file));
  }

  /** Items in the index. */
  public int size() {
    return graph.size();
  }

  /** Length of its vectors; 0 where it has no items. */
  public int dimension() {
    return graph.size() == 0 ? 0 : graph.vectors()[0].length;
  }

  /**
   * Looks for an item that the index has another vector of than a model, or that the model has not.
   *
   * @param vectors of the model's items, items x {@link #dimension}, row-major
   * @return its number; empty where the index is the model's, but for what devices round
   *     differently
   */
  public OptionalInt stranger(float[] vectors) {
    int width = dimension();
    for (int node = 0; node < graph.size(); node++) {
      int item = graph.labels()[node];
      long from = (long) item * width;
      if (from + width > vectors.length) {
        return OptionalInt.of(item);
      }
      for (int i = 0; i < width; i++) {
        if (Math.abs(graph.vectors()[node][i] - vectors[(int) from + i]) > ROUNDING) {
          return OptionalInt.of(item);
        }
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Approximately the nearest items.
   *
   * @param k how many
   * @param width of the search: more finds more of them, and takes longer
   * @return their numbers, best first; fewer than {@code k} where the index has fewer
   */
  public int[] nearest(float[] query, int k, int width) {
    if (graph.size() == 0) {
      return new int[0];
    }
    int at = graph.entry();
    for (int level = graph.links().length - 1; level > 0; level--) {
      at = climb(query, at, level);
    }
    long[] found = search(query, at, Math.max(k, width));
    return Arrays.stream(found).limit(k).mapToInt(key -> graph.labels()[node(key)]).toArray();
  }

  private int climb(float[] query, int from, int level) {
    int best = from;
    float score = score(query, best);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int next : graph.links()[level][best]) {
        float other = score(query, next);
        if (other > score) {
          score = other;
          best = next;
          moved = true;
        }
      }
    }
    return best;
  }

  /** The best of what a search of some width meets, best first. */
  private long[] search(float[] query, int from, int width) {
    BitSet met = new BitSet(graph.size());
    LongHeapPriorityQueue best = new LongHeapPriorityQueue(width + 1);
    LongHeapPriorityQueue ahead = new LongHeapPriorityQueue();
    long first = key(score(query, from), from);
    met.set(from);
    best.enqueue(first);
    ahead.enqueue(~first);
    while (!ahead.isEmpty()) {
      long nearest = ~ahead.dequeueLong();
      if (best.size() == width && nearest < best.firstLong()) {
        break;
      }
      for (int next : graph.links()[0][node(nearest)]) {
        if (met.get(next)) {
          continue;
        }
        met.set(next);
        long key = key(score(query, next), next);
        if (best.size() < width || key > best.firstLong()) {
          best.enqueue(key);
          ahead.enqueue(~key);
          if (best.size() > width) {
            best.dequeueLong();
          }
        }
      }
    }
    long[] keys = new long[best.size()];
    for (int i = keys.length - 1; i >= 0; i--) {
      keys[i] = best.dequeueLong();
    }
    return keys;
  }

  private float score(float[] query, int node) {
    return HnswGraph.product(query, graph.vectors()[node]);
  }

  /** Larger for a better node: by score, then by lower node. */
  private static long key(float score, int node) {
    int bits = Float.floatToRawIntBits(score + 0.0f);
    return ((long) (bits ^ ((bits >> 31) >>> 1)) << 32) | (Integer.MAX_VALUE - node);
  }

  private static int node(long key) {
    return Integer.MAX_VALUE - (int) key;
  }
}
