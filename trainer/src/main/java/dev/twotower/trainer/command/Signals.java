package dev.twotower.trainer.command;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * Ctrl-C and its siblings from outside: SIGINT, SIGTERM, SIGHUP. The first ends the process through
 * its shutdown hooks and with the documented exit code, where the Java machine's own handlers would
 * give each signal another; the second ends it at once. A signal that the process was started to
 * ignore, as by {@code nohup}, stays ignored.
 *
 * <p>The compiler warns of {@code sun.misc.Signal}, which nothing turns off where it compiles for a
 * release: Java has no other way to hear of a signal, and promises to keep this one (JEP 260).
 */
final class Signals {
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private final AtomicBoolean ending = new AtomicBoolean();
  private final PrintStream err;

  private Signals(PrintStream err) {
    this.err = err;
  }

  /** Listens from now on. */
  static void listen(PrintStream err) {
    Signals signals = new Signals(err);
    for (String name : NAMES) {
      try {
        Signal.handle(new Signal(name), signal -> signals.received());
      } catch (IllegalArgumentException unknown) {
        // The system has no such signal, or the Java machine was told to leave signals alone.
      }
    }
  }

  private void received() {
    if (!ending.compareAndSet(false, true)) {
      err.println("twotower: interrupted again; stopped at once");
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    System.exit(ExitCode.INTERRUPTED);
  }
}
