package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlocksTest {
  private static final int SHIFT = 2;
  private static final int VALUES = 11;

  /** Blocks of four values, the last of three; value i is 100 + i. */
  private static Blocks.Ints column() {
    List<ByteBuffer> blocks = new ArrayList<>();
    for (int start = 0; start < VALUES; start += 1 << SHIFT) {
      int size = Math.min(1 << SHIFT, VALUES - start);
      ByteBuffer block = ByteBuffer.allocateDirect(size * Integer.BYTES);
      for (int i = 0; i < size; i++) {
        block.putInt(i * Integer.BYTES, 100 + start + i);
      }
      blocks.add(block);
    }
    return new Blocks.Ints(blocks, SHIFT);
  }

  @Test
  void aCopyHoldsWhatSingleReadsGive() {
    Blocks.Ints column = column();
    for (int start = 0; start <= VALUES; start++) {
      for (int count = 0; start + count <= VALUES; count++) {
        int[] copied = new int[count + 2];
        column.copy(start, count, copied, 1);
        int[] read = new int[count + 2];
        for (int i = 0; i < count; i++) {
          read[1 + i] = column.get(start + i);
        }
        assertThat(copied).as("%d values from %d", count, start).isEqualTo(read);
      }
    }
  }
}
