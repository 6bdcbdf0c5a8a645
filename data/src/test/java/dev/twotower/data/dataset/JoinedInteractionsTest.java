package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.disk.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Joined splits read like the same rows imported as one split. */
class JoinedInteractionsTest {
  private static final int USERS = 40;

  @Property(tries = 12)
  void joinedSplitsReadAsOne(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 99) int percentOfValidation)
      throws IOException {
    Path folder = Files.createTempDirectory("joined-interactions-test");
    try (Dataset apart = write(seed, percentOfValidation, false, folder.resolve("apart"));
        Dataset whole = write(seed, percentOfValidation, true, folder.resolve("whole"))) {
      Dataset joined = apart.trainedOn(TrainSplits.TRAIN_AND_VALIDATION);
      for (Split split : Split.values()) {
        assertThat(read(joined, split)).as("%s", split).isEqualTo(read(whole, split));
      }
      assertThat(joined.trainCounts().toArray()).isEqualTo(whole.trainCounts().toArray());
      assertThat(joined.trainCounts().total()).isEqualTo(whole.trainCounts().total());
      assertThat(joined.trainedOn(TrainSplits.TRAIN_AND_VALIDATION)).isSameAs(joined);
      assertThat(apart.trainedOn(TrainSplits.TRAIN)).isSameAs(apart);
      assertThatThrownBy(() -> joined.trainedOn(TrainSplits.TRAIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("train+validation");
    } finally {
      WorkFolder.delete(folder);
    }
  }

  /** Some 1,500 rows, so that several blocks of the rank directory are read; times all differ. */
  private static Dataset write(long seed, int percent, boolean asOne, Path folder) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    DatasetBuilder builder =
        new DatasetBuilder()
            .users(USERS + 1)
            .numericContext("place")
            .categoricalContext("device", List.of("phone", "desk"));
    int request = 0;
    for (int user = 0; user < USERS; user++) {
      for (int visit = random.nextInt(8); visit >= 0; visit--, request++) {
        for (int row = random.nextInt(16); row >= 0; row--) {
          int drawn = random.nextInt(110);
          Split split = drawn < 100 ? Split.TRAIN : Split.TEST;
          if (drawn < percent) {
            split = asOne ? Split.TRAIN : Split.VALIDATION;
          }
          long time = random.nextInt(1000) * 100L + row;
          builder.row(
              split,
              user,
              random.nextInt(50),
              request,
              time,
              1 + random.nextInt(3),
              random.nextDouble(),
              random.nextInt(3));
        }
      }
    }
    builder.row(Split.TRAIN, 0, 50, 0, 1_000_000, 2, 0, 0);
    builder.row(Split.TEST, 0, 51, 0, 1_000_001, 2, 0, 0);
    return builder.write(folder);
  }

  /** Everything that a split says of itself. */
  private static List<Object> read(Dataset data, Split split) {
    Interactions rows = data.interactions(split);
    List<Object> read = new ArrayList<>(List.of(rows.rows(), rows.contextColumns(), rows.timed()));
    ContextColumn place = rows.context("place");
    ContextColumn device = rows.context("device");
    read.add(List.of(place.name(), place.numeric(), device.name(), device.numeric()));
    for (long row = 0; row < rows.rows(); row++) {
      read.add(
          List.of(
              rows.user(row),
              rows.item(row),
              rows.request(row),
              rows.time(row),
              rows.weight(row),
              place.value(row),
              device.value(row)));
    }
    for (int user = 0; rows.rows() > 0 && user < data.users(); user++) {
      read.add(List.of(rows.userStart(user), rows.userEnd(user)));
    }
    for (int request = 0; rows.rows() > 0 && request < data.requests(); request++) {
      read.add(List.of(rows.requestStart(request), rows.requestEnd(request)));
    }
    return read;
  }
}
