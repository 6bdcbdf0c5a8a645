package dev.twotower.trainer.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C. A command that has something to finish first, such as a checkpoint, asks for the stop
 * signal and polls it; the process then waits for the command to end. Any other command just ends.
 * The Java machine itself gives an interrupted process the exit code 130.
 */
final class Interruption {
  private static final int PATIENCE_SECONDS = 300;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean polled;
  private volatile boolean requested;

  /** Listens for Ctrl-C until {@link #end}. */
  static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::await, "interruption"));
    return interruption;
  }

  /** The signal to poll; from now on Ctrl-C waits for the command to end. */
  BooleanSupplier stopSignal() {
    polled = true;
    return () -> requested;
  }

  /** The command has ended. */
  void end() {
    finished.countDown();
  }

  /** Whether the process is on its way down already. */
  boolean requested() {
    return requested;
  }

  private void await() {
    requested = true;
    try {
      boolean ended = !polled || finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        System.err.println("twotower: still busy after " + PATIENCE_SECONDS + " s; giving up");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
