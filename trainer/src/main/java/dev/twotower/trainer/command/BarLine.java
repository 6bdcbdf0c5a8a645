package dev.twotower.trainer.command;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * A bar's one line: share and number of units done, time left and rate, and the note; the bar
 * itself takes what room they leave.
 */
final class BarLine implements ProgressBarRenderer {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 40;

  private final String unit;

  /**
   * @param unit of what is counted, in the plural
   */
  BarLine(String unit) {
    this.unit = unit;
  }

  @Override
  public String render(ProgressState state, int room) {
    long done = state.getCurrent();
    long total = state.isIndefinite() ? -1 : state.getMax();
    String head = state.getTaskName();
    String count = String.format(Locale.ROOT, "%,d", done);
    if (total >= 0) {
      int share = total == 0 ? 100 : (int) Math.min(100, 100 * done / total);
      head += String.format(Locale.ROOT, " %3d%%", share);
      count += String.format(Locale.ROOT, "/%,d", total);
    }
    String tail = pace(state, done, total) + state.getExtraMessage();
    String whole = " " + count + " " + unit + tail;
    // The unit stands beside the rate once more.
    String text = head.length() + whole.length() <= room ? whole : " " + count + tail;
    int left = Math.min(LONGEST, room - head.length() - text.length() - 3);
    String line = head + (total > 0 && left >= SHORTEST ? bar(done, total, left) : "") + text;
    // What the line before had more is written over.
    return line + " ".repeat(Math.max(0, room - line.length()));
  }

  private static String bar(long done, long total, int length) {
    int full = (int) Math.min(length, length * done / total);
    return " [" + "=".repeat(full) + " ".repeat(length - full) + "]";
  }

  /** Time left, where anybody knows, and units a second. */
  private String pace(ProgressState state, long done, long total) {
    double seconds = state.getElapsedAfterStart().toNanos() / 1e9;
    long since = done - state.getStart();
    if (since <= 0 || seconds <= 0) {
      return " (" + time(state.getTotalElapsed()) + ")";
    }
    double rate = since / seconds;
    String left =
        total < 0
            ? time(state.getTotalElapsed())
            : time(Duration.ofSeconds((long) (Math.max(0, total - done) / rate))) + " left";
    String digits = rate < 10 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, " (%s) " + digits + " %s/s", left, rate, unit);
  }

  private static String time(Duration time) {
    return time.toHours() == 0
        ? String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart())
        : String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            time.toHours(),
            time.toMinutesPart(),
            time.toSecondsPart());
  }
}
