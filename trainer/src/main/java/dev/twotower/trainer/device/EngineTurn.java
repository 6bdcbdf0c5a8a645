package dev.twotower.trainer.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to train with the engine. It has one seed and collects one set of gradients in a
 * process, so a second training waits for the first one's end. Whether gradients are recorded is a
 * matter of each thread, and on at first; whoever takes a turn starts with it off, as in the main
 * thread.
 */
public final class EngineTurn implements AutoCloseable {
  private static final ReentrantLock LOCK = new ReentrantLock();

  private EngineTurn() {}

  /** Waits for the engine, and takes it. */
  public static EngineTurn take() throws InterruptedException {
    LOCK.lockInterruptibly();
    Engine.getInstance();
    JniUtils.setGradMode(false);
    return new EngineTurn();
  }

  @Override
  public void close() {
    LOCK.unlock();
  }
}
