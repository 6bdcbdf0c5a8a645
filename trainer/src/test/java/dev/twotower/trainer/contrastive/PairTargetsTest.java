package dev.twotower.trainer.contrastive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TargetSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairTargetsTest {
  /**
   * food > fruit > apples, pears; food > bread; home > lamps. Items: 0, 1 apples, 2 pears, 3 bread,
   * 4 lamps, 5 without a category, 6 on fruit itself.
   */
  private static final CategoryTree TREE =
      CategoryTree.of(
          new int[] {-1, 0, 1, 1, 0, -1, 5},
          new String[] {"food", "fruit", "apples", "pears", "bread", "home", "lamps"},
          new int[] {2, 2, 3, 4, 6, -1, 1});

  private static final int[] ITEMS = {0, 1, 2, 3, 4, 5, 6};

  @Test
  void weighsByTreeDistance() {
    PairTargets targets = PairTargets.of(TREE, TargetSchedule.parse("1/0.5/0.2/0"), ITEMS, 7);
    assertThat(targets.weight(0, 1)).isEqualTo(1);
    assertThat(targets.weight(0, 2)).isEqualTo(0.5f);
    assertThat(targets.weight(0, 3)).isEqualTo(0.2f);
    assertThat(targets.weight(0, 4)).isZero();
    assertThat(targets.weight(0, 6)).isEqualTo(0.5f);
  }

  @Test
  void ignoresCousinsByDefaultAndItemsWithoutACategoryAlways() {
    PairTargets targets = PairTargets.of(TREE, TargetSchedule.THREE_CLASSES, ITEMS, 7);
    assertThat(targets.weight(0, 3)).isEqualTo((float) TargetSchedule.IGNORED);
    assertThat(targets.weight(0, 5)).isEqualTo((float) TargetSchedule.IGNORED);
    assertThat(targets.weight(5, 4)).isEqualTo((float) TargetSchedule.IGNORED);
    assertThat(targets.weight(0, 0)).isEqualTo((float) TargetSchedule.IGNORED);
  }

  @Test
  void aRaisedPairCountsBothWaysAndNeverFalls() {
    PairTargets targets = PairTargets.of(TREE, TargetSchedule.THREE_CLASSES, ITEMS, 7);
    targets.raise(0, 4, 0.7f);
    targets.raise(5, 3, 0.7f);
    targets.raise(0, 1, 0.7f);
    targets.raise(0, 0, 0.7f);
    assertThat(targets.weight(4, 0)).isEqualTo(0.7f);
    assertThat(targets.weight(3, 5)).isEqualTo(0.7f);
    assertThat(targets.weight(0, 1)).isEqualTo(1);
    assertThat(targets.weight(0, 0)).isEqualTo((float) TargetSchedule.IGNORED);
  }

  @Test
  void countsAgreeWithThePairs() {
    PairTargets targets = PairTargets.of(TREE, TargetSchedule.THREE_CLASSES, ITEMS, 7);
    targets.raise(0, 4, 0.7f);
    targets.raise(5, 3, 0.7f);
    int anchors = 0;
    double positive = 0;
    double ignored = 0;
    for (int i = 0; i < 7; i++) {
      double total = 0;
      for (int j = 0; j < 7; j++) {
        total += Math.max(0, targets.weight(i, j));
        positive += targets.weight(i, j) > 0 ? 1 : 0;
        ignored += i != j && targets.weight(i, j) < 0 ? 1 : 0;
      }
      anchors += total > 0 ? 1 : 0;
      assertThat((double) targets.totals()[i]).isCloseTo(total, offset(1e-6));
    }
    PairTargets.Counts counts = targets.counts();
    assertThat(counts.anchors()).isEqualTo(anchors);
    assertThat(counts.positiveShare()).isCloseTo(positive / 42, offset(1e-12));
    assertThat(counts.ignoredShare()).isCloseTo(ignored / 42, offset(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1/0.5/0", "1/0", "0.9/0.25/0.1/0.05", "1/1/1/0.5"})
  void aScheduleReadsBack(String text) {
    assertThat(TargetSchedule.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1/2/0", "0.5/1/0", "0/0", "1/0.5/0.6", "1/1", "1/x/0", "NaN/0"})
  void refusesAScheduleThatTeachesNothing(String text) {
    assertThatThrownBy(() -> TargetSchedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1/0.5/0");
  }
}
