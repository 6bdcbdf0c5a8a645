package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.nio.ByteBuffer;

/**
 * A column of texts or lists in one file: where each row's values lie in mapped memory. A length
 * that the file claims is checked against the bytes there are before memory is allocated for it.
 */
final class Slices {
  private final ArrowFile file;
  private final String column;
  private final ByteBuffer[] offsets;
  private final ByteBuffer[] values;
  private final int bytesPerValue;
  private final int shift;
  private final int mask;

  /**
   * @param n the body buffer of the column that holds the values
   */
  Slices(ArrowFile file, String column, int n, int bytesPerValue) {
    this.file = file;
    this.column = column;
    this.offsets = file.offsets(column);
    this.values = file.buffers(column, n);
    this.bytesPerValue = bytesPerValue;
    this.shift = file.shift();
    this.mask = (1 << shift) - 1;
  }

  /** The place of a row's first value in its {@link #block}, counted in values. */
  int from(long row) {
    return offset(row, 0);
  }

  private int offset(long row, int next) {
    return offsets[(int) (row >>> shift)].getInt((((int) row & mask) + next) * Integer.BYTES);
  }

  /**
   * Values of a row.
   *
   * @throws BadDataException when they lie outside the column
   */
  int length(long row) {
    int from = from(row);
    int to = offset(row, 1);
    long bytes = block(row).remaining();
    if (from < 0 || to < from || (long) to * bytesPerValue > bytes) {
      throw new BadDataException(
          "%s: column '%s' has values %d to %d in row %d, beyond the %d bytes it has there; import the data again"
              .formatted(file.path(), column, from, to, row, bytes));
    }
    return to - from;
  }

  ByteBuffer block(long row) {
    return values[(int) (row >>> shift)];
  }
}
