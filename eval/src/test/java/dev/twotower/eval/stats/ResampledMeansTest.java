package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

class ResampledMeansTest {
  /** The same sums in the same order, so the same number to the last bit. */
  @Property
  void equalsTheMeanWrittenOut(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 11) int rows,
      @ForAll @IntRange(min = 1, max = 50) int users) {
    UniformRandomProvider random = Streams.stream(seed, "test.means");
    double[][] values = new double[rows][users];
    for (double[] row : values) {
      boolean partial = random.nextInt(4) == 0;
      for (int user = 0; user < users; user++) {
        row[user] = partial && random.nextBoolean() ? Double.NaN : random.nextDouble() - 0.5;
      }
    }
    int[] times = random.ints(users, 0, 3).toArray();
    times[0]++;
    double[] means = new ResampledMeans(values).of(times);
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      int count = 0;
      for (int user = 0; user < users; user++) {
        if (!Double.isNaN(values[row][user])) {
          sum += times[user] * values[row][user];
          count += times[user];
        }
      }
      assertThat(means[row]).isEqualTo(Double.valueOf(count == 0 ? Double.NaN : sum / count));
    }
  }
}
