package dev.twotower.data.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedAnswersTest {
  @TempDir Path folder;

  /** Three users, two held-out rows each. */
  private Dataset judged() {
    DatasetBuilder log = new DatasetBuilder().items(10);
    for (int user = 0; user < 3; user++) {
      log.row(Split.TRAIN, user, user, 0, 10)
          .row(Split.TEST, user, 4, 1, 20)
          .row(Split.TEST, user, 5, 1, 30);
    }
    return log.write(folder.resolve("judged"));
  }

  /**
   * Ids, not numbers, tell who is who: there user n is u(2 - n), item n is i(9 - n). Of user 0's
   * rows one is in training; of user 1's one is, of another time, and one in validation; user 2 has
   * another user's item there.
   */
  private Dataset other() {
    return new DatasetBuilder()
        .users(3)
        .items(10)
        .ids(user -> 2 - user, item -> 9 - item)
        .row(Split.TRAIN, 2, 9 - 0, 0, 10)
        .row(Split.TRAIN, 2, 9 - 4, 1, 20)
        .row(Split.TRAIN, 1, 9 - 4, 2, 21)
        .row(Split.VALIDATION, 1, 9 - 5, 2, 30)
        .row(Split.TRAIN, 0, 9 - 6, 3, 30)
        .write(folder.resolve("other"));
  }

  @Test
  void findsRowsOfTheSameUserItemAndTimeAmongWhatTheOtherModelLearnedFrom() {
    try (Dataset judged = judged();
        Dataset other = other()) {
      assertThat(LearnedAnswers.count(judged, Split.TEST, new int[] {0, 1, 2}, other))
          .isEqualTo(new LearnedAnswers(6, 1));
      assertThat(LearnedAnswers.count(judged, Split.TEST, new int[] {1, 2}, other))
          .as("users that are not ranked are not asked")
          .isEqualTo(new LearnedAnswers(4, 0));
      assertThat(
              LearnedAnswers.count(
                  judged,
                  Split.TEST,
                  new int[] {0, 1, 2},
                  other.trainedOn(TrainSplits.TRAIN_AND_VALIDATION)))
          .as("validation rows that it learned from")
          .isEqualTo(new LearnedAnswers(6, 2));
      assertThat(LearnedAnswers.none(judged, Split.TEST, new int[] {0, 2}))
          .isEqualTo(new LearnedAnswers(4, 0));
    }
  }

  /** Of the items 1 and 2, both in the other's training, the user had 1 before. */
  @Test
  void withoutTimesAnItemThatTheUserHadBeforeDoesNotCount() {
    DatasetBuilder log =
        new DatasetBuilder()
            .items(4)
            .withoutTimes()
            .row(Split.TRAIN, 0, 1, 0, 0)
            .row(Split.TEST, 0, 1, 1, 1)
            .row(Split.TEST, 0, 2, 1, 2)
            .row(Split.TEST, 0, 3, 1, 3);
    DatasetBuilder longer =
        new DatasetBuilder()
            .items(4)
            .withoutTimes()
            .row(Split.TRAIN, 0, 1, 0, 0)
            .row(Split.TRAIN, 0, 2, 1, 7);
    try (Dataset judged = log.write(folder.resolve("judged"));
        Dataset other = longer.write(folder.resolve("other"))) {
      assertThat(LearnedAnswers.count(judged, Split.TEST, new int[] {0}, other))
          .isEqualTo(new LearnedAnswers(3, 1));
    }
  }

  @Test
  void aRowInAHundredIsTold() {
    assertThat(new LearnedAnswers(1000, 9).warning(Split.TEST, "old")).isEmpty();
    assertThat(new LearnedAnswers(0, 0).warning(Split.TEST, "old")).isEmpty();
    assertThat(new LearnedAnswers(1000, 10).warning(Split.TEST, "old"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("old has learned from 10 of the 1,000 test rows (1.0 %)"));
  }
}
