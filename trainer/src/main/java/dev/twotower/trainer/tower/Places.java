package dev.twotower.trainer.tower;

import java.util.Arrays;

/**
 * Where a feature of a batch reads the touched rows of its table, both ways: the rows that entity i
 * reads, and the entities that read row j. Filled on the host by the planning thread; buffers are
 * reused.
 */
final class Places {
  int entities;
  int rows;
  int used;

  /** Touched rows, entity by entity: those of entity i are [starts[i], starts[i + 1]). */
  int[] numbers = new int[0];

  int[] starts = new int[0];

  /** What each of an entity's rows receives of its gradient: 1 / number of its rows. */
  float[] shares = new float[0];

  /** Entities, row by row: those that read row j are [readerStarts[j], readerStarts[j + 1]). */
  int[] readers = new int[0];

  int[] readerStarts = new int[0];

  /**
   * Finds the places.
   *
   * @param padded {@code entities x length} numbers
   * @param weights 0 at the end of bags that are not full; null where each entity reads one row
   * @param rows touched rows of the table
   */
  void find(int[] padded, float[] weights, int length, int entities, int rows) {
    this.entities = entities;
    this.rows = rows;
    numbers = fit(numbers, entities * length);
    starts = fit(starts, entities + 1);
    shares = shares.length >= entities ? shares : new float[entities];
    used = 0;
    for (int entity = 0; entity < entities; entity++) {
      starts[entity] = used;
      int at = entity * length;
      for (int i = at; i < at + length && (weights == null || weights[i] > 0); i++) {
        numbers[used++] = padded[i];
      }
      int count = used - starts[entity];
      shares[entity] = count == 0 ? 0 : 1f / count;
    }
    starts[entities] = used;
    turnRound();
  }

  /** Counting sort: the readers of a row stay in their order, so that sums over them do. */
  private void turnRound() {
    readers = fit(readers, used);
    readerStarts = fit(readerStarts, rows + 1);
    Arrays.fill(readerStarts, 0, rows + 1, 0);
    for (int i = 0; i < used; i++) {
      readerStarts[numbers[i]]++;
    }
    int before = 0;
    for (int row = 0; row <= rows; row++) {
      int count = readerStarts[row];
      readerStarts[row] = before;
      before += row < rows ? count : 0;
    }
    for (int entity = 0; entity < entities; entity++) {
      for (int i = starts[entity]; i < starts[entity + 1]; i++) {
        readers[readerStarts[numbers[i]]++] = entity;
      }
    }
    // Each start stands now where the next one belongs.
    System.arraycopy(readerStarts, 0, readerStarts, 1, rows);
    readerStarts[0] = 0;
  }

  private static int[] fit(int[] buffer, int size) {
    return buffer.length >= size ? buffer : new int[size];
  }
}
