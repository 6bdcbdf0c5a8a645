package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CausesTest {
  private static SampleStudy study;

  @BeforeAll
  static void makeStudy() {
    study = new SampleStudy();
  }

  private static Report report(String... namesAndLifts) {
    List<ArmRuns> arms = new ArrayList<>();
    for (int i = 0; i < namesAndLifts.length; i += 2) {
      arms.add(study.arm(namesAndLifts[i], Double.parseDouble(namesAndLifts[i + 1]), 1000, 3));
    }
    return study.curve(arms);
  }

  @Test
  void leadsFromSortedToTheReferenceThroughTheMaskAndThePool() {
    Report report =
        report(
            "iid/identity", "0.5",
            "iid/identity+user", "0.5",
            "sorted/identity", "0.35",
            "sorted/identity+user", "0.42");
    List<Causes.Chain> chains = Causes.of(report);
    assertThat(chains).hasSize(1);
    List<Causes.Step> steps = chains.get(0).steps();
    assertThat(steps).hasSize(3);
    assertThat(steps.get(0).what()).startsWith("same-user false negatives (");
    assertThat(steps.get(0).from()).isEqualTo("sorted/identity");
    assertThat(steps.get(0).to()).isEqualTo("sorted/identity+user");
    assertThat(steps.get(0).verdict()).isEqualTo(Verdict.BETTER);
    assertThat(steps.get(1).what()).startsWith("pool and order (");
    // The report has this pair the other way round: sorted is worse than shuffled.
    assertThat(steps.get(1).from()).isEqualTo("sorted/identity+user");
    assertThat(steps.get(1).to()).isEqualTo("iid/identity+user");
    assertThat(steps.get(1).verdict()).isEqualTo(Verdict.BETTER);
    assertThat(steps.get(1).low()).isPositive().isLessThan(steps.get(1).relative());
    assertThat(steps.get(1).high()).isGreaterThan(steps.get(1).relative());
    assertThat(steps.get(2).what()).startsWith("the masks on shuffled rows");
    assertThat(steps.get(2).verdict()).isEqualTo(Verdict.EQUIVALENT);

    double iid = report.arms().get(0).metrics().get("recall@20").mean();
    double sorted = report.arms().get(2).metrics().get("recall@20").mean();
    double sum = steps.stream().mapToDouble(Causes.Step::relative).sum();
    assertThat(sum).isCloseTo((iid - sorted) / iid, within(1e-12));
    assertThat(chains.get(0).summary())
        .startsWith("From sorted/identity to iid/identity, the change in recall@20 is +")
        .contains(Numbers.signedPercent(sum), "better", ", by way of identity+user");
  }

  @Test
  void goesThroughBuffersAndSaysWhatStaysTogether() {
    List<Causes.Chain> chains =
        Causes.of(
            report(
                "iid/identity", "0.5",
                "sorted/identity", "0.35",
                "requests:300/identity+engaged", "0.45",
                "requests:30/identity+engaged", "0.42",
                "sorted/identity+engaged", "0.4"));
    assertThat(chains).hasSize(1);
    assertThat(chains.get(0).steps())
        .extracting(Causes.Step::to)
        .containsExactly(
            "sorted/identity+engaged",
            "requests:30/identity+engaged",
            "requests:300/identity+engaged",
            "iid/identity");
    assertThat(chains.get(0).steps().get(0).what()).startsWith("false negatives, same-user and");
    assertThat(chains.get(0).steps().get(3).what())
        .contains("an arm iid/identity+engaged would tell them apart");
  }

  @Test
  void saysNothingThatTheArmsDoNotShow() {
    // No sorted arm under the reference's mask; another batch size; a reference that is not IID.
    assertThat(Causes.of(report("iid/identity", "0.5", "sorted/identity+user", "0.4"))).isEmpty();
    assertThat(
            Causes.of(
                report(
                    "iid/identity", "0.5",
                    "sorted/identity;batchSize=64", "0.4",
                    "sorted/identity+user;batchSize=64", "0.4")))
        .isEmpty();
    assertThat(
            Causes.of(
                report(
                    "sorted/identity", "0.4",
                    "sorted/identity+user", "0.4",
                    "iid/identity", "0.5")))
        .isEmpty();
  }
}
