package dev.twotower.trainer.train;

import dev.twotower.trainer.checkpoint.Checkpoint;

/** Sums over the steps of an epoch, for the listener. */
final class Pass {
  private long batches;
  private long rows;
  private double losses;
  private long nanos;

  void add(int size, double loss, long stepNanos) {
    batches++;
    rows += size;
    losses += loss;
    nanos += stepNanos;
  }

  /** What a checkpoint holds of it. */
  Checkpoint.Epoch sums() {
    return new Checkpoint.Epoch(batches, rows, losses, nanos);
  }

  /** Continues within an epoch. */
  void resume(Checkpoint.Epoch sums) {
    batches = sums.batches();
    rows = sums.rows();
    losses = sums.losses();
    nanos = sums.nanos();
  }

  /** Tells the listener how the epoch went, unless it had no step, and begins the next. */
  void end(TrainingListener listener, long epoch, long epochs, double seconds) {
    if (batches > 0) {
      listener.epochEnded(
          epoch, epochs, losses / batches, rows / Math.max(1e-9, nanos / 1e9), seconds);
    }
    batches = 0;
    rows = 0;
    losses = 0;
    nanos = 0;
  }
}
