package dev.twotower.trainer.checkpoint;

import ai.djl.ndarray.NDArray;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

/**
 * What a run must remember to continue exactly, beside its model, its optimisers and its position.
 */
public interface RunState {
  void write(DataOutput out) throws IOException;

  /** Takes up where {@link #write} left off, with the same configuration. */
  void read(DataInput in) throws IOException;

  /** Arrays to keep as well, by name; they are filled in place. */
  Map<String, NDArray> arrays();
}
