package dev.twotower.data.describe;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts the rows of each kind of feedback, whatever it stands for. */
final class KindTally {
  private KindTally() {}

  /** Rows by kind, in the order of their codes, and split; takes a pass over the kinds. */
  static Map<String, Map<String, Long>> of(Dataset dataset) {
    List<String> kinds = dataset.kinds();
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    kinds.forEach(kind -> counts.put(kind, new LinkedHashMap<>()));
    if (kinds.isEmpty()) {
      return counts;
    }
    for (Split split : Split.values()) {
      long[] ofCode = new long[kinds.size() + 1];
      for (Role role : Role.values()) {
        Interactions rows = dataset.rows(role, split);
        if (rows.rows() > 0) {
          ContextColumn kind = rows.context(Dataset.KINDS);
          for (long row = 0; row < rows.rows(); row++) {
            ofCode[(int) kind.value(row)]++;
          }
        }
      }
      for (int code = 1; code < ofCode.length; code++) {
        counts.get(kinds.get(code - 1)).put(split.toString(), ofCode[code]);
      }
    }
    return counts;
  }
}
