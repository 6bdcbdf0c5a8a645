package dev.twotower.trainer.command;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long task has come. */
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

  @Override
  void close();

  /** A bar with rate and time left on a terminal; a task of less than two seconds shows none. */
  final class Bar implements Progress {
    private static final long QUIET_NANOS = 2_000_000_000L;

    private final PrintStream terminal;
    private final String task;
    private final String unit;
    private final long total;
    private final long started = System.nanoTime();
    private ProgressBar bar;

    Bar(PrintStream terminal, String task, String unit, long total) {
      this.terminal = terminal;
      this.task = task;
      this.unit = unit;
      this.total = total;
    }

    @Override
    public synchronized void at(long done, String note) {
      if (bar == null) {
        if (System.nanoTime() - started < QUIET_NANOS) {
          return;
        }
        bar =
            new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" " + unit, 1)
                .startsFrom(done, Duration.ofNanos(System.nanoTime() - started))
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build();
      }
      bar.setExtraMessage(" " + note);
      bar.stepTo(done);
    }

    @Override
    public synchronized void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
