package dev.twotower.eval.comparison;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.twotower.data.message.Words;

/** What is known about a against b (package description). */
public enum Verdict {
  BETTER,
  WORSE,
  EQUIVALENT,
  UNDECIDED;

  /** The lower-case word used in files. */
  @Override
  @JsonValue
  public String toString() {
    return Words.of(this);
  }
}
