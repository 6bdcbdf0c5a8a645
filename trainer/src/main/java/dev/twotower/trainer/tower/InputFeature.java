package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.cuda.Transfer;
import java.util.Arrays;
import java.util.Map;

/**
 * A feature of a batch on the device: how its vectors come from a table, and its gradient goes
 * back.
 */
final class InputFeature {
  private final Feature feature;
  private final int column;
  private final NDArray leaf;
  private final boolean inOrder;
  private final NDArray values;
  private final Places places;
  private final NDArray numbers;
  private final NDArray starts;
  private final NDArray shares;
  private final NDArray readers;
  private final NDArray readerStarts;
  private NDArray shared;

  private InputFeature(
      NDManager step,
      TowerInput input,
      TowerInput.Values values,
      Map<String, NDArray> leaves,
      int column) {
    this.feature = values.feature;
    this.column = column;
    this.leaf = feature.embedded() ? leaves.get(feature.table()) : null;
    this.places = values.places;
    this.inOrder = feature.embedded() && values.inOrder;
    boolean looksUp = feature.embedded() && !inOrder;
    this.numbers = looksUp ? ints(step, places.numbers, places.used) : null;
    this.starts = looksUp && isBag() ? ints(step, places.starts, places.entities) : null;
    this.shares = looksUp && isBag() ? floats(step, places.shares, places.entities, 1) : null;
    this.readers = looksUp ? ints(step, places.readers, places.used) : null;
    this.readerStarts = looksUp ? ints(step, places.readerStarts, places.rows) : null;
    this.values =
        feature.embedded() ? null : floats(step, values.values, input.size(), feature.width());
  }

  static InputFeature of(
      NDManager step,
      TowerInput input,
      TowerInput.Values values,
      Map<String, NDArray> leaves,
      int column) {
    return new InputFeature(step, input, values, leaves, column);
  }

  private static NDArray ints(NDManager step, int[] values, int count) {
    return Transfer.ints(step, values, count);
  }

  private static NDArray floats(NDManager step, float[] values, int rows, int width) {
    return Transfer.floats(step, Arrays.copyOf(values, rows * width), new Shape(rows, width));
  }

  private boolean isBag() {
    return feature.source() == Feature.Source.CODES
        || feature.source() == Feature.Source.HISTORY_MEAN;
  }

  boolean reads(String table) {
    return feature.table().equals(table);
  }

  /** Whether entity i reads row i, and the batch touches no other row. */
  boolean inOrder() {
    return inOrder;
  }

  NDArray leaf() {
    return leaf;
  }

  /** Takes room for what each member of a bag receives. */
  void share(RowBuffer buffer) {
    shared = shares == null ? null : buffer.rows(places.entities);
  }

  /** Writes the vectors of entities [from, to) into the head's input. */
  void read(NDArray x, boolean add, int from, int to) {
    if (values != null) {
      TowerScript.SCRIPT.run("given", values, x, column, add, from, to);
    } else if (inOrder) {
      TowerScript.SCRIPT.run("given", leaf, x, column, add, from, to);
    } else if (isBag()) {
      TowerScript.SCRIPT.run(
          "bag",
          leaf,
          numbers,
          starts,
          places.starts[from],
          places.starts[to],
          x,
          column,
          add,
          from,
          to);
    } else {
      TowerScript.SCRIPT.run("single", leaf, numbers, x, column, add, from, to);
    }
  }

  void shareGradient(NDArray dx, int from, int to) {
    if (shared != null) {
      TowerScript.SCRIPT.run("share", dx, column, shares, shared, from, to);
    }
  }

  /** Adds up the gradients of touched rows [from, to) of the feature's table. */
  void collect(NDArray dx, NDArray into, boolean add, int from, int to) {
    if (inOrder) {
      TowerScript.SCRIPT.run("collectInOrder", dx, column, into, add, from, to);
      return;
    }
    NDArray source = shared == null ? dx : shared;
    TowerScript.SCRIPT.run(
        "collect",
        source,
        shared == null ? column : 0,
        readers,
        readerStarts,
        places.readerStarts[from],
        places.readerStarts[to],
        into,
        add,
        from,
        to);
  }
}
