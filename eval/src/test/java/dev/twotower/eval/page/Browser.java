package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser, with what tests ask of it. Tests with {@link Browser.Shared} get one as a
 * parameter, the same in all classes, as a start takes seconds; they are skipped where there is
 * none.
 */
final class Browser implements AutoCloseable {
  private static final Logger PROTOCOL_LOG = Logger.getLogger("org.openqa.selenium.devtools");

  private static final Path CHROMIUM = find("chromium", "chromium-browser", "google-chrome");

  private static final Path DRIVER = find("chromedriver");

  private static final int WIDTH = 1280;

  private static final int HEIGHT = 4200;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Started for the first class that asks, and closed after the last. */
  static final class Shared implements BeforeAllCallback, ParameterResolver {
    @Override
    public void beforeAll(ExtensionContext context) {
      assumeTrue(
          CHROMIUM != null && DRIVER != null,
          "no browser: chromium and chromedriver are not both on the PATH, so the page was not"
              + " looked at (Debian: apt-get install chromium chromium-driver)");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Browser.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(Browser.class, any -> start(), Browser.class);
    }
  }

  private static Browser start() {
    // The log is read from the browser itself, so the missing protocol bindings do not matter.
    PROTOCOL_LOG.setLevel(Level.SEVERE);
    return new Browser(new ChromeDriver(service(DRIVER), options(CHROMIUM)));
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
    awaitCharts("true");
  }

  /** Fails where a chart is not drawn within half a minute, or the page is not as it says. */
  private void awaitCharts(String condition) {
    driver.executeAsyncScript(
        """
        const done = arguments[0];
        (function look() {
          const waits = document.querySelector('.chart:not([data-rendered=true])');
          if (!waits && (%s)) done(); else setTimeout(look, 20);
        })();
        """
            .formatted(condition));
  }

  /** How wide a screen is, and whether its scheme is light or dark. */
  record Screen(int width, String scheme) {
    /** Of texts such as {@code "360 dark"}. */
    static List<Screen> of(String... texts) {
      return Stream.of(texts)
          .map(text -> text.split(" "))
          .map(parts -> new Screen(Integer.parseInt(parts[0]), parts[1]))
          .toList();
    }

    @Override
    public String toString() {
      return width + " " + scheme;
    }
  }

  /** What is done on a screen. */
  interface Look {
    void at(Screen screen) throws IOException;
  }

  /**
   * Looks at a page in a tab of its own, loaded on the first screen and then moved to each of the
   * others: it has to draw itself anew there, which is what it does for a reader, too.
   */
  void onScreens(Path page, List<Screen> screens, Look look) throws IOException {
    inTab(
        () -> {
          Screen before = screens.get(0);
          width(before.width());
          scheme(before.scheme());
          open(page);
          look.at(before);
          for (Screen screen : screens.subList(1, screens.size())) {
            if (screen.width() != before.width()) {
              undrawn();
              width(screen.width());
              awaitCharts("innerWidth === " + screen.width());
            }
            if (!screen.scheme().equals(before.scheme())) {
              undrawn();
              scheme(screen.scheme());
              awaitCharts(
                  "matchMedia('(prefers-color-scheme: %s)').matches".formatted(screen.scheme()));
            }
            look.at(screen);
            before = screen;
          }
        });
  }

  private void width(int width) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  private void scheme(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Forgets that charts are drawn, so that those drawn next are waited for. */
  private void undrawn() {
    driver.executeScript(
        "document.querySelectorAll('.chart').forEach(c => c.removeAttribute('data-rendered'))");
  }

  /** Looks at a page as it is printed on A4 paper with the browser's margins. */
  void onPaper(Path page, Look look) throws IOException {
    inTab(
        () -> {
          width(718);
          driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
          open(page);
          look.at(new Screen(718, "paper"));
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private void inTab(Work work) throws IOException {
    String first = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    try {
      work.run();
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

  /** Fails where something on the page that is open cannot be read. */
  void assertReadable(String at) throws IOException {
    screenshot(at + ".png");
    assertThat(faults(PageFaults.BEYOND)).as(at).isEmpty();
    assertThat(faults(PageFaults.CONTRAST)).as(at).isEmpty();
    assertThat(faults(PageFaults.OVERLAPS)).as(at).isEmpty();
    assertThat(faults(PageFaults.CLIPPED)).as(at).isEmpty();
  }

  /** No chart is a heading alone. */
  void assertChartsAreDrawn() {
    assertThat(faults(PageFaults.EMPTY)).isEmpty();
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
