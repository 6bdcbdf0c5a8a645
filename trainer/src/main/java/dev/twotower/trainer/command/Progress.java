package dev.twotower.trainer.command;

import java.io.PrintStream;
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

  /** A bar on a terminal. */
  final class Bar implements Progress {
    private final ProgressBar bar;

    Bar(PrintStream terminal, String task, String unit, long total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(terminal))
              .build();
    }

    @Override
    public void at(long done, String note) {
      bar.setExtraMessage(" " + note);
      bar.stepTo(done);
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
