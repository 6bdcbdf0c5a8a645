package dev.twotower.eval.comparison;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.twotower.data.message.Words;

/** What is known about a against b (package description). */
public enum Verdict {
  BETTER,
  WORSE,
  EQUIVALENT,
  UNDECIDED;

  /**
   * The verdict that two tests allow at a level; equivalence first, since a difference may be sure
   * and too small to matter.
   *
   * @param estimate a minus b
   * @param different p value of "no difference", corrected for the family
   * @param equivalent p value of "differs by the margin or more", likewise
   * @param level the error allowed, for example 0.05
   */
  static Verdict of(double estimate, double different, double equivalent, double level) {
    if (equivalent <= level) {
      return EQUIVALENT;
    }
    if (different <= level) {
      return estimate > 0 ? BETTER : WORSE;
    }
    return UNDECIDED;
  }

  /** The lower-case word used in files. */
  @Override
  @JsonValue
  public String toString() {
    return Words.of(this);
  }
}
