package dev.twotower.data.dataset;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Writes users.arrow or items.arrow from an entity table. */
final class EntityOutput {
  static final String ID = "id";
  static final String NAME = "name";

  /** Indices in ascending order of id, so that an id is found by binary search. */
  static final String ID_ORDER = "id_order";

  static final String NODE = "node";
  static final String FEATURE_PREFIX = "feature.";

  /** First rows of users. */
  interface Starts {
    long of(Split split, int user);
  }

  private final String what;
  private final EntityTable table;
  private final boolean named;
  private final BatchRows.Limit limit;
  private final List<Manifest.Feature> features = new ArrayList<>();

  EntityOutput(String what, EntityTable table, VocabularyOutput vocabulary, BatchRows.Limit limit)
      throws IOException {
    this.what = what;
    this.table = table;
    this.limit = limit;
    this.named = isNamed(table);
    for (FeatureColumn feature : table.features()) {
      long start = vocabulary.rows();
      boolean coded =
          feature.kind() == FeatureKind.CATEGORICAL || feature.kind() == FeatureKind.MULTI;
      if (coded) {
        vocabulary.add(what + "." + feature.name(), feature);
      }
      features.add(
          new Manifest.Feature(
              feature.name(),
              feature.kind(),
              coded ? feature.cardinality() : 0,
              feature.kind() == FeatureKind.VECTOR ? feature.dimension() : 0,
              start));
    }
  }

  private static boolean isNamed(EntityTable table) {
    for (int index = 0; index < table.size(); index++) {
      if (!table.name(index).equals(table.id(index))) {
        return true;
      }
    }
    return false;
  }

  List<Manifest.Feature> features() {
    return features;
  }

  static String file(String what) {
    return what + ".arrow";
  }

  Manifest.DataFile writeUsers(OutputFiles output, Starts starts) throws IOException {
    return write(
        output,
        FileColumns.users(named, features),
        (file, user) -> {
          for (Split split : Split.values()) {
            ((BigIntVector) file.vector(InteractionOutput.startColumn(split)))
                .setSafe(file.slot(), starts.of(split, user));
          }
        });
  }

  Manifest.DataFile writeItems(OutputFiles output, TreeOutput tree) throws IOException {
    return write(
        output,
        FileColumns.items(named, features),
        (file, item) ->
            ((IntVector) file.vector(NODE))
                .setSafe(file.slot(), tree == null ? -1 : tree.node(item)));
  }

  /** Sets the columns that only users or only items have. */
  private interface Extra {
    void set(ArrowFileOutput file, int index);
  }

  private Manifest.DataFile write(OutputFiles output, List<Field> fields, Extra extra)
      throws IOException {
    int[] order = idOrder();
    try (ArrowFileOutput file = output.open(file(what), null, fields, rowsPerBatch())) {
      for (int index = 0; index < table.size(); index++) {
        int slot = file.slot();
        setText(file.vector(ID), slot, table.id(index));
        ((IntVector) file.vector(ID_ORDER)).setSafe(slot, order[index]);
        if (named) {
          setText(file.vector(NAME), slot, table.name(index));
        }
        extra.set(file, index);
        for (FeatureColumn feature : table.features()) {
          set(file.vector(FEATURE_PREFIX + feature.name()), slot, feature, index);
        }
        file.endRow();
      }
      return file.finish();
    }
  }

  private int[] idOrder() {
    String[] ids = new String[table.size()];
    int[] order = new int[ids.length];
    for (int index = 0; index < ids.length; index++) {
      ids[index] = table.id(index);
      order[index] = index;
    }
    IntArrays.mergeSort(order, (a, b) -> ids[a].compareTo(ids[b]));
    for (int i = 1; i < order.length; i++) {
      if (ids[order[i - 1]].equals(ids[order[i]])) {
        throw new IllegalArgumentException(
            "%s %d and %d have the same id '%s'; ids must be unique"
                .formatted(what, order[i - 1], order[i], ids[order[i]]));
      }
    }
    return order;
  }

  /** A batch of wide rows has fewer of them. */
  private int rowsPerBatch() {
    BatchRows rows = new BatchRows(limit);
    for (int index = 0; index < table.size(); index++) {
      long bytes = 4 * Long.BYTES + mostBytes(table.id(index));
      if (named) {
        bytes += mostBytes(table.name(index));
      }
      for (FeatureColumn feature : table.features()) {
        bytes +=
            switch (feature.kind()) {
              case CATEGORICAL, NUMERIC -> Integer.BYTES;
              case MULTI -> Integer.BYTES * (1L + feature.codes(index).length);
              case VECTOR -> (long) Float.BYTES * feature.dimension();
            };
      }
      rows.add(bytes);
    }
    return rows.rowsPerBatch();
  }

  /** Of a text in UTF-8, and its offset. */
  private static long mostBytes(String text) {
    return Integer.BYTES + 3L * text.length();
  }

  private static void setText(FieldVector vector, int slot, String text) {
    ((VarCharVector) vector).setSafe(slot, text.getBytes(StandardCharsets.UTF_8));
  }

  private void set(FieldVector vector, int slot, FeatureColumn feature, int index) {
    switch (feature.kind()) {
      case CATEGORICAL ->
          ((IntVector) vector).setSafe(slot, checkCode(feature, index, feature.code(index)));
      case NUMERIC -> ((Float4Vector) vector).setSafe(slot, feature.value(index));
      case MULTI -> {
        int[] codes = feature.codes(index);
        for (int code : codes) {
          checkCode(feature, index, code);
        }
        setCodes(vector, slot, codes);
      }
      case VECTOR -> {
        FixedSizeListVector list = (FixedSizeListVector) vector;
        float[] values = new float[feature.dimension()];
        feature.vector(index, values);
        int at = list.startNewValue(slot);
        Float4Vector child = (Float4Vector) list.getDataVector();
        for (float value : values) {
          child.setSafe(at++, value);
        }
      }
    }
  }

  static void setCodes(FieldVector vector, int slot, int[] codes) {
    ListVector list = (ListVector) vector;
    int at = list.startNewValue(slot);
    IntVector child = (IntVector) list.getDataVector();
    for (int code : codes) {
      child.setSafe(at++, code);
    }
    list.endValue(slot, codes.length);
  }

  private int checkCode(FeatureColumn feature, int index, int code) {
    if (code < 0 || code >= feature.cardinality()) {
      throw new IllegalArgumentException(
          "%s %d has code %d of feature '%s'; allowed: 0 to %d"
              .formatted(what, index, code, feature.name(), feature.cardinality() - 1));
    }
    return code;
  }
}
