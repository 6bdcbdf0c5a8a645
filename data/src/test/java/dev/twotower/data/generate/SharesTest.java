package dev.twotower.data.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharesTest {
  @Property
  void sharesSumToTheTotalWithinBounds(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = 0.01, max = 1000) Double> list,
      @ForAll @IntRange(max = 5) int least,
      @ForAll @IntRange(max = 100) int room,
      @ForAll @DoubleRange(min = 0, max = 1) double fill) {
    double[] weights = list.stream().mapToDouble(Double::doubleValue).toArray();
    int most = least + room;
    long total = (long) least * weights.length + (long) (fill * room * weights.length);
    int[] shares = Shares.of(total, weights, least, most);
    assertThat(Arrays.stream(shares).asLongStream().sum()).isEqualTo(total);
    // Rounding may pass the upper bound by one.
    assertThat(Arrays.stream(shares)).allMatch(share -> share >= least && share <= most + 1);
  }

  @Test
  void sharesFollowTheWeights() {
    assertThat(Shares.of(100, new double[] {1, 3, 6}, 0, 100)).containsExactly(10, 30, 60);
    // The third is cut at 40; the others divide the rest 1 : 3.
    assertThat(Shares.of(80, new double[] {1, 3, 60}, 0, 40)).containsExactly(10, 30, 40);
  }
}
