package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.masking.MaskSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTextTest {
  @ParameterizedTest
  @CsvSource({
    "1, 400, false", // One item is found by every ranking of one item.
    "20, 400, false",
    "21, 29, false",
    "21, 30, true",
    "300, 400, true"
  })
  void showsSlicesThatCanTellSomething(int items, int users, boolean shown) {
    String text = ReportText.of(report(items, users), Path.of("out"));
    if (shown) {
      assertThat(text)
          .contains("among:cold: %d items, %d users".formatted(items, users))
          .contains("among:cold recall@20", "items:cold recall@20")
          .contains("among:warm: 1,000 items, 400 users");
    } else {
      assertThat(text).doesNotContain("among:cold", "items:cold");
      assertThat(text.contains("among:warm")).isEqualTo(items > 20);
    }
  }

  private static Report report(int items, int users) {
    Estimate estimate = new Estimate(0.5, 0.4, 0.6, List.of(0.5));
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    metrics.put("recall@20", estimate);
    for (String slice : List.of("among:warm", "among:cold", "items:cold")) {
      metrics.put(slice + " recall@20", estimate);
    }
    Map<String, Double> means = Map.of("recall@20", 0.5);
    List<Report.Slice> slices =
        List.of(
            new Report.Slice("items:cold", users, items, means),
            new Report.Slice("among:warm", 400, 1000, means),
            new Report.Slice("among:cold", users, items, means));
    Report.Arm arm =
        new Report.Arm(
            "iid/identity",
            Layout.IID,
            MaskSet.parse("identity"),
            Map.of(),
            metrics,
            null,
            1000,
            null,
            null,
            slices,
            List.of(),
            List.of(),
            Map.of());
    return new Report(
        "log",
        List.of(1L),
        List.of(arm),
        List.of(),
        "recall@20",
        "test",
        0.01,
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }
}
