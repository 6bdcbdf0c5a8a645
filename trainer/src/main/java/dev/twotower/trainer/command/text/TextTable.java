package dev.twotower.trainer.command.text;

import dev.twotower.eval.page.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table for a terminal: the first column left-aligned, the others right-aligned. On a terminal
 * that is too narrow for it, a few lines for each row: its name, then headings with their values.
 * What is not printed on a terminal keeps a line for each row.
 */
public final class TextTable {
  /** Columns of the terminal that standard output is; the launcher says, if it is one. */
  static final String COLUMNS = "twotower.columns";

  private static final String INDENT = "  ";
  private static final String BETWEEN = "   ";

  private final List<String[]> lines = new ArrayList<>();

  public TextTable(String... header) {
    lines.add(header);
  }

  public TextTable add(Object... cells) {
    String[] line = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      line[i] = cells[i] instanceof Double number ? decimal(number) : count(cells[i]);
    }
    lines.add(line);
    return this;
  }

  /** The same for a page. */
  Sheet.Table forPage() {
    return new Sheet.Table(
        List.of(lines.get(0)), lines.stream().skip(1).map(List::<String>of).toList());
  }

  /** A share as a percentage with one decimal. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A whole number with its thousands apart; anything else as it is. */
  public static String count(Object value) {
    return value instanceof Integer || value instanceof Long
        ? String.format(Locale.ROOT, "%,d", ((Number) value).longValue())
        : String.valueOf(value);
  }

  /** Four significant digits below 1, one decimal above 10. */
  public static String decimal(double value) {
    double size = Math.abs(value);
    String format = size >= 10 || size == 0 ? "%.1f" : size >= 1 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }

  @Override
  public String toString() {
    String table = inColumns();
    return fits(table) || lines.size() < 2 ? table : folded(room());
  }

  /** Whether it has a line for each row on the terminal that standard output is. */
  boolean fits() {
    return fits(inColumns());
  }

  private static boolean fits(String table) {
    int room = room();
    return table.lines().allMatch(line -> line.length() <= room);
  }

  private static int room() {
    return Integer.getInteger(COLUMNS, Integer.MAX_VALUE);
  }

  private String folded(int room) {
    String[] heads = lines.get(0);
    List<String> text = new ArrayList<>();
    for (String[] line : lines.subList(1, lines.size())) {
      text.add(heads[0].isEmpty() ? line[0] : heads[0] + ": " + line[0]);
      StringBuilder pairs = new StringBuilder();
      for (int i = 1; i < line.length; i++) {
        String pair = line[i].isEmpty() ? "" : heads[i] + " " + line[i];
        if (!pairs.isEmpty() && pairs.length() + BETWEEN.length() + pair.length() > room) {
          text.add(pairs.toString());
          pairs.setLength(0);
        }
        if (!pair.isEmpty()) {
          pairs.append(pairs.isEmpty() ? INDENT : BETWEEN).append(pair);
        }
      }
      if (!pairs.isEmpty()) {
        text.add(pairs.toString());
      }
    }
    return String.join(System.lineSeparator(), text);
  }

  private String inColumns() {
    int columns = lines.stream().mapToInt(line -> line.length).max().orElse(0);
    int[] widths = new int[columns];
    for (String[] line : lines) {
      for (int i = 0; i < line.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] line : lines) {
      if (!text.isEmpty()) {
        text.append(System.lineSeparator());
      }
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < line.length; i++) {
        String format = i == 0 ? "%-" + widths[0] + "s" : "  %" + Math.max(1, widths[i]) + "s";
        row.append(String.format(Locale.ROOT, i == 0 && widths[0] == 0 ? "%s" : format, line[i]));
      }
      text.append(row.toString().stripTrailing());
    }
    return text.toString();
  }
}
