package dev.twotower.data.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.SplitOverlap;
import java.nio.file.Path;
import java.util.List;
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
    assertThat(LeakageNotes.ofSplit(List.of(clean), "log")).isEmpty();
    assertThat(LeakageNotes.repeats(List.of(clean))).isEmpty();
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
    assertThat(LeakageNotes.ofResults(List.of(leak)))
        .hasSize(2)
        .isEqualTo(LeakageNotes.ofSplit(List.of(leak), "log"))
        .allSatisfy(text -> assertThat(text).startsWith("1 of 3 validation rows (33.3 %)"));
    assertThat(LeakageNotes.repeats(List.of(leak)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("1 of 3 validation rows (33.3 %) repeat an item")
                    .contains("10 %", "evaluation.rankSeen=true")
                    .as("an import has no such setting")
                    .doesNotContain("ends this note"));
    assertThat(LeakageNotes.undecidedRepeats(List.of(leak)))
        .hasValueSatisfying(text -> assertThat(text).endsWith("if set, ends this note."));
  }

  @Test
  void dividedRequestsAreToldFromATwentiethOn() {
    SplitLeakage twentieth = leakage(Split.TEST, 1000, 0, 50, 0);
    assertThat(LeakageNotes.ofResults(List.of(twentieth)))
        .singleElement()
        .asString()
        .contains("50 of 1,000 test rows (5.0 %) belong to a request", "(told from 5 % on)");
    assertThat(LeakageNotes.ofResults(List.of(leakage(Split.TEST, 1000, 0, 49, 0)))).isEmpty();
  }

  @Test
  void twoSplitsAreToldOfInOneSentence() {
    List<SplitLeakage> both =
        List.of(leakage(Split.VALIDATION, 10, 2, 0, 1), leakage(Split.TEST, 20, 5, 0, 3));
    assertThat(LeakageNotes.ofResults(both))
        .singleElement()
        .asString()
        .startsWith(
            "1 of 10 validation rows (10.0 %) and 3 of 20 test rows (15.0 %) are older than");
    assertThat(LeakageNotes.repeats(both))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .startsWith("2 of 10 validation rows (20.0 %) and 5 of 20 test rows (25.0 %)"));
  }

  @Test
  void whatValidationShowedIsNotRankedInTestEither() {
    SplitLeakage leak =
        of(log().row(Split.VALIDATION, 0, 4, 2, 25).row(Split.TEST, 0, 4, 3, 26), Split.TEST);
    assertThat(leak).isEqualTo(leakage(Split.TEST, 1, 1, 0, 0));
    assertThat(leak.repeats()).contains("repeat an item of the user's training or validation rows");
  }

  @Test
  void seenItemsShouldBeRankedFromATenthOfRepeatsOn() {
    SplitLeakage tenth = leakage(Split.TEST, 1000, 100, 0, 0);
    assertThat(tenth.repeats())
        .contains("100 of 1,000 test rows (10.0 %)", "From about 10 % on", "rankSeen=true");
    assertThat(LeakageNotes.repeats(List.of(tenth))).isPresent();
    SplitLeakage less = leakage(Split.TEST, 1000, 99, 0, 0);
    assertThat(less.repeats()).contains("(9.9 %)", "Below about 10 %", "without seen items");
    assertThat(LeakageNotes.repeats(List.of(less))).as("nothing is to be decided").isEmpty();
    assertThat(LeakageNotes.repeats(List.of(leakage(Split.TEST, 1000, 0, 0, 0)))).isEmpty();
  }

  @Test
  void rowsOfOneMomentAreTold() {
    SplitLeakage leak = of(log().row(Split.TEST, 0, 7, 9, 20), Split.TEST);
    assertThat(leak.overlap().sameMoment()).isOne();
    assertThat(LeakageNotes.ofSplit(List.of(leak), "log"))
        .singleElement()
        .asString()
        .contains("1 of 1 test rows", "of the same moment as the user's last training row")
        .contains("leave-last-request-out")
        .doesNotContain("--column request");
    assertThat(LeakageNotes.ofSplit(List.of(leak), "one per user"))
        .singleElement()
        .asString()
        .contains("--column request=COLUMN");
    assertThat(LeakageNotes.ofResults(List.of(leak))).as("told at import").isEmpty();
  }

  @Test
  void aFewRowsOfOneMomentAreNotTold() {
    SplitLeakage few = new SplitLeakage(new SplitOverlap(Split.TEST, 100, 0, 0, 0, 4));
    assertThat(LeakageNotes.ofSplit(List.of(few), "log")).isEmpty();
  }

  @Test
  void aUserWithoutTrainingRowsLeaksNothing() {
    assertThat(LeakageNotes.ofResults(List.of(of(log().row(Split.TEST, 3, 1, 9, 5), Split.TEST))))
        .isEmpty();
  }
}
