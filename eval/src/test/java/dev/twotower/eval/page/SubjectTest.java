package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SampleStudy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
  private static final SampleStudy STUDY = new SampleStudy();

  private static Report report(String... arms) {
    return STUDY.report("log", Arrays.stream(arms).map(arm -> STUDY.arm(arm, 0.5, 1, 1)).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "iid/identity, sorted/identity, Layouts and masks",
    "iid/identity;batchSize=64, sorted/identity;batchSize=128, Layouts and masks",
    "iid/identity, sorted/identity;dim=8, 'Layouts, masks and settings'",
    "iid/identity;batchSize=64, iid/identity;batchSize=128, Settings",
    "iid/identity, iid/identity;item.features=[id;price], Settings",
    "iid/identity, iid/identity;user.history.length=50, Features",
    "iid/identity;item.idDropout=0.1, iid/identity;user.features=[id], Features"
  })
  void namesWhatArmsDifferIn(String one, String other, String subject) {
    String shown = other.replace("[id;price]", "[id];dim=8");
    assertThat(Subject.of(report(one, shown))).isEqualTo(subject);
  }

  /** Arms that all read rows in one order are no answer about sorted rows. */
  @Test
  void aReportOnSettingsSaysHowSureItIsAndWhatWouldTellMore() {
    Report report =
        STUDY.report(
            "log",
            List.of(
                STUDY.arm("plain=iid/identity", new double[] {0.5, 0.6}, 1),
                STUDY.arm("more=iid/identity;user.features=[id,age]", new double[] {0.6, 0.5}, 1)));
    assertThat(ShortAnswer.of(report)).isEmpty();
    String page = HtmlReport.of(report);
    assertThat(page)
        .contains("<title>Features on log</title>", "more is iid/identity;user.features=[id,age]")
        .contains(
            "<dt>How sure is it?</dt><dd>Change of recall@20 from that of plain, over 2 seeds")
        .contains("Difference in recall@20 from <code>plain</code>, with")
        .doesNotContain("shuffled rows, with the interval");
    assertThat(SettingsAnswer.of(report))
        .filteredOn(part -> part.question().equals(ShortAnswer.NEXT))
        .singleElement()
        .satisfies(part -> assertThat(part.answer()).startsWith("more: "));
  }
}
