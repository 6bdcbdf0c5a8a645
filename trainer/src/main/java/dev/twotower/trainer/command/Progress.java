package dev.twotower.trainer.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** How far a long task has come: a bar on a terminal, else a line a minute. */
public interface Progress extends AutoCloseable {
  /** Shows nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public void at(long done, String note) {}

        @Override
        public void close() {}
      };

  /**
   * @param done units done so far
   * @param note a few words shown beside the bar, such as the loss
   */
  void at(long done, String note);

  /** Prints a line of its own, which stays above a bar. */
  default void above(PrintStream err, String line) {
    err.println(line);
  }

  @Override
  void close();

  /** A line for every minute that a task takes, for logs. */
  final class Lines implements Progress {
    private static final long MINUTE = 60_000_000_000L;

    private final PrintStream log;
    private final String task;
    private final String unit;
    private final long total;
    private final LongSupplier clock;
    private final long started;
    private long next;

    /**
     * @param total units in all; below 0 where nobody knows
     * @param clock nanoseconds from any start
     */
    Lines(PrintStream log, String task, String unit, long total, LongSupplier clock) {
      this.log = log;
      this.task = task;
      this.unit = unit;
      this.total = total;
      this.clock = clock;
      this.started = clock.getAsLong();
      this.next = MINUTE;
    }

    @Override
    public synchronized void at(long done, String note) {
      long past = clock.getAsLong() - started;
      if (past < next) {
        return;
      }
      next = past - past % MINUTE + MINUTE;
      String far = total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
      String left =
          total <= done || done == 0
              ? ""
              : ", about %s left".formatted(time((long) ((double) past / done * (total - done))));
      String more = note.isBlank() ? "" : ", " + note.strip();
      log.printf(
          Locale.ROOT,
          "%s: %,d%s %s after %s%s%s%n",
          task,
          done,
          far,
          unit,
          time(past),
          left,
          more);
    }

    private static String time(long nanos) {
      long seconds = nanos / 1_000_000_000L;
      return String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
    }

    @Override
    public void close() {}
  }

  /**
   * A bar with rate and time left on a terminal; a task of less than two seconds shows none. One
   * that has begun shows its bar after two seconds even if its first unit takes longer.
   */
  final class Bar implements Progress {
    private static final long QUIET_NANOS = 2_000_000_000L;

    private final PrintStream terminal;
    private final int room;
    private final String task;
    private final String unit;
    private final long total;
    private final long started = System.nanoTime();
    private ProgressBar bar;
    private Thread opener;
    private long last;
    private String lastNote = "";
    private boolean closed;

    /**
     * @param columns of the terminal
     */
    Bar(PrintStream terminal, int columns, String task, String unit, long total) {
      this.terminal = terminal;
      // A line that fills the last column makes some terminals begin another.
      this.room = columns - 1;
      this.task = task;
      this.unit = unit;
      this.total = total;
    }

    @Override
    public synchronized void at(long done, String note) {
      last = done;
      lastNote = note;
      if (bar == null && System.nanoTime() - started < QUIET_NANOS) {
        if (opener == null) {
          opener = new Thread(this::openLater, "progress of " + task);
          opener.setDaemon(true);
          opener.start();
        }
        return;
      }
      show();
    }

    private void openLater() {
      try {
        long quiet = QUIET_NANOS - (System.nanoTime() - started);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, quiet));
      } catch (InterruptedException closing) {
        return;
      }
      synchronized (this) {
        if (!closed) {
          show();
        }
      }
    }

    private void show() {
      if (bar == null) {
        bar =
            new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .startsFrom(last, Duration.ofNanos(System.nanoTime() - started))
                .setRenderer(new BarLine(unit))
                .setUpdateIntervalMillis(250)
                .continuousUpdate()
                // Left to find the room, it opens a terminal that resets the handlers of signals.
                .setConsumer(new ConsoleProgressBarConsumer(terminal, room))
                .build();
      }
      bar.setExtraMessage(" " + lastNote);
      bar.stepTo(last);
    }

    @Override
    public synchronized void above(PrintStream err, String line) {
      String blank = bar == null ? "" : "\r" + " ".repeat(room) + "\r";
      err.print(blank + line + System.lineSeparator());
      err.flush();
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (opener != null) {
        opener.interrupt();
      }
      if (bar != null) {
        bar.close();
      }
    }
  }
}
