package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.SampleStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;

/** What a report shows in a real browser. Skipped, with the reason, where there is none. */
@ExtendWith(Browser.Shared.class)
class ReportBrowserTest {
  private static final List<String> CHARTS =
      List.of(
          "forest",
          "rates",
          "curve-steps",
          "curve-seconds",
          "trade-map",
          "trade-metric",
          "trade-step",
          "trade-false",
          "trade-users",
          "trade-dedup",
          "trade-speed",
          "slices-chart");

  @TempDir static Path directory;
  private static Browser started;
  private static ChromeDriver browser;
  private static List<LogEntry> console;
  private static List<String> requests;

  @BeforeAll
  static void open(Browser shared) throws IOException {
    started = shared;
    browser = started.driver();
    SampleStudy study = new SampleStudy();
    Path page = directory.resolve(ReportFiles.HTML);
    ReportFiles.write(study.report("<b>demo</b> & \"friends\"", study.arms(3)), directory);
    started.console();
    started.requests();
    started.open(page);
    console = started.console();
    requests = started.requests();
    started.screenshot("report.png");
    Files.copy(
        page, Path.of("target", "report", "report.html"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void drawsEveryChart() {
    for (String id : CHARTS) {
      WebElement chart = browser.findElement(By.id(id));
      assertThat(chart.getAttribute("data-rendered")).as(id).isEqualTo("true");
      assertThat(chart.findElements(By.cssSelector("svg path")).size()).as(id).isGreaterThan(5);
      assertThat(chart.getSize().getHeight()).as(id).isGreaterThan(150);
    }
    // One dot for each pair of arms, one bar part for each layout and batch size.
    assertThat(text("forest")).contains("sorted/identity+user").contains("vs iid/identity");
    assertThat(text("rates")).contains("requests:100, B=128").contains("effective users");
    // Labels at powers of two; those of the points have decimals.
    assertThat(text("trade-step").lines().filter(each -> each.matches("1|2|4|8|16|32|64")))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void clipsNoLabel() {
    assertThat(started.faults(PageFaults.CLIPPED)).isEmpty();
  }

  @Test
  void copiesATableAsCsv() {
    WebElement button = browser.findElement(By.cssSelector("#arms .csv"));
    assertThat(button.isDisplayed()).isTrue();
    browser.executeScript(
        "window.copied = null; navigator.clipboard.writeText = (text) => { window.copied = text;"
            + " return Promise.resolve(); }; arguments[0].click();",
        button);
    String csv = (String) browser.executeScript("return window.copied");
    assertThat(csv.lines().findFirst().orElseThrow())
        .startsWith("\"arm\",\"verdict\",\"recall@20\",\"95 % interval\"");
    assertThat(csv.lines().skip(1).findFirst().orElseThrow())
        .startsWith("\"iid/identity\",\"reference\",\"0.");
  }

  private static String text(String id) {
    StringBuilder text = new StringBuilder();
    for (WebElement label : browser.findElement(By.id(id)).findElements(By.tagName("text"))) {
      text.append(label.getAttribute("textContent").replace('\u00a0', ' ')).append('\n');
    }
    return text.toString();
  }

  @Test
  void asksForNothingButItself() {
    assertThat(requests).isNotEmpty();
    assertThat(requests)
        .allSatisfy(url -> assertThat(url).matches("(file|data):.*"))
        .filteredOn(url -> url.startsWith("file:"))
        .containsExactly(directory.resolve(ReportFiles.HTML).toUri().toString());
  }

  @Test
  void leavesTheConsoleEmpty() {
    assertThat(console).extracting(LogEntry::getMessage).isEmpty();
  }

  @Test
  void showsNamesAsTextNotMarkup() {
    assertThat(browser.findElement(By.cssSelector(".kicker")).getText())
        .isEqualTo("Layouts and masks on <b>demo</b> & \"friends\"");
    assertThat(browser.findElements(By.cssSelector("main b"))).isEmpty();
  }

  @Test
  void putsTheVerdictFirstAndTheNumbersWithinReach() {
    assertThat(browser.findElement(By.tagName("h1")).getText())
        .startsWith("Yes, and it is better: train from sorted rows with layout sorted");
    assertThat(browser.findElement(By.cssSelector("#arms p:not(.lead)")).getText())
        .startsWith("Compared with iid/identity");
    assertThat(browser.findElements(By.cssSelector(".answer dt")))
        .extracting(WebElement::getText)
        .containsExactly(
            "May I train from sorted rows?",
            "With which setting?",
            "What do I gain?",
            "How sure is it?");
    for (WebElement details : browser.findElements(By.tagName("details"))) {
      assertThat(details.findElements(By.cssSelector("tbody tr"))).isNotEmpty();
    }
    Object overflow =
        browser.executeScript(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(((Number) overflow).intValue()).isZero();
  }
}
