package dev.twotower.trainer.command;

import dev.twotower.trainer.command.text.Fold;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/** The commands in the help of the program: those of the usual way first, then by purpose. */
final class CommandList implements IHelpSectionRenderer {
  /** Of the descriptions in their column. */
  private static final int INDENT = 2;

  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put(
        "From a log to recommendations",
        List.of("import", "prepare", "diagnose", "compare", "train", "evaluate", "recommend"));
    GROUPS.put("Data", List.of("describe", "generate"));
    GROUPS.put("Models", List.of("tune", "curve", "judge", "similar", "export", "embed"));
    GROUPS.put("Semantic IDs", List.of("quantize", "browse"));
    GROUPS.put("This machine", List.of("demo", "bench", "doctor", "completion"));
  }

  @Override
  public String render(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    Map<String, List<Help>> shown = new LinkedHashMap<>();
    GROUPS.forEach(
        (heading, names) -> {
          for (String name : names) {
            Help command = left.remove(name);
            if (command != null) {
              shown.computeIfAbsent(heading, key -> new ArrayList<>()).add(command);
            }
          }
        });
    left.values()
        .forEach(each -> shown.computeIfAbsent("More", key -> new ArrayList<>()).add(each));
    StringBuilder text = new StringBuilder();
    shown.forEach((heading, commands) -> text.append(group(help, heading, commands)));
    return text.toString();
  }

  /** The commands that somebody needs who has a log. */
  static String usual(Help help) {
    Map.Entry<String, List<String>> first = GROUPS.entrySet().iterator().next();
    return group(
        help,
        first.getKey(),
        first.getValue().stream().map(help.subcommands()::get).filter(Objects::nonNull).toList());
  }

  private static String group(Help help, String heading, List<Help> commands) {
    CommandLine.Model.UsageMessageSpec usage = help.commandSpec().usageMessage();
    int names = 13;
    TextTable table =
        TextTable.forColumns(
            help.colorScheme(),
            new Help.Column(names, 2, Help.Column.Overflow.SPAN),
            new Help.Column(usage.width() - names, INDENT, Help.Column.Overflow.WRAP));
    for (Help command : commands) {
      String[] description = command.commandSpec().usageMessage().description();
      String text = description.length == 0 ? "" : description[0];
      String name = command.commandSpec().name();
      for (String line : Fold.lines(text, "", usage.width() - names - INDENT)) {
        table.addRowValues(help.colorScheme().commandText(name), help.colorScheme().text(line));
        name = "";
      }
    }
    String line = System.lineSeparator();
    return line + help.colorScheme().text(heading + ":") + line + table;
  }
}
