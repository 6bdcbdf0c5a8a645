package dev.twotower.data.imports;

import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows left out, as people are shown them. Those of a file beside the log are of that file: their
 * reason is another than the same words said of the log or of a second file.
 *
 * @param dropped rows of the log by reason
 * @param examples a few of each
 * @param side lines of files beside the log
 */
record LeftOut(Map<String, Long> dropped, List<BadRow> examples, SideRows side) {
  /** Rows that are shown; of more, one of each of so many reasons. */
  private static final int SHOWN = 3;

  /** All of a few; of more, one of each of the reasons that most rows have. */
  List<String> lines() {
    int all = examples.size() + side.examples().size();
    List<String> lines = new ArrayList<>();
    if (all <= SHOWN) {
      examples.forEach(example -> lines.add("left out: " + example));
      side.examples().forEach(example -> lines.add("left out: " + example));
      return lines;
    }
    List<Reason> reasons = reasons();
    reasons.stream()
        .sorted(Comparator.comparingLong(reason -> -reason.rows()))
        .limit(SHOWN)
        .forEach(
            reason ->
                lines.add(
                    "left out: %s%s"
                        .formatted(
                            reason.first(),
                            reason.rows() == 1
                                ? ""
                                : " (1 of %s)".formatted(Amount.number(reason.rows())))));
    lines.add(
        "left out: %s, of %s; --json shows them"
            .formatted(
                Amount.of(all - Math.min(SHOWN, reasons.size()), "more example", "more examples"),
                Amount.of(reasons.size(), "reason")));
    return lines;
  }

  private List<Reason> reasons() {
    Map<String, BadRow> ofLog = new LinkedHashMap<>();
    examples.forEach(example -> ofLog.putIfAbsent(example.reason(), example));
    Map<String, BadRow> beside = new LinkedHashMap<>();
    side.examples().forEach(example -> beside.putIfAbsent(SideRows.key(example), example));
    List<Reason> reasons = new ArrayList<>();
    ofLog.forEach((key, first) -> reasons.add(new Reason(first, dropped.getOrDefault(key, 1L))));
    beside.forEach(
        (key, first) -> reasons.add(new Reason(first, side.counts().getOrDefault(key, 1L))));
    return reasons;
  }

  private record Reason(BadRow first, long rows) {}
}
