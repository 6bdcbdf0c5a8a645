package dev.twotower.trainer.command;

import dev.twotower.trainer.command.text.Fold;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command's output goes.
 *
 * @param out the answer
 * @param err errors, logs and progress
 * @param terminal whether {@code err} is a terminal, so that progress bars make sense
 * @param interruption Ctrl-C
 */
public record Console(
    PrintWriter out, PrintStream err, boolean terminal, Interruption interruption) {

  /** The process's own streams. */
  static Console system() {
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        System.err,
        errorsOnTerminal(),
        Interruption.listen());
  }

  /** Whether the process's standard error is a terminal; the launcher says. */
  static boolean errorsOnTerminal() {
    return Boolean.getBoolean("twotower.terminal");
  }

  /** Columns of the terminal that standard error is; the launcher says. */
  static int errorColumns() {
    return Integer.getInteger("twotower.terminal.columns", 80);
  }

  /** Streams of a program's own, which is no terminal and is not interrupted. */
  public static Console to(PrintWriter out, PrintStream err) {
    return new Console(out, err, false, new Interruption());
  }

  /** Tells a sentence beside the answer; on a terminal between words, where it is too wide. */
  public void tell(String sentence) {
    err.println(folded(sentence));
  }

  /** A sentence as {@link #tell} writes it. */
  String folded(String sentence) {
    return terminal ? Fold.within(sentence, errorColumns()) : sentence;
  }

  /** Opens a progress display: a bar on a terminal, else a line for every minute. */
  public Progress progress(String task, String unit, long total) {
    return terminal
        ? new Progress.Bar(err, errorColumns(), task, unit, total)
        : new Progress.Lines(err, task, unit, total, System::nanoTime);
  }
}
