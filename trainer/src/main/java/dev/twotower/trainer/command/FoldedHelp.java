package dev.twotower.trainer.command;

import dev.twotower.trainer.command.text.Fold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Help whose sentences are broken as messages are: between words, never within {@code best.yaml} or
 * between a number and its unit, as the library does. Of options with a range it says that, too.
 */
final class FoldedHelp extends Help {
  /** Columns of the library's table: marks, short name, comma, long name, description. */
  private static final int NAMES = 3;

  private static final int DESCRIPTION = 4;

  /** Between the names and the description, and at the end of the names. */
  private static final int ROOM = 3;

  FoldedHelp(CommandSpec spec, ColorScheme scheme) {
    super(spec, scheme);
  }

  @Override
  public String description(Object... values) {
    StringBuilder text = new StringBuilder();
    for (String each : commandSpec().usageMessage().description()) {
      text.append(within(each.formatted(values), commandSpec().usageMessage().width()))
          .append(System.lineSeparator());
    }
    return text.toString();
  }

  @Override
  public String footer(Object... values) {
    StringBuilder text = new StringBuilder();
    for (String each : commandSpec().usageMessage().footer()) {
      String line = each.formatted(values);
      // Examples are broken before, as a shell reads them.
      text.append(each.startsWith("  ") ? line : within(line, commandSpec().usageMessage().width()))
          .append(System.lineSeparator());
    }
    return text.toString();
  }

  @Override
  public Layout createDefaultLayout(
      List<OptionSpec> options, List<PositionalParamSpec> positionals, ColorScheme scheme) {
    TextTable table =
        TextTable.forDefaultColumns(
            scheme, names(options, positionals, scheme), commandSpec().usageMessage().width());
    Column column = table.columns()[DESCRIPTION];
    int room = column.width - column.indent;
    IOptionRenderer option = createDefaultOptionRenderer();
    IParameterRenderer parameter = createDefaultParameterRenderer();
    return new Layout(
        scheme,
        table,
        (each, label, colours) ->
            folded(
                option.render(each, label, colours),
                OptionRanges.allowed(commandSpec(), each),
                room,
                colours),
        (each, label, colours) ->
            folded(parameter.render(each, label, colours), Optional.empty(), room, colours));
  }

  /** Columns of the names, as the library counts them. */
  private int names(
      Collection<OptionSpec> options,
      Collection<PositionalParamSpec> positionals,
      ColorScheme scheme) {
    List<Ansi.Text[][]> all = new ArrayList<>();
    options.stream()
        .filter(each -> !each.hidden())
        .map(each -> createDefaultOptionRenderer().render(each, parameterLabelRenderer(), scheme))
        .forEach(all::add);
    positionals.stream()
        .filter(each -> !each.hidden())
        .map(
            each -> createDefaultParameterRenderer().render(each, parameterLabelRenderer(), scheme))
        .forEach(all::add);
    int most = commandSpec().usageMessage().longOptionsMaxWidth() + 1;
    return ROOM
        + all.stream()
            .mapToInt(rows -> rows[0][NAMES].plainString().length())
            .filter(length -> length < most)
            .max()
            .orElse(0);
  }

  /** The rows of an option with a row for each line of its description, and one of its range. */
  private static Ansi.Text[][] folded(
      Ansi.Text[][] rows, Optional<String> allowed, int room, ColorScheme scheme) {
    List<Ansi.Text[]> all = new ArrayList<>();
    boolean told = allowed.isEmpty();
    for (Ansi.Text[] row : rows) {
      String text = row[DESCRIPTION].plainString();
      if (!told && text.startsWith("  Default: ")) {
        text = "  Allowed: %s. %s".formatted(allowed.get(), text.strip());
        told = true;
      }
      List<String> lines = within(text, room).lines().toList();
      Ansi.Text[] first = row.clone();
      first[DESCRIPTION] = scheme.text(lines.get(0));
      all.add(first);
      lines.stream().skip(1).map(line -> row(scheme, line)).forEach(all::add);
    }
    if (!told) {
      all.add(row(scheme, "  Allowed: " + allowed.get()));
    }
    return all.toArray(Ansi.Text[][]::new);
  }

  private static Ansi.Text[] row(ColorScheme scheme, String description) {
    Ansi.Text[] row = new Ansi.Text[DESCRIPTION + 1];
    Arrays.fill(row, scheme.text(""));
    row[DESCRIPTION] = scheme.text(description);
    return row;
  }

  private static String within(String text, int room) {
    return Fold.within(text, room);
  }
}
