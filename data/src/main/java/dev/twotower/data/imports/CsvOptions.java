package dev.twotower.data.imports;

import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.message.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a request says of csv files, checked before any is read. */
final class CsvOptions {
  /** Formats whose files are written in one way. */
  private static final Set<ImportFormat> KNOWN =
      Set.of(ImportFormat.MOVIELENS, ImportFormat.LIGHTGCN);

  /** What decimals may follow. */
  private static final List<String> DECIMALS = List.of(".", ",");

  private CsvOptions() {}

  /**
   * Notes what is wrong, an option each.
   *
   * @param otherFiles whether files beside the log are named, which the options may be for
   */
  static void check(
      Problems problems,
      ImportFormat format,
      boolean otherFiles,
      Optional<String> delimiter,
      List<String> encodings,
      String decimal,
      boolean header,
      List<String> names) {
    problems.parse(() -> Encodings.parse(encodings));
    problems.require(
        DECIMALS.contains(decimal), "--decimal is '%s'; allowed: %s", decimal, DECIMALS);
    if (delimiter.filter(String::isEmpty).isPresent()) {
      problems.add("--delimiter: received ''; allowed: the text between two fields, such as ';'");
    }
    if (delimiter.filter(text -> text.matches("(?s).*[\"\\n\\r].*")).isPresent()) {
      problems.add(
          "--delimiter: received '%s'; allowed: text without quotes and ends of lines, such as ';'"
              .formatted(delimiter.get()));
    }
    if (names.contains("") || new HashSet<>(names).size() < names.size()) {
      problems.add(
          "--header is %s; allowed: a name for each column of the log, each once"
              .formatted(String.join(",", names)));
    }
    if (!KNOWN.contains(format)) {
      return;
    }
    if (!names.isEmpty()) {
      problems.add("--header: the columns of a %s log are known; leave it out".formatted(format));
    }
    if (!otherFiles) {
      delimiter.ifPresent(text -> problems.add(unused("--delimiter", text, format)));
      encodings.stream()
          .filter(text -> !text.equals(TextFile.UTF_8))
          .forEach(text -> problems.add(unused("--encoding", text, format)));
      if (!decimal.equals(".")) {
        problems.add(unused("--decimal", decimal, format));
      }
      if (!header) {
        problems.add(
            "--no-header: how the files of a %s log begin is known; leave it out"
                .formatted(format));
      }
    }
  }

  private static String unused(String option, String received, ImportFormat format) {
    return "%s: received '%s'; the format of a %s log is known, so this would change nothing; leave it out, or import the log as a table"
        .formatted(option, received, format);
  }
}
