package dev.twotower.eval.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What all pages share: one file, in one style, that fetches nothing. */
final class Page {
  /** Nothing may be fetched, even if a name in the data asks for it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
          + " base-uri 'none'; form-action 'none'";

  private Page() {}

  /**
   * A page.
   *
   * @param title its title, plain text
   * @param main what is read, markup
   * @param scripts markup after it; empty for none
   */
  static String of(String title, String main, String scripts) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="%s">
    <meta name="color-scheme" content="light dark">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <link rel="icon" href="data:,">
    <style>
    %s
    </style>
    </head>
    <body>
    %s
    %s
    <script>
    %s
    </script>
    </body>
    </html>
    """
        .formatted(
            POLICY, Html.escape(title), resource("report.css"), main, scripts, resource("page.js"));
  }

  static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InputStream open(String name) {
    InputStream in = Page.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(
          name + " is not on the class path; it belongs to twotower-eval or org.webjars:echarts");
    }
    return in;
  }
}
