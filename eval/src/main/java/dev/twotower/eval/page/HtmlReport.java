package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** {@code report.html}: one self-contained page (package description). */
public final class HtmlReport {
  private static final String CHART_JAR = "/META-INF/maven/org.webjars/echarts/pom.properties";

  private HtmlReport() {}

  /** The page as text. */
  public static String of(Report report) {
    Sections sections = new Sections(report);
    return Page.of(
        Subject.of(report) + " on " + report.dataset(),
        "<main data-readable-arms=\"%d\">%n%s%n</main>"
            .formatted(Sections.READABLE_ARMS, sections.all()),
        """
        <script type="application/json" id="report-data">%s</script>
        <script>
        %s
        </script>
        <script>
        %s
        </script>
        <script>
        %s
        </script>
        """
            .formatted(
                Html.escapeJson(ReportFiles.json(sections.report())),
                script(chartLibrary()),
                script(Page.resource("chart-kit.js")),
                script(Page.resource("report-charts.js"))));
  }

  /** A script's text may not hold the characters that end its element. */
  private static String script(String text) {
    return text.replace("</script", "<\\/script").replace("</SCRIPT", "<\\/SCRIPT");
  }

  private static String chartLibrary() {
    Properties properties = new Properties();
    try (InputStream in = Page.open(CHART_JAR)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Page.resource(
        "/META-INF/resources/webjars/echarts/"
            + properties.getProperty("version")
            + "/echarts.min.js");
  }
}
