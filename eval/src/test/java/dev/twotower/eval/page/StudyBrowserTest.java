package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SampleStudy;
import dev.twotower.eval.page.Browser.Screen;
import dev.twotower.eval.tuning.TuneReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of small and large studies, of curves and of searches fit screens and paper. */
@ExtendWith(Browser.Shared.class)
class StudyBrowserTest {
  private static final int LARGE_BYTES = 3 << 20;

  @TempDir static Path directory;
  private static Browser browser;

  @BeforeAll
  static void open(Browser shared) {
    browser = shared;
  }

  /** A page, written when it is first asked for. */
  private static Path page(String name) throws IOException {
    Path page = directory.resolve(name + ".html");
    if (Files.exists(page)) {
      return page;
    }
    if (name.equals("tune")) {
      return Files.writeString(page, TunePage.of(search()));
    }
    SampleStudy study = new SampleStudy();
    Path folder = Files.createDirectories(directory.resolve(name));
    ReportFiles.write(report(name, study), folder);
    return Files.move(folder.resolve(ReportFiles.HTML), page);
  }

  private static Report report(String name, SampleStudy study) {
    return switch (name) {
      case "two" -> study.report(name, study.arms(3).subList(0, 2));
      case "five" -> study.report(name, five(study));
      case "sixty" -> study.report(name, sixty(study));
      case "curve" -> study.curve(study.manyArms());
      case "pieces" -> study.curve(pieces(study));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<ArmRuns> five(SampleStudy study) {
    List<ArmRuns> five = new ArrayList<>(study.arms(3));
    five.add(study.arm("requests:100000:8/identity+user", 0.5, 90_000, 3));
    return five;
  }

  private static List<ArmRuns> sixty(SampleStudy study) {
    List<ArmRuns> arms = new ArrayList<>();
    for (String layout :
        List.of("iid", "sorted", "requests:200", "requests:2000", "requests:99:4")) {
      for (String masks : List.of("identity", "identity+user", "identity+engaged")) {
        for (int batch = 64; batch <= 512; batch *= 2) {
          int n = arms.size();
          String name = "%s/%s;batchSize=%d".formatted(layout, masks, batch);
          arms.add(study.arm(name, 0.4 + 0.003 * n, 40_000 + 900 * n, 1));
        }
      }
    }
    return arms;
  }

  /** Long names of layouts from the left end of an axis on, too many to stand side by side. */
  private static List<ArmRuns> pieces(SampleStudy study) {
    List<ArmRuns> arms = new ArrayList<>();
    for (String buffer : List.of("10000", "100000")) {
      for (int piece : new int[] {1, 2, 3, 4, 8, 16}) {
        int n = arms.size();
        String name = "requests:%s:%d/identity+user;dim=64".formatted(buffer, piece);
        arms.add(study.arm(name, 0.4 + 0.003 * n, 40_000 + 900 * n, 1));
      }
    }
    return arms;
  }

  private static TuneReport search() {
    List<TuneReport.Trial> trials = new ArrayList<>();
    for (int number = 0; number < 30; number++) {
      List<TuneReport.Point> curve = new ArrayList<>();
      for (int epoch = 1; epoch <= 3 + number; epoch++) {
        double value = (0.3 - 0.004 * number) * (1 - Math.exp(-epoch / 3.0));
        curve.add(new TuneReport.Point(epoch, 2.5 * epoch, value));
      }
      TuneReport.Point last = curve.get(curve.size() - 1);
      trials.add(
          new TuneReport.Trial(
              number,
              Map.of("optimizer.tableLearningRate", "0.2", "layout", "requests:100000:8"),
              last.value(),
              last.epoch(),
              last.epoch(),
              last.seconds(),
              true,
              number == 7 ? "a step gave a loss that is no number" : null,
              curve,
              Map.of()));
    }
    trials.sort(TuneReport.BEST_FIRST);
    Map<String, List<String>> space = new LinkedHashMap<>();
    space.put("layout", List.of("requests:100000:1", "requests:100000:8", "requests:100000:16"));
    space.put("optimizer.tableLearningRate", List.of("0.05", "0.1", "0.2", "0.4"));
    return new TuneReport(
        "tune",
        "recall@20",
        "validation",
        trials,
        List.of(new TuneReport.Rung(3, 30), new TuneReport.Rung(9, 10)),
        new TuneReport.Spent(4, 5.0, "what is left is less than another trial is expected to cost"),
        List.of(
            new TuneReport.Effect(
                "optimizer.tableLearningRate",
                0.4,
                List.of(
                    new TuneReport.Level("0.1", 12, 0.25, 0.29),
                    new TuneReport.Level("0.2", 18, 0.27, 0.3)),
                0.08)),
        List.of(new TuneReport.Stop(1.5, 1, 0.25, 0.8), new TuneReport.Stop(4, 0, 0.29, 1)),
        space,
        List.of("The best of 30 trials is flattered by its luck."),
        Map.of("data", "/a/rather/long/path/without/a/single/space/in/it/that/could/break/a/line"));
  }

  @Test
  void aStudyOfSixtyArmsIsSmall() throws IOException {
    assertThat(Files.size(page("sixty"))).isLessThan(LARGE_BYTES);
  }

  /** Some screens for some pages; the nightly build looks at every page on all of them. */
  @ParameterizedTest
  @CsvSource({
    "tune, 360 dark, 2560 light",
    "five, 360 light",
    "pieces, 600 light, 1200 dark",
    "curve, 600 light, 1000 light, 1200 light"
  })
  void fitsScreens(ArgumentsAccessor texts) throws IOException {
    String name = texts.getString(0);
    String[] screens = texts.toList().stream().skip(1).map(Object::toString).toArray(String[]::new);
    fits(name, Screen.of(screens));
  }

  private static void fits(String name, List<Screen> screens) throws IOException {
    browser.onScreens(
        page(name),
        screens,
        screen -> {
          browser.assertReadable(name + " at " + screen);
          browser.assertChartsAreDrawn();
        });
  }

  @ParameterizedTest
  @Tag("nightly")
  @ValueSource(strings = {"two", "five", "sixty", "pieces", "curve", "tune"})
  void fitsScreensAndPaper(String name) throws IOException {
    for (int width : new int[] {360, 768, 1280, 2560}) {
      for (String scheme : List.of("light", "dark")) {
        fits(name, List.of(new Screen(width, scheme)));
      }
    }
    browser.onPaper(page(name), paper -> browser.assertReadable(name + ".html on paper"));
  }
}
