package dev.twotower.data.message;

import java.util.ArrayList;
import java.util.List;

/** Collects the mistakes in a request and reports them together, one per line. */
public final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Notes a mistake: what was received, what is allowed, where to change it. */
  public void add(String message) {
    found.add(message);
  }

  /** Notes a mistake where there is one; returns whether there is none. */
  @SuppressWarnings("AnnotateFormatMethod") // The annotation would cost users a library.
  public boolean require(boolean holds, String message, Object... values) {
    if (!holds) {
      add(message.formatted(values));
    }
    return holds;
  }

  /** Notes a number out of its range; returns whether it is within. */
  public boolean between(String option, long value, long least, long most) {
    return require(
        value >= least && value <= most,
        "%s: received %d; allowed: %d to %d",
        option,
        value,
        least,
        most);
  }

  /** Notes what a parser says of its text, where it refuses it. */
  public void parse(Runnable parser) {
    try {
      parser.run();
    } catch (IllegalArgumentException refused) {
      add(refused.getMessage());
    }
  }

  /** The messages so far. */
  public List<String> all() {
    return List.copyOf(found);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /**
   * Ends the search.
   *
   * @throws IllegalArgumentException with every mistake found
   */
  public void check() {
    if (!none()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), found));
    }
  }
}
