package dev.twotower.trainer.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArmsTest {
  private static final ArmSpec FIRST = ArmSpec.parse("iid/identity");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evaluation.split=test",
        "evaluation.users=10",
        "evaluation.patience=0",
        "seed=2",
        "device=cpu",
        "threads=1",
        "checkpoint.everySteps=5"
      })
  void whatArmsAreJudgedByIsTheSameForAll(String setting) {
    ArmSpec arm = ArmSpec.parse("sorted/identity;" + setting);
    assertThatThrownBy(() -> request(List.of(FIRST, arm), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("arm sorted/identity;" + setting + " sets ")
        .hasMessageContaining("the same for all arms");
    int equals = setting.indexOf('=');
    Grid grid = new Grid(setting.substring(0, equals), List.of("1", "2"));
    assertThatThrownBy(() -> request(Arms.varied(List.of(FIRST), List.of(grid)), List.of()))
        .hasMessageContaining("the same for all arms");
    assertThatThrownBy(
            () -> request(List.of(FIRST, ArmSpec.parse("sorted/identity")), List.of(grid)))
        .hasMessageContaining("--grid")
        .hasMessageContaining("the same for all arms");
  }

  @Test
  void armsThatTrainTheSameAreTakenOnceHoweverTheyAreWritten() {
    List<String> notes = new ArrayList<>();
    List<ArmSpec> arms =
        Arms.distinct(
            List.of(FIRST, ArmSpec.parse("sorted/user"), ArmSpec.parse("sorted/identity+user")),
            RunConfig.defaults(),
            Set.of(),
            notes::add);
    assertThat(arms).extracting(ArmSpec::name).containsExactly("iid/identity", "sorted/user");
    assertThat(notes).singleElement().asString().contains("its settings are those of sorted/user");
  }

  @Test
  void variantsFollowTheirArm() {
    assertThat(
            Arms.varied(
                List.of(FIRST),
                List.of(
                    new Grid("dim", List.of("4", "8")),
                    new Grid("masks", List.of("user", "none")))))
        .extracting(ArmSpec::name)
        .containsExactly(
            "iid/identity",
            "iid/identity;dim=4;masks=user",
            "iid/identity;dim=4;masks=none",
            "iid/identity;dim=8;masks=user",
            "iid/identity;dim=8;masks=none");
  }

  private static CompareRequest request(List<ArmSpec> arms, List<Grid> grid) {
    return new CompareRequest(
        arms,
        Set.of(),
        List.of(1L),
        RunConfig.defaults(),
        grid,
        Metric.parse("recall@20"),
        Split.TEST,
        0,
        Comparison.Pairing.ALL,
        0);
  }
}
