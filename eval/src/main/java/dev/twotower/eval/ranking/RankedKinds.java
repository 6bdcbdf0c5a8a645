package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a ranking needs to know of a log with kinds of feedback, beside the rows of its positives.
 *
 * @param positives the kinds that are to be found
 * @param never the kinds of rows whose items users must not get
 * @param rows their rows, by split
 */
public record RankedKinds(
    List<String> positives, List<String> never, Map<Split, Interactions> rows) {
  public RankedKinds {
    positives = List.copyOf(positives);
    never = List.copyOf(never);
    rows = new EnumMap<>(rows);
  }

  /** Those of a data set that is read by kinds. */
  public static RankedKinds of(Dataset data) {
    Map<Split, Interactions> rows = new EnumMap<>(Split.class);
    List<String> never = data.feedback().of(Role.NEVER);
    if (!never.isEmpty()) {
      for (Split split : Split.values()) {
        rows.put(split, data.rows(Role.NEVER, split));
      }
    }
    return new RankedKinds(data.feedback().of(Role.POSITIVE), never, rows);
  }

  /** The splits before one, whose rows are known when it is ranked. */
  List<Interactions> before(Split split) {
    List<Interactions> known = new ArrayList<>();
    if (!never.isEmpty()) {
      known.add(rows.get(Split.TRAIN));
      if (split == Split.TEST) {
        known.add(rows.get(Split.VALIDATION));
      }
    }
    return known;
  }
}
