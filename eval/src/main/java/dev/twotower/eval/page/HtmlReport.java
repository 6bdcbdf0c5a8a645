package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;

/** {@code report.html}: one self-contained page (package description). */
public final class HtmlReport {
  private static final String CHART_JAR = "/META-INF/maven/org.webjars/echarts/pom.properties";
  private static final String CHART_LIBRARY =
      "/META-INF/resources/webjars/echarts/%s/echarts.min.js";

  /** Nothing may be fetched, even if a name in the data asks for it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
          + " base-uri 'none'; form-action 'none'";

  private HtmlReport() {}

  /** The page as text. */
  public static String of(Report report) {
    Sections sections = new Sections(report);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="%s">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <link rel="icon" href="data:,">
        <style>
        %s
        </style>
        </head>
        <body>
        <main data-readable-arms="%d">
        %s
        </main>
        <script type="application/json" id="report-data">%s</script>
        <script>
        %s
        </script>
        <script>
        %s
        </script>
        </body>
        </html>
        """
        .formatted(
            POLICY,
            Html.escape("Layouts and masks on " + report.dataset()),
            resource("report.css"),
            Sections.READABLE_ARMS,
            sections.all(),
            Html.escapeJson(ReportFiles.json(SharedSettings.without(report))),
            script(chartLibrary()),
            script(resource("report.js")));
  }

  /** A script's text may not hold the characters that end its element. */
  private static String script(String text) {
    return text.replace("</script", "<\\/script").replace("</SCRIPT", "<\\/SCRIPT");
  }

  private static String chartLibrary() {
    Properties properties = new Properties();
    try (InputStream in = open(CHART_JAR)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return resource(String.format(Locale.ROOT, CHART_LIBRARY, properties.getProperty("version")));
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = HtmlReport.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(
          name + " is not on the class path; it belongs to twotower-eval or org.webjars:echarts");
    }
    return in;
  }
}
