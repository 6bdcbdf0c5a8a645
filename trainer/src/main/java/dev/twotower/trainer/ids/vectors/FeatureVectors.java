package dev.twotower.trainer.ids.vectors;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.trainer.vectorfile.VectorFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors from what is known about items without any engagement (package description): the codes of
 * categorical and multi-valued columns, such as hashed words of the name or the {@code category}
 * path, or the numbers of one vector column. An item without any code is the zero vector.
 */
public final class FeatureVectors {
  private FeatureVectors() {}

  /**
   * Vectors of all items of a data set.
   *
   * @param columns names of categorical and multi-valued item features, or of one vector feature
   * @param dimension length of the vectors made from codes, at most the number of codes; a vector
   *     feature keeps its own
   * @param seed of the projection
   * @throws IllegalArgumentException when a column is absent or of another kind
   */
  public static ItemVectors of(Dataset data, List<String> columns, int dimension, long seed) {
    EntityTable items = CategoryFeatures.of(data);
    String source = "features " + String.join(", ", columns);
    if (columns.size() == 1) {
      FeatureColumn only = items.feature(columns.get(0));
      if (only.kind() == FeatureKind.VECTOR) {
        float[][] values = new float[items.size()][only.dimension()];
        for (int item = 0; item < values.length; item++) {
          only.vector(item, values[item]);
        }
        return ItemVectors.ofAll(source, data, VectorFile.nearOne(values));
      }
    }
    SparseRows rows = rows(items, columns);
    if (dimension < 1 || dimension > rows.columns()) {
      throw new IllegalArgumentException(
          "--dimension: received %d; allowed: 1 to %d, the number of codes in %s"
              .formatted(dimension, rows.columns(), columns));
    }
    return ItemVectors.ofAll(source, data, MainDirections.project(rows, dimension, seed));
  }

  private static SparseRows rows(EntityTable items, List<String> names) {
    List<FeatureColumn> columns = new ArrayList<>();
    int codes = 0;
    for (String name : names) {
      columns.add(items.feature(name));
      codes += cardinality(columns.get(columns.size() - 1));
    }
    int[][] numbers = new int[items.size()][];
    int[] count = new int[codes];
    for (int item = 0; item < numbers.length; item++) {
      numbers[item] = codes(columns, item);
      for (int code : numbers[item]) {
        count[code]++;
      }
    }
    float[][] weights = new float[numbers.length][];
    for (int item = 0; item < numbers.length; item++) {
      weights[item] = new float[numbers[item].length];
      double norm = 0;
      for (int i = 0; i < weights[item].length; i++) {
        weights[item][i] = (float) Math.log((double) numbers.length / count[numbers[item][i]]);
        norm += weights[item][i] * weights[item][i];
      }
      for (int i = 0; norm > 0 && i < weights[item].length; i++) {
        weights[item][i] /= (float) Math.sqrt(norm);
      }
    }
    return new SparseRows(numbers, weights, codes);
  }

  /**
   * The item's codes in all columns, numbered one column after the other; missing ones left out.
   */
  private static int[] codes(List<FeatureColumn> columns, int item) {
    int[] all = new int[0];
    int offset = 0;
    for (FeatureColumn column : columns) {
      int[] own =
          switch (column.kind()) {
            case CATEGORICAL -> new int[] {column.code(item)};
            case MULTI -> column.codes(item);
            case NUMERIC, VECTOR -> throw new AssertionError(column.kind());
          };
      int count = all.length;
      all = Arrays.copyOf(all, count + own.length);
      for (int code : own) {
        if (code > 0) {
          all[count++] = offset + code;
        }
      }
      all = Arrays.copyOf(all, count);
      offset += column.cardinality();
    }
    return all;
  }

  private static int cardinality(FeatureColumn column) {
    return switch (column.kind()) {
      case CATEGORICAL, MULTI -> column.cardinality();
      case NUMERIC, VECTOR ->
          throw new IllegalArgumentException(
              "feature '%s' is %s; allowed: categorical and multi-valued columns, such as the tokens that 'import --item-tokens' makes, or one vector column alone"
                  .formatted(column.name(), column.kind()));
    };
  }
}
