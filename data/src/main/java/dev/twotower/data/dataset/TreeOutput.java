package dev.twotower.data.dataset;

import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;

/** Writes taxonomy.arrow and holds the items' nodes for items.arrow. */
final class TreeOutput {
  static final String FILE_NAME = "taxonomy.arrow";

  private final int[] parent;
  private final List<String> names;
  private final int[] itemNode;

  TreeOutput(int[] parent, List<String> names, int[] itemNode) {
    // Builds the tree once so that a bad one is named before anything is written.
    CategoryTree.of(parent, names.toArray(String[]::new), itemNode);
    this.parent = parent.clone();
    this.names = List.copyOf(names);
    this.itemNode = itemNode.clone();
  }

  void requireItems(int items) {
    if (itemNode.length != items) {
      throw new IllegalArgumentException(
          "the tree places %d items, the item table has %d".formatted(itemNode.length, items));
    }
  }

  int node(int item) {
    return itemNode[item];
  }

  Manifest.DataFile write(OutputFiles output) throws IOException {
    try (ArrowFileOutput file =
        output.open(FILE_NAME, null, FileColumns.taxonomy(), VocabularyOutput.ROWS_PER_BATCH)) {
      for (int node = 0; node < parent.length; node++) {
        ((IntVector) file.vector("node")).setSafe(file.slot(), node);
        ((IntVector) file.vector("parent")).setSafe(file.slot(), parent[node]);
        ((VarCharVector) file.vector("name"))
            .setSafe(file.slot(), names.get(node).getBytes(StandardCharsets.UTF_8));
        file.endRow();
      }
      return file.finish();
    }
  }
}
