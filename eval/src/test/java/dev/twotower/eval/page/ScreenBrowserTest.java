package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.SampleStudy;
import dev.twotower.eval.comparison.TradeOff;
import dev.twotower.eval.page.Browser.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** Pages in a real browser at every width that people have. Skipped where there is none. */
@ExtendWith(Browser.Shared.class)
class ScreenBrowserTest {
  private static final String REPORTS = "twotower.reports";

  private static final String SHEET = "sheet.html";

  @TempDir static Path directory;
  private static Browser browser;

  @BeforeAll
  static void open(Browser shared) throws IOException {
    browser = shared;
    SampleStudy study = new SampleStudy();
    ReportFiles.write(study.report("<b>demo</b> & \"friends\"", study.arms(3)), directory);
    Files.writeString(directory.resolve(SHEET), sheet().html());
  }

  /** With names as long as a command's are, and some that are no markup. */
  private static Sheet sheet() {
    List<Sheet.Bar> bars = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < 24; row++) {
      String name = "requests:100000:8, B=%d, identity+user+context:<b>hour</b>".formatted(row);
      bars.add(new Sheet.Bar(name, List.of(0.01 * row, 0.3 / (1 + row)), "32.7 %: 24.3 and 8.4 %"));
      rows.add(List.of(name, "1,024", "32.7 %", "24.3 %", "8.4 %", "113.2", "1021.5", "4.77"));
    }
    return new Sheet("Negatives in", "<i>log</i>", "32.7 % are false.", "Every batch; `seed` 1.")
        .answer("Which mask helps?", "`user` removes the same user's rows, 1 < 2.")
        .bars("Share that is false", List.of("the same user's", "collisions"), bars)
        .section(
            "all",
            "All combinations",
            "One a row.",
            List.of("Use `engaged`."),
            new Sheet.Table(
                List.of("setting", "batch", "false", "same", "other", "users", "valid", "rows"),
                rows));
  }

  /** Colours do not depend on the width, nor the layout on colours. */
  @Test
  void aReportFitsEveryScreen() throws IOException {
    List<Screen> screens =
        Screen.of(
            "360 light",
            "600 light",
            "768 light",
            "1200 light",
            "1280 light",
            "2560 light",
            "2560 dark",
            "360 dark");
    fits(ReportFiles.HTML, screens);
  }

  @Test
  void aSheetFitsEveryScreen() throws IOException {
    fits(SHEET, Screen.of("360 dark", "768 light", "1280 dark", "2560 light"));
  }

  private static void fits(String page, List<Screen> screens) throws IOException {
    browser.onScreens(
        directory.resolve(page),
        screens,
        screen -> {
          assertThat(browser.driver().findElements(By.cssSelector("main b, main i"))).isEmpty();
          browser.assertReadable(page + " at " + screen);
          browser.assertChartsAreDrawn();
        });
  }

  /** Where all batches are of one kind, layouts have no charts, and those after them are drawn. */
  @Test
  void aReportOnSettingsDrawsItsCharts() throws IOException {
    SampleStudy study = new SampleStudy();
    List<ArmRuns> arms =
        List.of(
            study.arm("plain=iid/identity", 0.5, 1, 2),
            study.arm("wide=iid/identity;dim=8", 0.6, 1, 2));
    Path folder = directory.resolve("settings");
    List<TradeOff> points = Comparison.tradeOff(arms, SampleStudy.METRIC);
    ReportFiles.write(study.report("log", arms, points), folder);
    browser.console();
    ChromeDriver driver = browser.driver();
    browser.onScreens(
        folder.resolve(ReportFiles.HTML),
        Screen.of("360 dark"),
        screen -> {
          assertThat(browser.console()).isEmpty();
          assertThat(driver.findElements(By.id("trade-map"))).isEmpty();
          assertThat(driver.findElements(By.cssSelector("#slices-chart svg"))).isNotEmpty();
          assertThat(browser.faults(PageFaults.BEYOND)).isEmpty();
          assertThat(browser.faults(PageFaults.CONTRAST)).isEmpty();
        });
  }

  /** Reports of real studies, checked where somebody names them. */
  @Test
  void nothingIsWrongWithTheReportsNamed() throws IOException {
    String named = System.getProperty(REPORTS);
    assumeTrue(named != null, "no reports of one's own named: -D" + REPORTS + "=FOLDER[,FOLDER..]");
    for (String folder : named.split(",")) {
      Path page = Path.of(folder, ReportFiles.HTML);
      assertThat(Files.size(page)).as(folder).isLessThan(5 << 20);
      String address = page.toAbsolutePath().toUri().toString();
      for (Screen screen : Screen.of("600 light", "1000 light", "1200 light")) {
        String where = folder + " at " + screen;
        browser.requests();
        browser.console();
        browser.onScreens(
            page,
            List.of(screen),
            any -> {
              assertThat(browser.console()).as(where).isEmpty();
              assertThat(browser.requests())
                  .as(where)
                  .contains(address)
                  .allMatch(url -> url.equals(address) || url.startsWith("data:"));
              assertThat(browser.driver().findElements(By.cssSelector(".chart")))
                  .as(where)
                  .isNotEmpty();
              browser.assertChartsAreDrawn();
              assertThat(browser.faults(PageFaults.OVERLAPS)).as(where).isEmpty();
              assertThat(browser.faults(PageFaults.CLIPPED)).as(where).isEmpty();
            });
      }
    }
  }
}
