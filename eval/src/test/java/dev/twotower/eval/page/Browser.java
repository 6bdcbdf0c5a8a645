package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
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

/**
 * A real browser, with what tests ask of it. Tests that start one are skipped where there is none.
 */
final class Browser implements AutoCloseable {
  private static final Logger PROTOCOL_LOG = Logger.getLogger("org.openqa.selenium.devtools");

  private static final int WIDTH = 1280;

  private static final int HEIGHT = 4200;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start() {
    Path chromium = find("chromium", "chromium-browser", "google-chrome");
    Path driver = find("chromedriver");
    assumeTrue(
        chromium != null && driver != null,
        "no browser: chromium and chromedriver are not both on the PATH, so the page was not looked"
            + " at (Debian: apt-get install chromium chromium-driver)");
    // The log is read from the browser itself, so the missing protocol bindings do not matter.
    PROTOCOL_LOG.setLevel(Level.SEVERE);
    return new Browser(new ChromeDriver(service(driver), options(chromium)));
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
        "--window-size=%d,%d".formatted(WIDTH, HEIGHT));
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

  /** Opens a page and waits until its charts are drawn. */
  void open(Path page) {
    driver.get(page.toAbsolutePath().toUri().toString());
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end
        && !driver.findElements(By.cssSelector(".chart:not([data-rendered=true])")).isEmpty()) {
      Thread.onSpinWait();
    }
  }

  /** What is done in a tab of its own. */
  interface Look {
    void at(ChromeDriver driver) throws IOException;
  }

  /** Looks at a page in a tab of its own, in a window so wide. */
  void inWindow(int width, Path page, Look look) throws IOException {
    try {
      inTab(() -> driver.manage().window().setSize(new Dimension(width, HEIGHT)), page, look);
    } finally {
      driver.manage().window().setSize(new Dimension(WIDTH, HEIGHT));
    }
  }

  /** Looks at a page in a tab of its own, on a screen so wide, in a light or dark scheme. */
  void onScreen(int width, String scheme, Path page, Look look) throws IOException {
    inTab(
        () -> {
          driver.executeCdpCommand(
              "Emulation.setDeviceMetricsOverride",
              Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
          driver.executeCdpCommand(
              "Emulation.setEmulatedMedia",
              Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        },
        page,
        look);
  }

  /** Looks at a page as it is printed on A4 paper with the browser's margins. */
  void onPaper(Path page, Look look) throws IOException {
    inTab(
        () -> {
          driver.executeCdpCommand(
              "Emulation.setDeviceMetricsOverride",
              Map.of("width", 718, "height", 1047, "deviceScaleFactor", 1, "mobile", false));
          driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        },
        page,
        look);
  }

  private void inTab(Runnable prepare, Path page, Look look) throws IOException {
    String first = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    try {
      prepare.run();
      open(page);
      look.at(driver);
    } finally {
      driver.close();
      driver.switchTo().window(first);
    }
  }

  ChromeDriver driver() {
    return driver;
  }

  /** What one of {@link PageFaults} finds. */
  List<?> faults(String script) {
    return (List<?>) driver.executeScript(script);
  }

  /** No chart is a heading alone. */
  void assertChartsAreDrawn() {
    for (WebElement chart : driver.findElements(By.cssSelector(".chart"))) {
      assertThat(chart.findElements(By.cssSelector("svg path")).size())
          .as(chart.getAttribute("id"))
          .isGreaterThan(5);
    }
  }

  /** Left in the build folder for people to look at. */
  void screenshot(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "report"));
    Files.write(folder.resolve(name), driver.getScreenshotAs(OutputType.BYTES));
  }

  /** What was logged since the last call. */
  List<LogEntry> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll();
  }

  /** Addresses asked for since the last call, from the browser's own log. */
  List<String> requests() throws IOException {
    List<String> found = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = new ObjectMapper().readTree(entry.getMessage()).get("message");
      if (message.get("method").textValue().equals("Network.requestWillBeSent")) {
        found.add(message.at("/params/request/url").textValue());
      }
    }
    return found;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
