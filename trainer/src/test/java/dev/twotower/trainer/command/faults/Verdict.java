package dev.twotower.trainer.command.faults;

/**
 * What came of one trial.
 *
 * @param outcome its class
 * @param detail what happened, for a reader who wants to mend it
 */
record Verdict(Outcome outcome, String detail) {
  /** Classes of outcomes; those that are no fault stand first. */
  enum Outcome {
    REFUSED("refused, named", true),
    SAME("same answer", true),
    SKIPPED("skipped", true),
    OTHER("other answer", false),
    UNNAMED("file not named", false),
    CODE("wrong exit code", false),
    TRACE("stack trace", false),
    CRASH("crash", false),
    HANG("hang", false),
    LEFT("leftovers", false),
    ERROR("trial failed", false);

    private final String label;
    private final boolean good;

    Outcome(String label, boolean good) {
      this.label = label;
      this.good = good;
    }

    String label() {
      return label;
    }

    boolean good() {
      return good;
    }
  }

  static Verdict same() {
    return new Verdict(Outcome.SAME, "");
  }

  static Verdict of(Outcome outcome, String detail) {
    return new Verdict(outcome, detail);
  }
}
