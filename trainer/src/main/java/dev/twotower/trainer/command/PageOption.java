package dev.twotower.trainer.command;

import dev.twotower.data.disk.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** A page beside the answer, for a browser. */
final class PageOption {
  @Option(
      names = "--html",
      order = 80,
      paramLabel = "FILE",
      description =
          "Also write a page for a browser, with the answer, a chart and the tables; an earlier"
              + " FILE is replaced.")
  private Optional<Path> html = Optional.empty();

  /** Refuses a place where no page can be written, before the work for it. */
  void check() {
    check(Optional.empty());
  }

  /**
   * The same for a command that makes a folder, in which the page may lie.
   *
   * @param out the folder, there or not
   */
  void check(Path out) {
    check(Optional.of(out.toAbsolutePath().normalize()));
  }

  private void check(Optional<Path> made) {
    if (html.isEmpty()) {
      return;
    }
    Path file = html.get();
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw new IllegalArgumentException(
          "--html: received '%s'; allowed: a file ending in .html".formatted(file));
    }
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "--html: '%s' is a directory; allowed: a file ending in .html".formatted(file));
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (made.filter(folder::equals).isPresent() && !Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          "--html: '%s' cannot be written: '%s' is no directory that can be written to"
              .formatted(file, folder));
    }
  }

  /** Writes the page, where one is asked for. */
  void write(Supplier<String> page) throws IOException {
    if (html.isPresent()) {
      Durable.replace(html.get(), page.get());
    }
  }

  /** Where the page is, as further lines of the answer; empty without one. */
  String told() {
    String end = System.lineSeparator();
    return html.map(file -> end + end + "page: " + file).orElse("");
  }
}
