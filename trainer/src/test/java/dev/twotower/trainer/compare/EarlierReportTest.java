package dev.twotower.trainer.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlierReportTest {
  private static final List<String> ARMS = List.of("iid/identity", "sorted/identity;dim=4");

  @TempDir Path out;

  @Test
  void thereIsNoneWhereNothingWasCompared() throws IOException {
    assertThat(EarlierReport.in(out)).isEmpty();
    assertThat(EarlierReport.in(out.resolve("absent"))).isEmpty();
  }

  @Test
  void itsArmsComeFirstAndNewOnesAfterThem() throws IOException {
    EarlierReport earlier = written();
    assertThat(earlier.arms()).isEqualTo(ARMS);
    assertThat(earlier.with(Stream.of("iid/user", "iid/identity").map(ArmSpec::parse).toList()))
        .extracting(ArmSpec::name)
        .containsExactly("iid/identity", "sorted/identity;dim=4", "iid/user");
  }

  @Test
  void neitherArmsNorSeedsNorTheGridMayGo() throws IOException {
    EarlierReport earlier = written();
    earlier.requireKept(request(ARMS, List.of(1L, 2L, 3L), List.of()));
    assertThatThrownBy(
            () ->
                earlier.requireKept(
                    request(List.of("iid/identity", "iid/user"), List.of(1L, 2L), List.of())))
        .hasMessageContaining("leave out sorted/identity;dim=4");
    assertThatThrownBy(() -> earlier.requireKept(request(ARMS, List.of(1L), List.of())))
        .hasMessageContaining("over seeds [1, 2]");
    assertThatThrownBy(
            () ->
                earlier.requireSameGrid(
                    request(
                        ARMS, List.of(1L, 2L), List.of(Grid.parse("loss.temperature=0.1,0.2")))))
        .hasMessageContaining("grid: none");
  }

  @Test
  void aDamagedReportIsNamed() throws IOException {
    written();
    Path file = out.resolve(ReportFiles.JSON);
    Files.writeString(file, Files.readString(file).replace("\"dataset\"", "\"datasex\""));
    assertThatThrownBy(() -> EarlierReport.in(out))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file.toString());
  }

  private EarlierReport written() throws IOException {
    ReportFiles.write(
        new Report(
            "log",
            List.of(1L, 2L),
            ARMS.stream().map(EarlierReportTest::arm).toList(),
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
            Map.of()),
        out);
    return EarlierReport.in(out).orElseThrow();
  }

  private static Report.Arm arm(String name) {
    ArmSpec spec = ArmSpec.parse(name);
    Estimate estimate = new Estimate(0.5, 0.4, 0.6, List.of(0.5, 0.5));
    return new Report.Arm(
        name,
        spec.layout(),
        spec.masks(),
        spec.settings(),
        Map.of("recall@20", estimate),
        null,
        1,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        Map.of());
  }

  private static CompareRequest request(List<String> arms, List<Long> seeds, List<Grid> grid) {
    return new CompareRequest(
        arms.stream().map(ArmSpec::parse).toList(),
        Set.of(),
        seeds,
        RunConfig.defaults(),
        grid,
        Metric.parse("recall@20"),
        Split.TEST,
        0,
        Comparison.Pairing.ALL,
        0);
  }
}
