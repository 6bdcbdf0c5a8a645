package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.candidates.VectorQueue;
import dev.twotower.trainer.checkpoint.RunState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint holds of the batches trained on, beside model and optimisers.
 *
 * @param planning follows the batches trained on
 * @param remembered item vectors of past batches
 */
record TrainedState(PlanningState planning, Optional<VectorQueue> remembered) implements RunState {
  @Override
  public void write(DataOutput out) throws IOException {
    planning.write(out);
  }

  @Override
  public void read(DataInput in) throws IOException {
    planning.read(in);
  }

  @Override
  public Map<String, NDArray> arrays() {
    return remembered.map(queue -> Map.of("queue", queue.array())).orElse(Map.of());
  }
}
