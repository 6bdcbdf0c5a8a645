package dev.twotower.eval.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Split;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.fixtures.ArrayInteractions.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitLeakageTest {
  // User 0 trained in requests 0 and 1 at times 10 and 20, user 1 in request 5 at time 30.
  private static final ArrayInteractions TRAIN =
      new ArrayInteractions(
          List.of(new Row(0, 1, 0, 10), new Row(0, 2, 1, 20), new Row(1, 3, 5, 30)));

  @Test
  void findsNothingInACleanSplit() {
    SplitLeakage clean =
        SplitLeakage.of(
            Split.TEST,
            TRAIN,
            new ArrayInteractions(List.of(new Row(0, 3, 2, 21), new Row(1, 1, 6, 30))));
    assertThat(clean).isEqualTo(new SplitLeakage(Split.TEST, 2, 0, 0, 0));
    assertThat(clean.warnings(false)).isEmpty();
  }

  @Test
  void findsEachKindOfLeak() {
    // A repeated item; a request also trained on; a row before the user's last training row.
    SplitLeakage leak =
        SplitLeakage.of(
            Split.VALIDATION,
            TRAIN,
            new ArrayInteractions(
                List.of(new Row(0, 1, 2, 25), new Row(1, 9, 5, 31), new Row(0, 7, 3, 15))));
    assertThat(leak).isEqualTo(new SplitLeakage(Split.VALIDATION, 3, 1, 1, 1));
    assertThat(leak.warnings(false))
        .hasSize(3)
        .allSatisfy(text -> assertThat(text).startsWith("1 of 3 validation rows (33.3 %)"))
        .last()
        .asString()
        .contains("seen items are not ranked", "evaluation.rankSeen=true");
    assertThat(leak.warnings(true)).isEqualTo(leak.warnings(false).subList(0, 2));
  }

  @Test
  void aUserWithoutTrainingRowsLeaksNothing() {
    SplitLeakage leak =
        SplitLeakage.of(
            Split.TEST,
            ArrayInteractions.of(),
            new ArrayInteractions(List.of(new Row(3, 1, 9, 5))));
    assertThat(leak.warnings(false)).isEmpty();
  }
}
