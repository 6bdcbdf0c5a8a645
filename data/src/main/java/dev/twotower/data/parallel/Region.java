package dev.twotower.data.parallel;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * One piece of work on several threads. A thread that joins after the work is done touches nothing,
 * so the caller never waits for a thread that the system has yet to wake.
 */
final class Region {
  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  /** A little patience before the caller sleeps: the last chunks end at about the same time. */
  private static final int SPINS = 2_000;

  private final int count;
  private final IntConsumer chunk;
  private final Workers.Setting setting;
  private final AtomicInteger next = new AtomicInteger();

  // Guarded by this; helpers is volatile for the caller's glances.
  private volatile int helpers;
  private boolean over;
  private Throwable failure;
  private int failedChunk;

  /** Whether the calling thread is inside a chunk of any work. */
  static boolean inside() {
    return INSIDE.get();
  }

  Region(int count, IntConsumer chunk, Workers.Setting setting) {
    this.count = count;
    this.chunk = chunk;
    this.setting = setting;
  }

  /** Runs all chunks; nested in a chunk of other work, on the calling thread alone. */
  void run(Executor others, int threads) {
    if (INSIDE.get()) {
      for (int number = 0; number < count; number++) {
        chunk.accept(number);
      }
      return;
    }
    Runnable end = setting.begin();
    try {
      invite(others, threads - 1);
      work();
      awaitHelpers();
    } finally {
      end.run();
    }
    rethrow();
  }

  private void invite(Executor others, int helpers) {
    try {
      for (int helper = 0; helper < helpers; helper++) {
        others.execute(this::help);
      }
    } catch (OutOfMemoryError | RejectedExecutionException noMoreThreads) {
      // Those that there are do the work.
    }
  }

  private void help() {
    synchronized (this) {
      if (over || next.get() >= count) {
        return;
      }
      helpers++;
    }
    try {
      setting.join();
      work();
    } catch (Throwable refused) {
      fail(count, refused);
    } finally {
      synchronized (this) {
        helpers--;
        notifyAll();
      }
    }
  }

  private void work() {
    INSIDE.set(true);
    try {
      for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
        try {
          chunk.accept(number);
        } catch (Throwable thrown) {
          fail(number, thrown);
        }
      }
    } finally {
      INSIDE.set(false);
    }
  }

  private synchronized void fail(int number, Throwable thrown) {
    next.set(count);
    if (failure == null || number < failedChunk) {
      failure = thrown;
      failedChunk = number;
    }
  }

  private void awaitHelpers() {
    for (int spin = 0; helpers > 0 && spin < SPINS; spin++) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    synchronized (this) {
      over = true;
      while (helpers > 0) {
        try {
          wait();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void rethrow() {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new IllegalStateException("a chunk threw " + failure, failure);
    }
  }
}
