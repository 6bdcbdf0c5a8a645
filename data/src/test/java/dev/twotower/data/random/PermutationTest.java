package dev.twotower.data.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PermutationTest {
  @Property
  void visitsEveryElementOnce(@ForAll @IntRange(min = 0, max = 3000) int size, @ForAll long seed) {
    var permutation = new Permutation(size, seed, "test");
    var seen = new BitSet(size);
    for (int position = 0; position < size; position++) {
      long element = permutation.at(position);
      assertThat(element).isBetween(0L, size - 1L);
      seen.set((int) element);
    }
    assertThat(seen.cardinality()).isEqualTo(size);
  }

  @Property
  void findsThePositionOfAnElement(
      @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long size, @ForAll long seed) {
    var permutation = new Permutation(size, seed, "test");
    for (long position = 0; position < Math.min(size, 50); position++) {
      assertThat(permutation.positionOf(permutation.at(position))).isEqualTo(position);
      assertThat(permutation.at(permutation.positionOf(position))).isEqualTo(position);
    }
  }

  @Test
  void everyOrderOfFiveIsEquallyLikely() {
    int draws = 120_000;
    Map<String, Integer> counts = new HashMap<>();
    for (int draw = 0; draw < draws; draw++) {
      var permutation = new Permutation(5, 7, "test", draw);
      var order = new StringBuilder();
      for (int position = 0; position < 5; position++) {
        order.append(permutation.at(position));
      }
      counts.merge(order.toString(), 1, Integer::sum);
    }
    assertThat(counts).hasSize(120);
    double expected = draws / 120.0;
    double chiSquare =
        counts.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    // 119 degrees of freedom: mean 119, standard deviation 15.4; the seed is fixed.
    assertThat(chiSquare).isLessThan(119 + 4 * 15.4);
  }

  @Test
  void everyElementOnceWhereComputed() {
    for (int size : new int[] {65_537, 65_536 + 1000, 100_003, 317 * 317}) {
      var permutation = new Permutation(size, 3, "test");
      var seen = new BitSet(size);
      for (int position = 0; position < size; position++) {
        seen.set((int) permutation.at(position));
      }
      assertThat(seen.cardinality()).isEqualTo(size);
    }
  }

  @Test
  void computedOrdersLookUniform() {
    // Positions against elements, and elements against their successors, in 40 x 40 cells. Rows and
    // columns are full, so (40 - 1)^2 = 1521 degrees of freedom, standard deviation 55.
    int size = 100_000;
    int cells = 40;
    for (long seed = 0; seed < 20; seed++) {
      var permutation = new Permutation(size, seed, "test");
      int[][] at = new int[cells][cells];
      int[][] after = new int[cells][cells];
      long previous = permutation.at(size - 1L);
      for (int position = 0; position < size; position++) {
        long element = permutation.at(position);
        at[position * cells / size][(int) (element * cells / size)]++;
        // Finer than the network's columns: neighbours modulo 40 as well as by magnitude.
        after[(int) (previous % cells)][(int) (element % cells)]++;
        previous = element;
      }
      for (int[][] counts : List.of(at, after)) {
        double expected = (double) size / (cells * cells);
        double chiSquare = 0;
        for (int[] row : counts) {
          for (int count : row) {
            chiSquare += (count - expected) * (count - expected) / expected;
          }
        }
        assertThat(chiSquare).isBetween(1521 - 4.5 * 55, 1521 + 4.5 * 55);
      }
    }
  }

  @Test
  void reachesPastThirtyTwoBits() {
    long size = 50_000_000_000L;
    var permutation = new Permutation(size, 1, "test");
    var other = new Permutation(size, 2, "test");
    double sum = 0;
    int agreements = 0;
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      long element = permutation.at(i);
      assertThat(element).isBetween(0L, size - 1);
      sum += (double) element / size;
      agreements += element == other.at(i) ? 1 : 0;
    }
    // Mean 1/2, standard error 1/sqrt(12 * 20,000) = 0.002.
    assertThat(sum / count).isBetween(0.49, 0.51);
    assertThat(agreements).isZero();
  }

  @Test
  void refusesWhatIsOutside() {
    assertThatThrownBy(() -> new Permutation(-1, 1, "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> new Permutation(3, 1, "test").at(3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Permutation(3, 1, "test").positionOf(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
