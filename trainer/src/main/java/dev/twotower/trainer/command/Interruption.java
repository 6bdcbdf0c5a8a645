package dev.twotower.trainer.command;

import dev.twotower.data.disk.WorkFolder;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C, or another of the {@link Signals}. A command that has something to finish first, such as
 * a checkpoint, asks for the stop signal and polls it; the process then waits for the command to
 * end. Any other command simply ends, and whatever it was writing is removed.
 */
public final class Interruption {
  private static final int PATIENCE_SECONDS = 300;

  /** For a command to notice that its files are gone, so that it begins no others. */
  private static final int FAREWELL_MILLIS = 500;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean polled;
  private volatile boolean requested;

  /** Listens until {@link #end}. */
  static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.await(System.err), "interruption"));
    Signals.listen(System.err);
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

  /** Whether the command just ends, so that whatever it still says is about its lost files. */
  boolean abandoned() {
    return requested && !polled;
  }

  /** What happens when the process is asked to end; also at its normal end, with nothing to do. */
  void await(PrintStream err) {
    if (finished.getCount() == 0) {
      return;
    }
    requested = true;
    try {
      if (!polled) {
        boolean begun = WorkFolder.removeAll();
        err.println("twotower: interrupted" + (begun ? "; nothing written" : ""));
        if (begun && !finished.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
          WorkFolder.removeAll();
        }
        return;
      }
      err.println("twotower: interrupted; ends after this step (interrupt again to end at once)");
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println("twotower: still busy after " + PATIENCE_SECONDS + " s; giving up");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
