package dev.twotower.trainer.train;

import dev.twotower.masking.BatchIndex;
import dev.twotower.trainer.candidates.RowQueue;
import dev.twotower.trainer.correction.Proposal;
import dev.twotower.trainer.correction.StreamingRates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What planning a batch depends on besides the batch: the estimates from earlier batches. Planning
 * runs ahead of training, and a checkpoint must hold the state as of the last batch trained on, so
 * there are two: one used for planning, and one that follows the batches trained on.
 */
final class PlanningState {
  private final Optional<StreamingRates> streaming;
  private final Optional<RowQueue> queue;
  private long batches;

  /** The state before the first batch. */
  PlanningState(Optional<Proposal> proposal, Optional<RowQueue> queue) {
    this.streaming =
        proposal.filter(StreamingRates.class::isInstance).map(StreamingRates.class::cast);
    this.queue = queue;
  }

  /** Takes note of the rows of the next batch. */
  void observe(BatchIndex batch) {
    batches++;
    streaming.ifPresent(rates -> rates.observe(batch));
    queue.ifPresent(rows -> rows.remember(batch.batch()));
  }

  /** The running estimate of rates; empty where none is configured. */
  Optional<StreamingRates> streaming() {
    return streaming;
  }

  /** Batches observed. */
  long batches() {
    return batches;
  }

  /** Rows of batches observed; empty where none are kept. */
  Optional<RowQueue> queue() {
    return queue;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(batches);
    if (streaming.isPresent()) {
      streaming.get().write(out);
    }
    if (queue.isPresent()) {
      queue.get().write(out);
    }
  }

  /** Takes up where {@link #write} left off, with the same configuration. */
  void read(DataInput in) throws IOException {
    batches = in.readLong();
    if (streaming.isPresent()) {
      streaming.get().read(in);
    }
    if (queue.isPresent()) {
      queue.get().read(in);
    }
  }

  /** Becomes what the other one is. */
  void become(PlanningState other) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    other.write(new DataOutputStream(bytes));
    read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }
}
