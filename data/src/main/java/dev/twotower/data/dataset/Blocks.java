package dev.twotower.data.dataset;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A column cut into mapped blocks of 2^shift values, over one file or several, one after the other:
 * value i is at {@code i & mask} of block {@code i >>> shift}. Reads use absolute positions only,
 * so threads may share a column.
 */
final class Blocks {
  private Blocks() {}

  static Ints ints(List<ArrowFile> files, String column, int shift) {
    return new Ints(values(files, column, Integer.BYTES), shift);
  }

  /** A column of one file. */
  static Ints ints(ArrowFile file, String column) {
    return ints(List.of(file), column, file.shift());
  }

  /** A column of one file. */
  static Longs longs(ArrowFile file, String column) {
    return longs(List.of(file), column, file.shift());
  }

  static Longs longs(List<ArrowFile> files, String column, int shift) {
    return new Longs(values(files, column, Long.BYTES), shift);
  }

  static Floats floats(List<ArrowFile> files, String column, int shift) {
    return new Floats(values(files, column, Float.BYTES), shift);
  }

  static Doubles doubles(List<ArrowFile> files, String column, int shift) {
    return new Doubles(values(files, column, Double.BYTES), shift);
  }

  private static List<ByteBuffer> values(List<ArrowFile> files, String column, int bytes) {
    List<ByteBuffer> blocks = new ArrayList<>();
    for (ArrowFile file : files) {
      Collections.addAll(blocks, file.values(column, bytes));
    }
    return blocks;
  }

  /** Where a value lies. */
  private abstract static class Column {
    private final int shift;
    private final int mask;

    Column(int shift) {
      this.shift = shift;
      this.mask = (1 << shift) - 1;
    }

    final int block(long index) {
      return (int) (index >>> shift);
    }

    final int place(long index) {
      return (int) index & mask;
    }
  }

  /** 32-bit integers. */
  static final class Ints extends Column {
    private final IntBuffer[] blocks;

    Ints(List<ByteBuffer> blocks, int shift) {
      super(shift);
      this.blocks = blocks.stream().map(ByteBuffer::asIntBuffer).toArray(IntBuffer[]::new);
    }

    int get(long index) {
      return blocks[block(index)].get(place(index));
    }

    /** Copies values that follow one another to {@code at} and the places behind it. */
    void copy(long start, int count, int[] into, int at) {
      for (int done = 0; done < count; ) {
        IntBuffer block = blocks[block(start + done)];
        int place = place(start + done);
        int here = Math.min(count - done, block.limit() - place);
        block.get(place, into, at + done, here);
        done += here;
      }
    }
  }

  /** 64-bit integers. */
  static final class Longs extends Column {
    private final LongBuffer[] blocks;

    Longs(List<ByteBuffer> blocks, int shift) {
      super(shift);
      this.blocks = blocks.stream().map(ByteBuffer::asLongBuffer).toArray(LongBuffer[]::new);
    }

    long get(long index) {
      return blocks[block(index)].get(place(index));
    }
  }

  /** 32-bit floats. */
  static final class Floats extends Column {
    private final FloatBuffer[] blocks;

    Floats(List<ByteBuffer> blocks, int shift) {
      super(shift);
      this.blocks = blocks.stream().map(ByteBuffer::asFloatBuffer).toArray(FloatBuffer[]::new);
    }

    float get(long index) {
      return blocks[block(index)].get(place(index));
    }
  }

  /** 64-bit floats. */
  static final class Doubles extends Column {
    private final DoubleBuffer[] blocks;

    Doubles(List<ByteBuffer> blocks, int shift) {
      super(shift);
      this.blocks = blocks.stream().map(ByteBuffer::asDoubleBuffer).toArray(DoubleBuffer[]::new);
    }

    double get(long index) {
      return blocks[block(index)].get(place(index));
    }
  }
}
