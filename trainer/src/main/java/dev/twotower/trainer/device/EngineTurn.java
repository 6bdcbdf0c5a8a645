package dev.twotower.trainer.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The right to train with the engine. It collects one set of gradients in a process, so a training
 * that records them runs alone; those that do not, run beside each other. Whether gradients are
 * recorded is a matter of each thread, and on at first; whoever takes a turn starts with it off, as
 * in the main thread.
 */
public final class EngineTurn implements AutoCloseable {
  private static final ReentrantReadWriteLock TURNS = new ReentrantReadWriteLock(true);
  private static final Lock DRAWING = new ReentrantLock();

  private final Lock taken;

  private EngineTurn(Lock taken) {
    this.taken = taken;
  }

  /** Waits until nobody else has the engine, and takes it. */
  public static EngineTurn take() throws InterruptedException {
    if (TURNS.getReadHoldCount() > 0) {
      throw new IllegalStateException(
          "this thread trains beside others; a turn alone is to be taken first");
    }
    return take(TURNS.writeLock());
  }

  /** Waits until nobody has the engine alone, and takes it with others that record no gradients. */
  public static EngineTurn share() throws InterruptedException {
    return take(TURNS.readLock());
  }

  private static EngineTurn take(Lock lock) throws InterruptedException {
    lock.lockInterruptibly();
    Engine.getInstance();
    JniUtils.setGradMode(false);
    return new EngineTurn(lock);
  }

  /**
   * Makes something from the engine's random numbers, of which the process has one stream.
   *
   * @param seed of the stream
   */
  public static <T> T draw(long seed, Supplier<T> making) {
    DRAWING.lock();
    try {
      Engine.getInstance().setRandomSeed((int) seed);
      return making.get();
    } finally {
      DRAWING.unlock();
    }
  }

  @Override
  public void close() {
    taken.unlock();
  }
}
