package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Counts of outcomes by part and group of trials, and every fault with what repeats it. */
final class Tally {
  private record Row(String part, String group) {}

  private final PrintStream out;
  private final String repeat;
  private final Map<Row, Map<Outcome, Integer>> counts = new LinkedHashMap<>();
  private final Map<String, Long> extras = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int trials;

  /**
   * @param repeat the command that repeats a trial, to be followed by its name
   */
  Tally(PrintStream out, String repeat) {
    this.out = out;
    this.repeat = repeat;
  }

  void add(String part, String group, String name, Verdict verdict) {
    trials++;
    counts
        .computeIfAbsent(new Row(part, group), row -> new EnumMap<>(Outcome.class))
        .merge(verdict.outcome(), 1, Integer::sum);
    if (!verdict.outcome().good()) {
      String fault =
          "%s: %s\n    %s\n    %s '%s'"
              .formatted(verdict.outcome().label(), name, verdict.detail(), repeat, name);
      faults.add(fault);
      out.println("BAD " + fault);
    } else if (verdict.outcome() == Outcome.SKIPPED) {
      out.println("skipped " + name + ": " + verdict.detail());
    }
  }

  /** Counts something beside the trials, such as kills. */
  void count(String what) {
    extras.merge(what, 1L, Long::sum);
  }

  int trials() {
    return trials;
  }

  int faults() {
    return faults.size();
  }

  void print() {
    TreeSet<Outcome> seen = new TreeSet<>();
    counts.values().forEach(row -> seen.addAll(row.keySet()));
    int width =
        counts.keySet().stream()
            .mapToInt(row -> row.part().length() + row.group().length() + 2)
            .max()
            .orElse(0);
    StringBuilder head = new StringBuilder(pad("trials of", width)).append("   trials");
    seen.forEach(outcome -> head.append("  ").append(outcome.label()));
    out.println();
    out.println(head);
    counts.forEach(
        (row, each) -> {
          StringBuilder line = new StringBuilder(pad(row.part() + ": " + row.group(), width));
          line.append("%9d".formatted(each.values().stream().mapToInt(n -> n).sum()));
          for (Outcome outcome : seen) {
            String count = String.valueOf(each.getOrDefault(outcome, 0));
            line.append("  ").append(" ".repeat(outcome.label().length() - count.length()));
            line.append(count);
          }
          out.println(line);
        });
    extras.forEach((what, count) -> out.println(what + ": " + count));
    out.println();
    for (String fault : faults) {
      out.println("BAD " + fault);
    }
    out.println(
        "%d trials, %d ok, %d bad".formatted(trials, trials - faults.size(), faults.size()));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
