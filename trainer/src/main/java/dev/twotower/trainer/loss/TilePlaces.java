package dev.twotower.trainer.loss;

import dev.twotower.data.parallel.Chunks;
import java.util.Arrays;

/**
 * Places of one tile, in the order of the chunks of columns that they lie in, so that each chunk
 * can be worked on alone. Within a chunk they stay in the order in which they came.
 */
final class TilePlaces {
  private int size;
  private int[] columns = new int[0];
  private long[] places = new long[0];
  private int[] order = new int[0];
  private int[] starts = {0};

  void clear() {
    size = 0;
  }

  /**
   * Takes one more place.
   *
   * @return its number, from 0
   */
  int add(int column, long place) {
    if (size == places.length) {
      int room = Math.max(1024, 2 * size);
      columns = Arrays.copyOf(columns, room);
      places = Arrays.copyOf(places, room);
    }
    columns[size] = column;
    places[size] = place;
    return size++;
  }

  /**
   * Puts the places in order.
   *
   * @param chunkOf the chunk of each column
   */
  void sort(Chunks chunks, int[] chunkOf) {
    starts = new int[chunks.count() + 1];
    for (int i = 0; i < size; i++) {
      starts[chunkOf[columns[i]] + 1]++;
    }
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      starts[chunk + 1] += starts[chunk];
    }
    if (order.length < size) {
      order = new int[places.length];
    }
    int[] next = starts.clone();
    for (int i = 0; i < size; i++) {
      order[next[chunkOf[columns[i]]]++] = i;
    }
  }

  int size() {
    return size;
  }

  /** The first place of a chunk, as a position in the order. */
  int from(int chunk) {
    return starts[chunk];
  }

  /** The position after a chunk's last place. */
  int to(int chunk) {
    return starts[chunk + 1];
  }

  /** The places in order. */
  long[] inOrder() {
    return inOrder(places);
  }

  /** Of values by the number of their place, those in order. */
  long[] inOrder(long[] values) {
    long[] sorted = new long[size];
    for (int i = 0; i < size; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }

  /** Of values by the number of their place, those in order. */
  float[] inOrder(float[] values) {
    float[] sorted = new float[size];
    for (int i = 0; i < size; i++) {
      sorted[i] = values[order[i]];
    }
    return sorted;
  }
}
