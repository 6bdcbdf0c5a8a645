package dev.twotower.eval.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** {@code report.json} and {@code report.html} in a directory. */
public final class ReportFiles {
  public static final String JSON = "report.json";
  public static final String HTML = "report.html";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ReportFiles() {}

  /** Writes both files; each replaces an earlier one as a whole or not at all. */
  public static void write(Report report, Path directory) {
    try {
      Files.createDirectories(directory);
      replace(directory.resolve(JSON), json(report) + "\n");
      replace(directory.resolve(HTML), HtmlReport.of(report));
    } catch (IOException e) {
      throw new UncheckedIOException("the report cannot be written to " + directory, e);
    }
  }

  /** Reads {@code report.json} back, for drawing the page anew. */
  public static Report read(Path file) {
    try {
      return MAPPER.readValue(Files.readString(file, StandardCharsets.UTF_8), Report.class);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is not a readable report: " + e.getMessage(), e);
    }
  }

  static String json(Report report) {
    try {
      return MAPPER.writeValueAsString(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void replace(Path file, String content) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.writeString(partial, content, StandardCharsets.UTF_8);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
