package dev.twotower.trainer.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFactsTest {
  @TempDir Path folder;

  @Test
  void factsAreCounted() {
    // User 0: items 0, 0, 1 in two requests; user 1: item 2. Validation: user 1 alone.
    Dataset data =
        new DatasetBuilder()
            .items(5)
            .row(Split.TRAIN, 0, 0, 0, 1)
            .row(Split.TRAIN, 0, 0, 0, 2)
            .row(Split.TRAIN, 0, 1, 1, 3)
            .row(Split.TRAIN, 1, 2, 2, 1)
            .row(Split.VALIDATION, 1, 3, 3, 9)
            .write(folder.resolve("data"));
    try (data) {
      LogFacts facts = LogFacts.of(data);
      assertThat(facts.rows()).isEqualTo(4);
      assertThat(facts.users()).isEqualTo(2);
      assertThat(facts.items()).isEqualTo(5);
      assertThat(facts.rowsPerUser()).isEqualTo(2);
      // (3 x 3 + 1 x 1) / 4
      assertThat(facts.typicalUserRows()).isEqualTo(2.5);
      assertThat(facts.validationUsers()).isEqualTo(1);
      assertThat(LogFacts.of(data)).isEqualTo(facts);
    }
  }

  /** Users with ten of 2,000 items each, in four groups. */
  private double ofUsers(int users) {
    DatasetBuilder builder = new DatasetBuilder();
    java.util.Random random = new java.util.Random(3);
    for (int user = 0; user < users; user++) {
      for (int row = 0; row < 10; row++) {
        builder.row(Split.TRAIN, user, user % 4 * 500 + random.nextInt(500), user, row);
      }
    }
    try (Dataset data = builder.write(folder.resolve("users" + users))) {
      return LogFacts.of(data).information();
    }
  }

  /**
   * 100 users with one item each, twice, of 50 items: an item comes again where it was, and with
   * one user of 99 elsewhere, so it tells log(1.5 / (1 / 99 + 0.5)) of itself.
   */
  @Test
  void anItemThatComesAgainTellsOfItself() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int user = 0; user < 100; user++) {
      builder.row(Split.TRAIN, user, user % 50, 2 * user, 1);
      builder.row(Split.TRAIN, user, user % 50, 2 * user + 1, 2);
    }
    try (Dataset data = builder.write(folder.resolve("again"))) {
      LogFacts facts = LogFacts.of(data);
      assertThat(facts.repeats()).isEqualTo(0.5);
      assertThat(facts.ofRepeats()).isCloseTo(Math.log(1.5 / (1.0 / 99 + 0.5)), within(1e-12));
      assertThat(facts.told(false)).isEqualTo(facts.information()).isZero();
      assertThat(facts.told(true)).isCloseTo(facts.ofRepeats() / 2, within(1e-12));
    }
  }

  /** Pairs that hardly meet among few users meet among many, without telling more. */
  @Test
  void theSizeOfALargeLogTellsNothing() {
    double most = ofUsers(25_000);
    assertThat(ofUsers(100_000)).isCloseTo(most, within(0.05));
    assertThat(most).isGreaterThan(ofUsers(2_500) + 0.1);
  }

  /** 200 users with ten items each, from {@code groups} groups of 20 items that users keep to. */
  private double information(String name, int groups) {
    DatasetBuilder builder = new DatasetBuilder();
    java.util.Random random = new java.util.Random(7);
    int items = 200;
    for (int user = 0; user < 200; user++) {
      int size = items / groups;
      for (int row = 0; row < 10; row++) {
        int item = user % groups * size + random.nextInt(size);
        builder.row(Split.TRAIN, user, item, user, row);
      }
    }
    try (Dataset data = builder.write(folder.resolve(name))) {
      return LogFacts.of(data).information();
    }
  }

  @Test
  void itemsTellOfEachOtherWhereUsersKeepToAGroup() {
    double none = information("none", 1);
    double some = information("some", 4);
    double much = information("much", 10);
    // Pairs that are expected to meet less than once are counted as telling a little less.
    assertThat(none).isBetween(-0.4, 0.1);
    assertThat(some).isBetween(none + 0.3, much);
    // Two items of a tenth of the catalogue meet up to ten times as often: ln 10 = 2.3.
    assertThat(much).isBetween(1.0, 2.3);
  }
}
