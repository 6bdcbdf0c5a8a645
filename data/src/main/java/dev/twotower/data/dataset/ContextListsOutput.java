package dev.twotower.data.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Writes what the codes of context columns stand for where that is a list: a file for each such
 * column, with a row for each code that holds the codes of its values.
 */
final class ContextListsOutput {
  private final VocabularyOutput vocabulary;
  private final BatchRows.Limit limit;
  private final OutputFiles output;
  private final List<Manifest.ContextList> lists = new ArrayList<>();
  private final List<Manifest.DataFile> files = new ArrayList<>();

  ContextListsOutput(VocabularyOutput vocabulary, BatchRows.Limit limit, OutputFiles output) {
    this.vocabulary = vocabulary;
    this.limit = limit;
    this.output = output;
  }

  /** The file of the n-th column of lists. */
  static String file(int n) {
    return "context-lists-%d.arrow".formatted(n);
  }

  /** The name of their texts in the vocabulary. */
  static String column(String context) {
    return "context-lists." + context;
  }

  /** Writes a column's lists. */
  void add(DatasetSchema.ContextSpec context) throws IOException {
    FeatureColumn values = context.lists().values();
    long start = vocabulary.rows();
    vocabulary.add(column(context.name()), values);
    Manifest.ContextList list =
        new Manifest.ContextList(
            context.name(), context.lists().words(), values.cardinality(), start);
    int codes = context.vocabulary().size() + 1;
    BatchRows rows = new BatchRows(limit);
    for (int code = 0; code < codes; code++) {
      rows.add(Integer.BYTES * (1L + values.codes(code).length));
    }
    List<Field> fields = List.of(FileColumns.feature(list.feature()));
    try (ArrowFileOutput file =
        output.open(file(lists.size()), null, fields, rows.rowsPerBatch())) {
      for (int code = 0; code < codes; code++) {
        EntityOutput.setCodes(
            file.vector(EntityOutput.FEATURE_PREFIX + context.name()),
            file.slot(),
            values.codes(code));
        file.endRow();
      }
      files.add(file.finish());
    }
    lists.add(list);
  }

  List<Manifest.ContextList> lists() {
    return lists;
  }

  List<Manifest.DataFile> files() {
    return files;
  }
}
