package dev.twotower.trainer.train;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.sampling.tree.Composition;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Plans batches on its own thread, a few ahead of the engine. Batches come out in the sampler's
 * order, so a run does not depend on thread timing. Slots are reused: give each batch back when you
 * are done with it.
 */
public final class BatchPipeline implements AutoCloseable {
  private static final int SLOTS = 3;

  private final BatchPlanner planner;
  private final long epochs;
  private final BlockingQueue<PlannedBatch> free = new ArrayBlockingQueue<>(SLOTS);
  private final BlockingQueue<Handover> ready = new ArrayBlockingQueue<>(SLOTS + 1);
  private final Thread thread;
  private long waitNanos;

  private Optional<Composition.Report> treeReport = Optional.empty();

  /** A batch, the end of an epoch (no batch, no failure), or what went wrong. */
  private record Handover(
      PlannedBatch batch, Optional<Composition.Report> treeReport, Throwable failure) {
    static Handover of(PlannedBatch batch) {
      return new Handover(batch, Optional.empty(), null);
    }

    static Handover of(Throwable failure) {
      return new Handover(null, Optional.empty(), failure);
    }
  }

  /**
   * Plans until it is closed.
   *
   * @param from where to begin; epochs follow each other
   */
  public BatchPipeline(BatchPlanner planner, SamplerPosition from) {
    this(planner, from, Long.MAX_VALUE);
  }

  /**
   * Plans up to the end of an epoch. Nothing is read for the next one, of which a layout that reads
   * from a copy would make one.
   *
   * @param from where to begin; epochs follow each other
   * @param epochs the epoch to stop before
   */
  public BatchPipeline(BatchPlanner planner, SamplerPosition from, long epochs) {
    this.planner = planner;
    this.epochs = epochs;
    for (int slot = 0; slot < SLOTS; slot++) {
      free.add(planner.newBatch());
    }
    this.thread = new Thread(() -> plan(from), "batch-planner");
    thread.setDaemon(true);
    thread.start();
  }

  private void plan(SamplerPosition from) {
    try {
      for (long epoch = from.epoch(); epoch < epochs; epoch++) {
        if (epoch == from.epoch()) {
          planner.resume(from);
        } else {
          planner.sampler().startEpoch(epoch);
        }
        planEpoch();
        ready.put(new Handover(null, planner.endEpoch(), null));
      }
      handOverFailure(new IllegalStateException("batches were planned up to epoch " + epochs));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (Throwable failure) {
      handOverFailure(failure);
    }
  }

  private void planEpoch() throws InterruptedException {
    while (true) {
      PlannedBatch batch = free.take();
      if (!planner.next(batch)) {
        free.put(batch);
        return;
      }
      ready.put(Handover.of(batch));
    }
  }

  private void handOverFailure(Throwable failure) {
    try {
      ready.put(Handover.of(failure));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The next batch; null where an epoch ends.
   *
   * @throws IllegalStateException where the last epoch has ended
   */
  public PlannedBatch take() throws InterruptedException {
    long start = System.nanoTime();
    Handover next = ready.take();
    waitNanos += System.nanoTime() - start;
    if (next.failure() instanceof RuntimeException failure) {
      throw failure;
    }
    if (next.failure() instanceof Error failure) {
      throw failure;
    }
    treeReport = next.treeReport();
    return next.batch();
  }

  /**
   * Where {@link #take} has just said that an epoch ends: what its batches of the tree's loss were
   * made of.
   */
  public Optional<Composition.Report> treeReport() {
    return treeReport;
  }

  /** Returns a batch's slot. */
  public void giveBack(PlannedBatch batch) {
    free.add(batch);
  }

  /** Time {@link #take} has waited for planning since the start. */
  public long waitNanos() {
    return waitNanos;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
