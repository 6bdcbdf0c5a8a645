package dev.twotower.trainer.command;

/** Shows runs on standard error one after another: a bar for the current one, and notes. */
class RunsDisplay implements AutoCloseable {
  private final Console console;
  private Runnable closing = () -> {};

  RunsDisplay(Console console) {
    this.console = console;
  }

  Console console() {
    return console;
  }

  /** What shows the current run has ended, and the next one's is to be closed in its turn. */
  void next(Runnable closingNext) {
    close();
    closing = closingNext;
  }

  /** A line of its own. */
  public void note(String message) {
    close();
    console.tell(message);
  }

  @Override
  public void close() {
    Runnable last = closing;
    closing = () -> {};
    last.run();
  }
}
