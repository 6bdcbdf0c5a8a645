package dev.twotower.eval.page;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.json.Json;
import dev.twotower.eval.comparison.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code report.json} and {@code report.html} in a directory. */
public final class ReportFiles {
  public static final String JSON = "report.json";
  public static final String HTML = "report.html";

  private ReportFiles() {}

  /**
   * Writes both files and their seal, in the place of earlier ones: all of them or none, also when
   * the disk is full or the process is killed.
   *
   * @throws dev.twotower.data.disk.WriteFailure naming the file that cannot be written
   */
  public static void write(Report report, Path directory) throws IOException {
    Files.createDirectories(directory);
    Durable.replaceTogether(
        directory, Map.of(JSON, json(report) + "\n", HTML, HtmlReport.of(report)));
  }

  /**
   * Reads {@code report.json} back, for drawing the page again.
   *
   * @throws BadDataException when it is not as it was written
   */
  public static Report read(Path directory) {
    Path file = directory.resolve(JSON);
    String remedy =
        "remove '%s', and compare again: finished runs are not trained again".formatted(file);
    try {
      return Json.TOLERANT.readValue(Seal.of(directory, remedy).bytes(JSON), Report.class);
    } catch (IOException e) {
      throw new BadDataException(
          "%s is no report that this version of twotower reads: %s; %s"
              .formatted(file, e.getMessage(), remedy),
          e);
    }
  }

  public static String json(Report report) {
    try {
      return Json.SHOWN.writeValueAsString(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
