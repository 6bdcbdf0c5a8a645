package dev.twotower.data.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.SplitOverlap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitLeakageTest {
  @TempDir Path folder;

  /** User 0 trained in requests 0 and 1 at times 10 and 20, user 1 in request 5 at time 30. */
  private static DatasetBuilder log() {
    return new DatasetBuilder()
        .items(10)
        .row(Split.TRAIN, 0, 1, 0, 10)
        .row(Split.TRAIN, 0, 2, 1, 20)
        .row(Split.TRAIN, 1, 3, 5, 30);
  }

  private SplitLeakage of(DatasetBuilder log, Split split) {
    try (Dataset data = log.write(folder.resolve("data"))) {
      return SplitLeakage.of(data, split);
    }
  }

  private static SplitLeakage leakage(
      Split split, long rows, long repeatedItems, long dividedRequests, long ownFuture) {
    return new SplitLeakage(
        new SplitOverlap(split, rows, repeatedItems, dividedRequests, ownFuture, 0));
  }

  @Test
  void findsNothingInACleanSplit() {
    SplitLeakage clean =
        of(log().row(Split.TEST, 0, 3, 2, 21).row(Split.TEST, 1, 1, 6, 31), Split.TEST);
    assertThat(clean).isEqualTo(leakage(Split.TEST, 2, 0, 0, 0));
    assertThat(clean.warnings(false)).isEmpty();
  }

  @Test
  void findsEachKindOfLeak() {
    // A repeated item; a request also trained on; a row before the user's last training row.
    SplitLeakage leak =
        of(
            log()
                .row(Split.VALIDATION, 0, 1, 2, 25)
                .row(Split.VALIDATION, 1, 9, 5, 31)
                .row(Split.VALIDATION, 0, 7, 3, 15),
            Split.VALIDATION);
    assertThat(leak).isEqualTo(leakage(Split.VALIDATION, 3, 1, 1, 1));
    assertThat(leak.warnings(false))
        .hasSize(3)
        .allSatisfy(text -> assertThat(text).startsWith("1 of 3 validation rows (33.3 %)"))
        .last()
        .asString()
        .contains("training rows: while seen items are not ranked", "evaluation.rankSeen=true");
    assertThat(leak.warnings(true)).isEqualTo(leak.warnings(false).subList(0, 2));
  }

  @Test
  void whatValidationShowedIsNotRankedInTestEither() {
    SplitLeakage leak =
        of(log().row(Split.VALIDATION, 0, 4, 2, 25).row(Split.TEST, 0, 4, 3, 26), Split.TEST);
    assertThat(leak).isEqualTo(leakage(Split.TEST, 1, 1, 0, 0));
    assertThat(leak.warnings(false))
        .singleElement()
        .asString()
        .contains("repeat an item of the user's training or validation rows");
  }

  @Test
  void seenItemsShouldBeRankedFromATenthOfRepeatsOn() {
    assertThat(new SplitLeakage(new SplitOverlap(Split.TEST, 1000, 100, 0, 0, 0)).repeats())
        .hasValueSatisfying(
            told ->
                assertThat(told)
                    .contains("100 of 1,000 test rows (10.0 %)", "try evaluation.rankSeen=true"));
    assertThat(new SplitLeakage(new SplitOverlap(Split.TEST, 1000, 99, 0, 0, 0)).repeats())
        .hasValueSatisfying(told -> assertThat(told).contains("(9.9 %)", "without seen items"));
    assertThat(new SplitLeakage(new SplitOverlap(Split.TEST, 1000, 0, 0, 0, 0)).repeats())
        .isEmpty();
  }

  @Test
  void rowsOfOneMomentAreTold() {
    SplitLeakage leak = of(log().row(Split.TEST, 0, 7, 9, 20), Split.TEST);
    assertThat(leak.overlap().sameMoment()).isOne();
    assertThat(leak.warnings(false))
        .singleElement()
        .asString()
        .contains("1 of 1 test rows", "of the same moment as the user's last training row");
  }

  @Test
  void aUserWithoutTrainingRowsLeaksNothing() {
    assertThat(of(log().row(Split.TEST, 3, 1, 9, 5), Split.TEST).warnings(false)).isEmpty();
  }
}
