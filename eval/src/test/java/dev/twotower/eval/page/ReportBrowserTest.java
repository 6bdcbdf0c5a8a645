package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.SampleStudy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Opens the page in a real browser. Skipped, with the reason, where there is none. */
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

  private static final String REPORTS = "twotower.reports";

  private static final String SHEET = "sheet.html";

  private static final Logger PROTOCOL_LOG = Logger.getLogger("org.openqa.selenium.devtools");

  @TempDir static Path directory;
  private static ChromeDriver browser;
  private static List<LogEntry> console;
  private static List<String> requests;

  @BeforeAll
  static void open() throws IOException {
    Path chromium = find("chromium", "chromium-browser", "google-chrome");
    Path driver = find("chromedriver");
    assumeTrue(
        chromium != null && driver != null,
        "no browser: chromium and chromedriver are not both on the PATH, so the page was not looked"
            + " at (Debian: apt-get install chromium chromium-driver)");
    // The log is read from the browser itself, so the missing protocol bindings do not matter.
    PROTOCOL_LOG.setLevel(Level.SEVERE);
    SampleStudy study = new SampleStudy();
    ReportFiles.write(study.report("<b>demo</b> & \"friends\"", study.arms(3)), directory);
    Files.writeString(directory.resolve(SHEET), sheet().html());
    browser = new ChromeDriver(service(driver), options(chromium));
    browser.get(directory.resolve(ReportFiles.HTML).toUri().toString());
    awaitCharts();
    console = console();
    requests = requests();
    screenshot();
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

  private static ChromeDriverService service(Path driver) {
    return new ChromeDriverService.Builder()
        .usingDriverExecutable(driver.toFile())
        .usingAnyFreePort()
        .withSilent(true)
        .build();
  }

  private static ChromeOptions options(Path chromium) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--window-size=1280,4200");
    return options;
  }

  private static Path find(String... names) {
    for (String name : names) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }

  private static void awaitCharts() {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end
        && !browser.findElements(By.cssSelector(".chart:not([data-rendered=true])")).isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static List<LogEntry> console() {
    return browser.manage().logs().get(LogType.BROWSER).getAll();
  }

  /** Addresses the page asked for, from the browser's own log. */
  private static List<String> requests() throws IOException {
    List<String> found = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = new ObjectMapper().readTree(entry.getMessage()).get("message");
      if (message.get("method").textValue().equals("Network.requestWillBeSent")) {
        found.add(message.at("/params/request/url").textValue());
      }
    }
    return found;
  }

  /** Left in the build folder for people to look at. */
  private static void screenshot() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "report"));
    Files.write(folder.resolve("report.png"), browser.getScreenshotAs(OutputType.BYTES));
    Files.copy(
        directory.resolve(ReportFiles.HTML),
        folder.resolve("report.html"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
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

  private static final String CLIPPED =
      """
      return Array.from(document.querySelectorAll('.chart')).flatMap(chart => {
        const frame = chart.getBoundingClientRect();
        return Array.from(chart.querySelectorAll('text')).filter(label => {
          const box = label.getBoundingClientRect();
          return box.left < frame.left - 1 || box.right > frame.right + 1
              || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
        }).map(label => chart.id + ': ' + label.textContent);
      });
      """;

  @Test
  void clipsNoLabel() {
    assertThat((List<?>) browser.executeScript(CLIPPED)).isEmpty();
  }

  /** Labels, some of them turned, may touch but not cover each other. */
  private static final String OVERLAPS =
      """
      const corners = (label) => {
        const box = label.getBBox(), to = label.getScreenCTM(), trim = 0.15 * box.height;
        const [x, y, w, h] = [box.x + 1, box.y + trim, box.width - 2, box.height - 2 * trim];
        return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
          .map(([u, v]) => [to.a * u + to.c * v + to.e, to.b * u + to.d * v + to.f]);
      };
      const apart = (a, b) => [a, b].some(box => [0, 1].some(side => {
        const axis = [box[side + 1][0] - box[side][0], box[side + 1][1] - box[side][1]];
        const along = (each) => each.map(([x, y]) => x * axis[0] + y * axis[1]);
        const [one, other] = [along(a), along(b)];
        return Math.max(...one) <= Math.min(...other) || Math.max(...other) <= Math.min(...one);
      }));
      return Array.from(document.querySelectorAll('.chart')).flatMap(chart => {
        const labels = Array.from(chart.querySelectorAll('text')).filter(each => each.textContent.trim());
        const boxes = labels.map(corners);
        return labels.flatMap((label, i) => labels.slice(0, i)
          .filter((other, j) => !apart(boxes[i], boxes[j]))
          .map(other => chart.id + ': ' + label.textContent + ' over ' + other.textContent));
      });
      """;

  @ParameterizedTest
  @CsvSource({"600, 4", "600, 19", "1000, 19", "1200, 4", "1200, 19"})
  void noLabelOverlapsAnother(int width, int arms) throws IOException {
    Path folder = directory;
    if (arms > 4) {
      SampleStudy study = new SampleStudy();
      folder = Files.createDirectories(directory.resolve("many"));
      if (!Files.exists(folder.resolve(ReportFiles.HTML))) {
        List<ArmRuns> many = study.manyArms();
        assertThat(many).hasSize(arms);
        ReportFiles.write(study.curve(many), folder);
      }
    }
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    try {
      browser.manage().window().setSize(new Dimension(width, 4200));
      browser.get(folder.resolve(ReportFiles.HTML).toUri().toString());
      awaitCharts();
      Path target = Files.createDirectories(Path.of("target", "report"));
      Files.write(
          target.resolve("report-%d-%d.png".formatted(arms, width)),
          browser.getScreenshotAs(OutputType.BYTES));
      assertThat((List<?>) browser.executeScript(OVERLAPS)).isEmpty();
      assertThat((List<?>) browser.executeScript(CLIPPED)).isEmpty();
      // No section is a heading alone.
      for (WebElement chart : browser.findElements(By.cssSelector(".chart"))) {
        assertThat(chart.findElements(By.cssSelector("svg path")).size()).isGreaterThan(5);
      }
    } finally {
      browser.close();
      browser.switchTo().window(first);
      browser.manage().window().setSize(new Dimension(1280, 4200));
    }
  }

  /** Whatever is wider than the page, or than the box it stands in, as text. */
  private static final String BEYOND =
      """
      document.querySelectorAll('details').forEach(details => { details.open = true; });
      window.dispatchEvent(new Event('resize'));
      const page = document.documentElement;
      const wide = page.scrollWidth > page.clientWidth ? ['the page'] : [];
      document.querySelectorAll('.scroll').forEach(box => {
        if (box.scrollWidth > box.clientWidth) wide.push('table: ' + box.textContent.slice(0, 60));
      });
      document.querySelectorAll('h1, h2, p, li, dt, dd, td, tbody th, summary, button').forEach(each => {
        const box = each.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > page.clientWidth + 1)) wide.push(each.tagName + ': ' + each.textContent.slice(0, 60));
      });
      document.querySelectorAll('td').forEach(cell => {
        const lines = document.createRange();
        lines.selectNodeContents(cell);
        const interval = /^[^a-z]* to [^a-z]*$/.test(cell.textContent);
        if (interval && new Set(Array.from(lines.getClientRects(), (r) => Math.round(r.top))).size > 1) wide.push('broken: ' + cell.textContent);
      });
      return wide;
      """;

  private static final String CONTRAST =
      """
      const parts = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
      const light = (colour) => parts(colour).map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4)))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (each) => {
        for (; each; each = each.parentElement) {
          const colour = getComputedStyle(each).backgroundColor;
          if (!/, 0\\)$/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
      };
      return Array.from(document.querySelectorAll('h1, p, dd, dt, td, th, figcaption, summary, [class^=verdict]')).filter(each => {
        const [a, b] = [light(getComputedStyle(each).color), light(ground(each))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
      }).map(each => each.tagName + '.' + each.className + ' ' + getComputedStyle(each).color + ' on ' + ground(each));
      """;

  @ParameterizedTest
  @CsvSource({
    "report.html, 360, light",
    "report.html, 360, dark",
    "report.html, 768, light",
    "report.html, 768, dark",
    "report.html, 1280, light",
    "report.html, 1280, dark",
    "report.html, 2560, light",
    "report.html, 2560, dark",
    "sheet.html, 360, dark",
    "sheet.html, 768, light",
    "sheet.html, 1280, dark",
    "sheet.html, 2560, light"
  })
  void fitsEveryScreen(String page, int width, String scheme) throws IOException {
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    try {
      browser.executeCdpCommand(
          "Emulation.setDeviceMetricsOverride",
          Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
      browser.executeCdpCommand(
          "Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
      browser.get(directory.resolve(page).toUri().toString());
      awaitCharts();
      assertThat(browser.findElements(By.cssSelector("main b, main i"))).isEmpty();
      Path target = Files.createDirectories(Path.of("target", "report"));
      Files.write(
          target.resolve("%s-%d-%s.png".formatted(page, width, scheme)),
          browser.getScreenshotAs(OutputType.BYTES));
      assertThat((List<?>) browser.executeScript(BEYOND)).isEmpty();
      assertThat((List<?>) browser.executeScript(CONTRAST)).isEmpty();
      assertThat((List<?>) browser.executeScript(OVERLAPS)).isEmpty();
      assertThat((List<?>) browser.executeScript(CLIPPED)).isEmpty();
    } finally {
      browser.close();
      browser.switchTo().window(first);
    }
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

  /** Reports of real studies, checked where somebody names them. */
  @Test
  void nothingIsWrongWithTheReportsNamed() throws IOException {
    String named = System.getProperty(REPORTS);
    assumeTrue(named != null, "no reports of one's own named: -D" + REPORTS + "=FOLDER[,FOLDER..]");
    String first = browser.getWindowHandle();
    for (String folder : named.split(",")) {
      Path page = Path.of(folder, ReportFiles.HTML);
      assertThat(Files.size(page)).as(folder).isLessThan(5 << 20);
      String address = page.toAbsolutePath().toUri().toString();
      for (int width : new int[] {600, 1000, 1200}) {
        browser.switchTo().newWindow(WindowType.TAB);
        try {
          browser.manage().window().setSize(new Dimension(width, 4200));
          requests();
          console();
          browser.get(address);
          awaitCharts();
          String where = folder + " at " + width;
          assertThat(console()).as(where).isEmpty();
          assertThat(requests())
              .as(where)
              .contains(address)
              .allMatch(url -> url.equals(address) || url.startsWith("data:"));
          assertThat(browser.findElements(By.cssSelector(".chart"))).as(where).isNotEmpty();
          for (WebElement chart : browser.findElements(By.cssSelector(".chart"))) {
            assertThat(chart.findElements(By.cssSelector("svg path")).size())
                .as(where)
                .isGreaterThan(5);
          }
          assertThat((List<?>) browser.executeScript(OVERLAPS)).as(where).isEmpty();
          assertThat((List<?>) browser.executeScript(CLIPPED)).as(where).isEmpty();
        } finally {
          browser.close();
          browser.switchTo().window(first);
          browser.manage().window().setSize(new Dimension(1280, 4200));
        }
      }
    }
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
