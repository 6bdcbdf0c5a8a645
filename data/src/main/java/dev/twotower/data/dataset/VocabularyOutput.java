package dev.twotower.data.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;

/** Writes vocabulary.arrow: the texts of every coded column, one column after the other. */
final class VocabularyOutput implements AutoCloseable {
  static final String FILE_NAME = "vocabulary.arrow";

  /** Room for texts of 32 kB on average. */
  static final int ROWS_PER_BATCH = 1 << 16;

  private final ArrowFileOutput file;

  VocabularyOutput(OutputFiles output) throws IOException {
    this.file = output.open(FILE_NAME, null, FileColumns.vocabulary(), ROWS_PER_BATCH);
  }

  long rows() {
    return file.rows();
  }

  /**
   * Adds a column's texts for codes 1, 2, ... after the empty text of code 0; returns the count.
   */
  int add(String column, List<String> texts) throws IOException {
    add(column, 0, "");
    int code = 0;
    for (String text : texts) {
      add(column, ++code, text);
    }
    return code + 1;
  }

  /** Adds a coded feature's texts, code 0 included. */
  void add(String column, FeatureColumn feature) throws IOException {
    for (int code = 0; code < feature.cardinality(); code++) {
      add(column, code, feature.text(code));
    }
  }

  private void add(String column, int code, String text) throws IOException {
    ((VarCharVector) file.vector("column"))
        .setSafe(file.slot(), column.getBytes(StandardCharsets.UTF_8));
    ((IntVector) file.vector("code")).setSafe(file.slot(), code);
    ((VarCharVector) file.vector("text"))
        .setSafe(file.slot(), text.getBytes(StandardCharsets.UTF_8));
    file.endRow();
  }

  Manifest.DataFile finish() throws IOException {
    return file.finish();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
