package dev.twotower.trainer.command.text;

import dev.twotower.eval.comparison.PowerNote;
import dev.twotower.eval.comparison.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What is to be said of pairs in sentences, which would make a table too wide. */
final class PairNotes {
  /** More pairs with the same note are counted, not named. */
  private static final int NAMED = 3;

  private PairNotes() {}

  /**
   * A line for each note, with the pairs that it is about; empty where there is none. That there is
   * a single seed is a warning about all of them and needs no note as well.
   *
   * @param name a pair as the table above names it
   */
  static String of(List<Report.Pair> pairs, Function<Report.Pair, String> name) {
    Map<String, List<String>> byNote = new LinkedHashMap<>();
    for (Report.Pair pair : pairs) {
      if (pair.note() != null && !pair.note().equals(PowerNote.ONE_SEED)) {
        byNote.computeIfAbsent(pair.note(), note -> new ArrayList<>()).add(name.apply(pair));
      }
    }
    StringBuilder text = new StringBuilder();
    byNote.forEach(
        (note, names) ->
            text.append(System.lineSeparator())
                .append(
                    names.size() > NAMED
                        ? "%d of the pairs".formatted(names.size())
                        : String.join("; ", names))
                .append(": ")
                .append(note));
    return text.toString();
  }
}
