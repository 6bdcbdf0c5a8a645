package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Amount;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many bad rows may be left out ({@code --max-bad-rows}), those of the log and of the files
 * beside it together.
 */
record BadRowLimit(long allowed) {
  /**
   * Refuses more bad rows than allowed, and a log of bad rows alone.
   *
   * @throws BadDataException with counts and examples
   */
  void check(String label, LogTable log, SideRows side) {
    Map<String, Long> unusable = log.unusable();
    long ofLog = unusable.values().stream().mapToLong(Long::longValue).sum();
    long bad = ofLog + side.bad();
    boolean all = ofLog > 0 && ofLog == log.rowsRead();
    if (bad <= allowed && !all) {
      return;
    }
    StringBuilder message = new StringBuilder();
    if (ofLog > 0 || side.bad() == 0) {
      message.append(
          String.format(
              Locale.ROOT,
              "%s: %,d of %s cannot be used; allowed: %,d (--max-bad-rows)",
              label,
              ofLog,
              Amount.of(log.rowsRead(), "row"),
              allowed));
      unusable.forEach((reason, count) -> add(message, reason, reason, count, log.examples()));
    }
    if (side.bad() > 0) {
      message.append(
          String.format(
              Locale.ROOT,
              "%s%s of other files cannot be used; allowed: %,d (--max-bad-rows)%s",
              message.isEmpty() ? "" : System.lineSeparator(),
              Amount.of(side.bad(), "line"),
              allowed,
              ofLog > 0 ? " together" : ""));
      side.counts()
          .forEach(
              (reason, count) ->
                  add(
                      message,
                      reason,
                      reason.substring(reason.indexOf(": ") + 2),
                      count,
                      side.examples().stream()
                          .filter(example -> reason.startsWith(example.file() + ": "))
                          .toList()));
    }
    log.timeAdvice().ifPresent(advice -> message.append("%n".formatted()).append(advice));
    message.append(
        all
            ? "%nNo row would be left to import".formatted()
            : "%nRepair the file, exclude such rows with --where, or allow them with --max-bad-rows %d"
                .formatted(bad));
    throw new BadDataException(message.toString());
  }

  private static void add(
      StringBuilder message, String label, String reason, long count, List<BadRow> examples) {
    message.append(String.format(Locale.ROOT, "%n  %,d: %s", count, label));
    examples.stream()
        .filter(example -> example.reason().equals(reason))
        .forEach(
            example ->
                message.append(
                    "%n    %s %s %d: %s"
                        .formatted(
                            example.file(), example.unit(), example.line(), example.text())));
  }
}
