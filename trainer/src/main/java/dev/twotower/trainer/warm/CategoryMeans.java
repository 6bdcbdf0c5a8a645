package dev.twotower.trainer.warm;

import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.table.EmbeddingTable;
import dev.twotower.trainer.tensor.ArrayMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The mean row of each category over the items whose rows came along, its subcategories' items
 * included: where a new item starts when {@code warm.newItems} is {@code category}. An item whose
 * own category has no such item takes the mean of the nearest one above that does; the root, which
 * is no category, does not count.
 */
final class CategoryMeans {
  private static final int BLOCK = 4096;

  private final EmbeddingTable table;
  private final CategoryTree tree;
  private final int[] items;
  private final double[][] sums;

  private CategoryMeans(EmbeddingTable table, CategoryTree tree) {
    this.table = table;
    this.tree = tree;
    this.items = new int[tree.nodes()];
    this.sums = new double[tree.nodes()][];
  }

  /**
   * Writes the rows of new items.
   *
   * @param table the items' table, with the rows that came along
   * @param from for each item the row that it came from, or -1
   * @return the items that took a mean, ascending
   */
  static int[] write(EmbeddingTable table, int[] from, CategoryTree tree) {
    CategoryMeans means = new CategoryMeans(table, tree);
    means.add(from);
    return means.write(from);
  }

  private void add(int[] from) {
    ArrayMatrix rows = new ArrayMatrix(table.name(), table.state().get(EmbeddingTable.WEIGHTS));
    int width = table.width();
    float[] block = new float[BLOCK * width];
    for (int start = 0; start < from.length; start += BLOCK) {
      int count = Math.min(BLOCK, from.length - start);
      rows.read(start, count, block);
      for (int i = 0; i < count; i++) {
        if (from[start + i] >= 0) {
          add(tree.nodeOf(start + i), block, i * width);
        }
      }
    }
  }

  private void add(int category, float[] block, int at) {
    for (int node = category; node != tree.root(); node = tree.parent(node)) {
      items[node]++;
      double[] sum = sums[node] == null ? new double[table.width()] : sums[node];
      for (int d = 0; d < sum.length; d++) {
        sum[d] += block[at + d];
      }
      sums[node] = sum;
    }
  }

  private int[] write(int[] from) {
    List<Integer> written = new ArrayList<>();
    for (int item = 0; item < from.length; item++) {
      if (from[item] < 0 && category(item) != tree.root()) {
        written.add(item);
      }
    }
    int[] rows = written.stream().mapToInt(Integer::intValue).toArray();
    for (int start = 0; start < rows.length; start += BLOCK) {
      int[] block = Arrays.copyOfRange(rows, start, Math.min(rows.length, start + BLOCK));
      float[] values = new float[block.length * table.width()];
      for (int i = 0; i < block.length; i++) {
        int node = category(block[i]);
        for (int d = 0; d < table.width(); d++) {
          values[i * table.width() + d] = (float) (sums[node][d] / items[node]);
        }
      }
      table.write(block, values);
    }
    return rows;
  }

  /** The lowest category of the item that has a mean; the root where none has. */
  private int category(int item) {
    int node = tree.nodeOf(item);
    while (node != tree.root() && items[node] == 0) {
      node = tree.parent(node);
    }
    return node;
  }
}
