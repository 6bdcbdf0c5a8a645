package dev.twotower.data.parallel;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/**
 * Runs chunks of work on a number of threads, the caller's among them; theory in the package
 * description. The threads are daemons that all workers of the process share and that end when they
 * have been idle for a while.
 *
 * <p>What the chunks wrote is visible to the caller afterwards. The first failure ends the work: no
 * further chunk begins, those begun are waited for, and the caller receives it as it was thrown,
 * that of the lowest chunk where several failed. An interrupt of the caller stays set and stops
 * nothing, so that work is never half done; a chunk may look for it and throw. Work inside a chunk
 * may use workers again: it then runs on that chunk's thread alone.
 */
public final class Workers {
  private static final AtomicLong NAMES = new AtomicLong();

  private static final Executor THREADS =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Workers::thread);

  private final int threads;
  private final Setting setting;

  /** What must hold on each thread for as long as it works; the default asks for nothing. */
  public interface Setting {
    /** Nothing. */
    Setting NONE = new Setting() {};

    /**
     * Called on the caller's thread before any work.
     *
     * @return called on it when no other thread works any more
     */
    default Runnable begin() {
      return () -> {};
    }

    /** Called on each other thread before its work. */
    default void join() {}
  }

  /**
   * @param threads the most threads that work at once, from 1
   */
  public Workers(int threads) {
    this(threads, Setting.NONE);
  }

  /**
   * @param threads the most threads that work at once, from 1
   * @param setting what must hold on them
   */
  public Workers(int threads, Setting setting) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "%d threads are not allowed; allowed: from 1".formatted(threads));
    }
    this.threads = threads;
    this.setting = setting;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "worker-" + NAMES.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Whether the calling thread is inside a chunk, so that work which it begins runs on it alone.
   */
  public static boolean inChunk() {
    return Region.inside();
  }

  /** The most threads that work at once. */
  public int threads() {
    return threads;
  }

  /**
   * Runs chunks 0 to {@code count - 1}, each once, in any order.
   *
   * @param chunk receives a chunk's number
   */
  public void each(int count, IntConsumer chunk) {
    if (count <= 0) {
      return;
    }
    new Region(count, chunk, setting).run(THREADS, Math.min(threads, count));
  }

  /**
   * Runs chunks with working memory that each thread has alone.
   *
   * @param scratch where threads take it from
   * @param chunk receives working memory and a chunk's number
   */
  public <S> void each(int count, Scratch<S> scratch, ObjIntConsumer<S> chunk) {
    each(
        count,
        number -> {
          S taken = scratch.take();
          try {
            chunk.accept(taken, number);
          } finally {
            scratch.giveBack(taken);
          }
        });
  }

  /**
   * Runs work on the caller's thread with what must hold while it works; chunks that it begins run
   * on several threads as ever.
   */
  public <T> T within(Supplier<T> work) {
    Runnable end = setting.begin();
    try {
      return work.get();
    } finally {
      end.run();
    }
  }

  /**
   * Adds up a number of each chunk, in the order of the chunks.
   *
   * @param chunk from a chunk's number to its summand
   */
  public double sum(int count, IntToDoubleFunction chunk) {
    double[] summands = new double[count];
    each(count, number -> summands[number] = chunk.applyAsDouble(number));
    double sum = 0;
    for (double summand : summands) {
      sum += summand;
    }
    return sum;
  }
}
