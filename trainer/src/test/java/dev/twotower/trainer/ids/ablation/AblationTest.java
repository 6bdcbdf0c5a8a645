package dev.twotower.trainer.ids.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.TreeConfig.Batches;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AblationTest {
  private static final QuantizeConfig BASE =
      QuantizeConfig.defaults().with("tree.lambda=0.1", "seed=5");

  @Test
  void everyArmComesOnceAndTheOneWithoutTheTreeFirst() {
    AblationRequest request =
        new AblationRequest(
            BASE,
            List.of(0.0, 0.1, 1.0),
            List.of(Batches.HIERARCHICAL, Batches.RANDOM),
            List.of(0.0, 0.4),
            2);
    assertThat(request.arms().stream().map(AblationArm::name))
        .containsExactly(
            "lambda-0",
            "lambda-0.1-hierarchical",
            "lambda-1-hierarchical",
            "lambda-0.1-random",
            "lambda-1-random",
            "lambda-0.1-hierarchical-mislabelled-0.4");
    assertThat(request.seedList()).containsExactly(5L, 6L);
  }

  @Test
  void anArmChangesOnlyWhatItIsAbout() {
    QuantizeConfig config = AblationArm.of(1, Batches.RANDOM, 0.2).apply(BASE);
    assertThat(config)
        .isEqualTo(BASE.with("tree.lambda=1", "tree.batches=random", "tree.mislabelled=0.2"));
  }

  @Test
  void requestsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(
            () -> new AblationRequest(BASE, List.of(-1.0), List.of(Batches.RANDOM), List.of(), 1))
        .hasMessageContaining("tree.lambda");
    assertThatThrownBy(() -> new AblationRequest(BASE, List.of(), List.of(), List.of(), 1))
        .hasMessageContaining("--batches: received none");
    assertThatThrownBy(
            () ->
                new AblationRequest(
                    BASE.with("tree.lambda=0"),
                    List.of(1.0),
                    List.of(Batches.RANDOM),
                    List.of(0.1),
                    1))
        .hasMessageContaining("--mislabelled: received [0.1] with tree.lambda=0");
    assertThatThrownBy(
            () -> new AblationRequest(BASE, List.of(1.0), List.of(Batches.RANDOM), List.of(), 0))
        .hasMessageContaining("--seeds: received 0");
  }

  @Test
  void ratiosAreFormedSeedBySeed() {
    Map<AblationArm, List<Map<String, Double>>> values = new LinkedHashMap<>();
    values.put(
        AblationArm.NO_TREE, List.of(Map.of("m", 1.0, "z", 0.0), Map.of("m", 4.0, "z", 0.0)));
    AblationArm arm = AblationArm.of(1, Batches.RANDOM, 0);
    values.put(arm, List.of(Map.of("m", 2.0, "z", 1.0), Map.of("m", 4.0, "z", 1.0)));
    AblationReport report = AblationReport.of("here", 10, 3, List.of(1L, 2L), values);
    AblationReport.Arm shown = report.arms().get(1);
    // Values 2 and 4: mean 3, standard error 1, t(1 degree, 97.5 %) = 12.706.
    Estimate metric = shown.metrics().get("m");
    assertThat(metric.mean()).isEqualTo(3);
    assertThat(metric.high()).isCloseTo(15.706, within(1e-3));
    // Ratios 2 and 1, where the ratio of the means would be 6/5.
    assertThat(shown.againstNoTree().get("m").mean()).isEqualTo(1.5);
    assertThat(shown.againstNoTree()).doesNotContainKey("z");
  }

  @Test
  void oneSeedHasNoInterval() {
    Estimate one = AblationReport.estimate(List.of(0.5));
    assertThat(one).isEqualTo(new Estimate(0.5, 0.5, 0.5, List.of(0.5)));
  }

  @Test
  void intervalsOfSharesStayWithinTheirRange() {
    Map<AblationArm, List<Map<String, Double>>> values = new LinkedHashMap<>();
    values.put(
        AblationArm.NO_TREE,
        List.of(
            Map.of("utilisation.1", 0.2, "spearman", 0.1, "perplexity.1", 4.0),
            Map.of("utilisation.1", 0.9, "spearman", 0.9, "perplexity.1", 9.0)));
    Map<String, Estimate> metrics =
        AblationReport.of("here", 10, 3, List.of(1L, 2L), values).arms().get(0).metrics();
    assertThat(metrics.get("utilisation.1").low()).isZero();
    assertThat(metrics.get("utilisation.1").high()).isEqualTo(1);
    assertThat(metrics.get("spearman").low()).isEqualTo(-1);
    assertThat(metrics.get("perplexity.1").high()).isGreaterThan(10);
  }
}
