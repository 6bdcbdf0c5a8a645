package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Interactions;
import java.util.List;
import java.util.Optional;

/**
 * Of what kind of feedback the items of a history are, as codes that do not depend on the log: 0
 * where that is not known, then the positives of the configuration in the order of their texts. So
 * a kind keeps its code where today's log has no rows of it.
 */
public final class HistoryKinds {
  private HistoryKinds() {}

  /** The kinds that a history can hold; that at place i has code i + 1. */
  static List<String> of(Feedback events) {
    return events.of(Role.POSITIVE).stream().sorted().toList();
  }

  /**
   * For each kind of now the row of its vector there, or -1; row 0 is that of no known kind.
   *
   * @param there kinds of another model
   */
  public static int[] matched(List<String> there, List<String> now) {
    int[] rows = new int[now.size() + 1];
    for (int kind = 0; kind < now.size(); kind++) {
      int same = there.indexOf(now.get(kind));
      rows[kind + 1] = same < 0 ? -1 : same + 1;
    }
    return rows;
  }

  /** The column of rows that says of what kind they are. */
  static Optional<ContextColumn> column(Interactions rows) {
    return rows.contextColumns().contains(Dataset.KINDS)
        ? Optional.of(rows.context(Dataset.KINDS)).filter(column -> !column.numeric())
        : Optional.empty();
  }

  /** The code of a kind, by the code that a log has for it. */
  static int[] codes(ContextColumn log, List<String> kinds) {
    int[] codes = new int[log.cardinality()];
    for (int code = 1; code < codes.length; code++) {
      codes[code] = 1 + kinds.indexOf(log.text(code));
    }
    return codes;
  }
}
