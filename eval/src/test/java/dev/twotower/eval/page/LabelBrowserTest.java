package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.SampleStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels of charts of few and many arms in a real browser. Skipped where there is none. */
class LabelBrowserTest {
  @TempDir static Path directory;
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.start();
    SampleStudy study = new SampleStudy();
    ReportFiles.write(study.report("demo", study.arms(3)), directory);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"600, 4", "600, 19", "1000, 19", "1200, 4", "1200, 19"})
  void noLabelOverlapsAnother(int width, int arms) throws IOException {
    Path folder = arms > 4 ? large(arms) : directory;
    browser.inWindow(
        width,
        folder.resolve(ReportFiles.HTML),
        driver -> {
          browser.screenshot("report-%d-%d.png".formatted(arms, width));
          assertThat(browser.faults(PageFaults.OVERLAPS)).isEmpty();
          assertThat(browser.faults(PageFaults.CLIPPED)).isEmpty();
          browser.assertChartsAreDrawn();
        });
  }

  private static Path large(int arms) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("many"));
    if (!Files.exists(folder.resolve(ReportFiles.HTML))) {
      SampleStudy study = new SampleStudy();
      List<ArmRuns> many = study.manyArms();
      assertThat(many).hasSize(arms);
      ReportFiles.write(study.curve(many), folder);
    }
    return folder;
  }
}
