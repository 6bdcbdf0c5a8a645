package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.cuda.Transfer;
import java.util.List;

/**
 * A tile's places on the device.
 *
 * @param arrays positives' slots and where they lie in the tile, zeros, overrides and their factors
 */
record PlaceArrays(List<NDArray> arrays) {
  static PlaceArrays of(NDManager tile, TileSlots slots) {
    float[] factors = slots.overrides.inOrder(slots.overrideFactor);
    return new PlaceArrays(
        List.of(
            Transfer.longs(tile, slots.positives.inOrder(slots.slot)),
            Transfer.longs(tile, slots.positives.inOrder()),
            Transfer.longs(tile, slots.zeros.inOrder()),
            Transfer.longs(tile, slots.overrides.inOrder()),
            Transfer.floats(tile, factors, new Shape(factors.length))));
  }

  /** Where the positives lie. */
  NDArray positives() {
    return arrays.get(1);
  }

  NDArray slots() {
    return arrays.get(0);
  }

  NDArray zeros() {
    return arrays.get(2);
  }
}
