package dev.twotower.data.imports;

import dev.twotower.data.imports.columns.ListText;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Amount;
import java.util.Optional;

/**
 * Counts users or items to which the log gives several values of one attribute, of which one is
 * taken (see {@link Attributes}).
 */
final class Disagreements {
  /** Below this, nearly as many values as rows say nothing. */
  private static final long LEAST_ROWS = 20;

  /** From so many values per ten rows, where rows could repeat them, each row has its own. */
  private static final long VALUES_OF_TEN = 5;

  private final String role;
  private final String told;
  private final boolean measured;
  private long several;
  private long values;
  private long rows;
  private String example;

  /**
   * @param role user or item
   * @param told the option and its columns
   * @param measured whether training rows decide
   */
  Disagreements(String role, String told, boolean measured) {
    this.role = role;
    this.told = told;
    this.measured = measured;
  }

  /**
   * Counts one user or item.
   *
   * @param other a value that was not taken; null where all rows agree
   * @param distinct its values, of training rows where those decide
   * @param found its rows with a value, likewise
   */
  void add(String id, String taken, String other, long distinct, long found) {
    if (found > 1) {
      values += distinct;
      rows += found;
    }
    if (other != null) {
      several++;
      if (example == null) {
        example =
            "'%s': '%s', and '%s'".formatted(BadRow.shortened(id), shown(taken), shown(other));
      }
    }
  }

  private static String shown(String value) {
    return BadRow.shortened(value.replace(ListText.SEPARATOR, '>'));
  }

  /** What to say; empty where no one has several values. */
  Optional<String> note() {
    if (several == 0) {
      return Optional.empty();
    }
    String kind = measured ? "training rows" : "rows";
    String note =
        "%s: the log gives %s several values, such as %s; the one of most %s counts, the earliest of those that are as frequent"
            .formatted(told, Amount.of(several, role), example, kind);
    boolean ofRows = rows >= LEAST_ROWS && 10 * values >= VALUES_OF_TEN * rows;
    return Optional.of(
        ofRows
            ? note
                + ". There are %s in %s %s of %ss with more than one row: such a column tells of the row, not of the %s; --context keeps it with the row"
                    .formatted(Amount.of(values, "value"), Amount.number(rows), kind, role, role)
            : note);
  }
}
