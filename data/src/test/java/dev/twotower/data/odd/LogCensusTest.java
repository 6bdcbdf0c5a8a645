package dev.twotower.data.odd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

/** Parts of a log, counted by themselves, are the log counted whole. */
class LogCensusTest {
  @Property(tries = 100)
  void partsTogetherAreTheWhole(
      @ForAll long seed, @ForAll @IntRange(max = 40) int rows, @ForAll boolean timed) {
    UniformRandomProvider random = Streams.stream(seed, "test.census");
    LogTally whole = new LogTally(5, timed);
    LogTally first = new LogTally(5, timed);
    LogTally second = new LogTally(5, timed);
    int user = 0;
    int request = 0;
    long time = 0;
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(3) == 0) {
        request++;
        user += random.nextInt(2);
        time = random.nextInt(5) * 100_000_000_000L;
      }
      time += random.nextInt(3) * 40_000_000_000L;
      int item = random.nextInt(5);
      whole.row(user, request, item, time);
      (user % 2 == 0 ? first : second).row(user, request, item, time);
    }
    LogCensus expected = whole.census();
    LogCensus joined = LogCensus.join(List.of(first.census(), second.census()));
    assertThat(joined.rows()).isEqualTo(expected.rows());
    assertThat(joined.users()).isEqualTo(expected.users());
    assertThat(joined.requests()).isEqualTo(expected.requests());
    assertThat(joined.times()).usingRecursiveComparison().isEqualTo(expected.times());
  }
}
