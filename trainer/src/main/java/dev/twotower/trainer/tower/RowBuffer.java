package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** An array of rows that is used by one batch after another, and made anew where one needs more. */
final class RowBuffer {
  private final NDManager owner;
  private final int width;
  private NDArray array;

  RowBuffer(NDManager owner, int width) {
    this.owner = owner;
    this.width = width;
    this.array = owner.create(new Shape(1, width), DataType.FLOAT32);
  }

  /** At least so many rows, holding anything. */
  NDArray rows(int least) {
    long there = array.getShape().get(0);
    if (there < least) {
      array.close();
      // Batches of a run differ by a few percent: after some, none needs more.
      array = owner.create(new Shape(Math.max(least, there + there / 8), width), DataType.FLOAT32);
    }
    return array;
  }
}
