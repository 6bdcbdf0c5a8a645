package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.SampleStudy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortAnswerTest {
  private final SampleStudy study = new SampleStudy();
  private final ArmRuns shuffled = study.arm("iid/identity", 0.5, 40_000, 3);

  private ShortAnswer answer(ArmRuns... others) {
    List<ArmRuns> arms = new ArrayList<>(List.of(shuffled));
    arms.addAll(List.of(others));
    return ShortAnswer.of(study.report("d", arms)).orElseThrow();
  }

  private static String part(ShortAnswer answer, int number) {
    return answer.parts().get(number).answer().replace('\u00a0', ' ');
  }

  @Test
  void namesTheSettingThatIsAsGoodAndWhatTheStoredOrderLoses() {
    ShortAnswer answer =
        answer(
            study.arm("sorted/identity", 0.42, 90_000, 3),
            study.arm("requests:100:8/identity+user", 0.5, 80_000, 3));
    assertThat(answer.arm()).isEqualTo("requests:100:8/identity+user");
    assertThat(answer.headline().replace('\u00a0', ' '))
        .isEqualTo(
            "Yes: train from sorted rows with layout requests:100:8 and masks identity+user;"
                + " recall@20 stays within 1 % of shuffled rows.");
    assertThat(part(answer, 0))
        .matches(
            "Yes, with the setting below\\. In the order they are stored in, they lose"
                + " \\d+(\\.\\d)? % of recall@20\\.");
    assertThat(part(answer, 1)).startsWith("layout=requests:100:8, masks=identity+user: pieces of");
    assertThat(part(answer, 2))
        .startsWith("2.0 times the rows per second of shuffled rows (2.0 to 2.0 over seeds)");
    assertThat(part(answer, 3)).contains("3 seeds and all evaluated users");
  }

  @Test
  void saysNoWhereEveryArmIsWorse() {
    ShortAnswer answer = answer(study.arm("sorted/identity", 0.42, 30_000, 3));
    assertThat(answer.headline()).startsWith("Not with these settings");
    assertThat(part(answer, 0)).isEqualTo("No.");
    assertThat(part(answer, 2)).startsWith("No speed on this log: 0.8 times");
  }

  @Test
  void oneSeedDecidesNothing() {
    ArmRuns one = study.arm("iid/identity", 0.5, 40_000, 1);
    ArmRuns other = study.arm("sorted/identity", 0.5, 40_000, 1);
    assertThat(ShortAnswer.of(study.report("d", List.of(one, other))).orElseThrow().headline())
        .startsWith("Not decided: one seed");
  }

  @Test
  void hasNoAnswerWhereSortedRowsAreNotComparedWithShuffledOnes() {
    ArmRuns sorted = study.arm("sorted/identity", 0.5, 40_000, 3);
    ArmRuns masked = study.arm("sorted/identity+user", 0.5, 40_000, 3);
    ArmRuns weighted = study.arm("iid/identity;loss.weighting=users", 0.5, 40_000, 3);
    assertThat(ShortAnswer.of(study.report("d", List.of(sorted, masked)))).isEmpty();
    assertThat(ShortAnswer.of(study.report("d", List.of(shuffled, weighted)))).isEmpty();
  }
}
