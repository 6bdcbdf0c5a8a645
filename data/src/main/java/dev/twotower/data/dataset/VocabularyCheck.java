package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.nio.file.Path;

/** Compares what the manifest says of vocabularies with vocabulary.arrow. */
final class VocabularyCheck {
  private final Path directory;
  private final TextColumn columns;
  private final Blocks.Ints codes;
  private final long rows;

  VocabularyCheck(Path directory, ArrowFile file) {
    this.directory = directory;
    this.columns = new TextColumn(file, "column");
    this.codes = Blocks.ints(file, "code");
    this.rows = file.rows();
  }

  /**
   * Checks that one vocabulary starts with code 0 and ends with its last code.
   *
   * @param field the vocabulary's place in the manifest
   * @param column its name in the file
   * @throws BadDataException naming the field that does not fit
   */
  void require(String field, String column, int cardinality, long start) {
    if (!holds(start, column, 0)) {
      throw ManifestChecks.wrong(
          directory,
          field + ".vocabularyStart",
          start,
          "the row of %s that holds code 0 of '%s'".formatted(VocabularyOutput.FILE_NAME, column));
    }
    if (!holds(start + cardinality - 1, column, cardinality - 1)
        || holds(start + cardinality, column, cardinality)) {
      int found = 1;
      while (holds(start + found, column, found)) {
        found++;
      }
      throw ManifestChecks.wrong(
          directory,
          field + ".cardinality",
          cardinality,
          "%d, the codes of '%s' in %s".formatted(found, column, VocabularyOutput.FILE_NAME));
    }
  }

  private boolean holds(long row, String column, int code) {
    return row < rows && codes.get(row) == code && columns.get(row).equals(column);
  }
}
