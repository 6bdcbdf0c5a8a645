package dev.twotower.trainer.train;

import dev.twotower.masking.BatchIndex;
import dev.twotower.trainer.correction.Proposal;
import dev.twotower.trainer.correction.StreamingRates;
import dev.twotower.trainer.run.RunState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What planning a batch depends on besides the batch: what was learned from those before it.
 * Planning runs ahead of training, and a checkpoint must hold the state as of the last batch
 * trained on, so there are two: one that plans, one that follows the batches trained on.
 */
final class PlanningState implements RunState {
  private final Optional<StreamingRates> streaming;

  PlanningState(Optional<Proposal> proposal) {
    this.streaming =
        proposal.filter(StreamingRates.class::isInstance).map(StreamingRates.class::cast);
  }

  /** Takes note of the rows of the next batch. */
  void observe(BatchIndex batch) {
    streaming.ifPresent(rates -> rates.observe(batch));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    if (streaming.isPresent()) {
      streaming.get().write(out);
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    if (streaming.isPresent()) {
      streaming.get().read(in);
    }
  }

  /** Becomes what the other one is. */
  void become(PlanningState other) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    other.write(new DataOutputStream(bytes));
    read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }
}
