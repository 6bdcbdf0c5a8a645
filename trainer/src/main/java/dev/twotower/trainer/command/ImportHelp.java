package dev.twotower.trainer.command;

import dev.twotower.data.imports.ImportFormat;
import dev.twotower.trainer.command.text.Fold;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options in the help of {@code import}, which are many: by purpose, what every import needs
 * first. Without a FORMAT the others are only named; with one, those that it takes are explained.
 */
final class ImportHelp implements IHelpSectionRenderer {
  private static final Set<ImportFormat> ALL = EnumSet.allOf(ImportFormat.class);
  private static final Set<ImportFormat> TABLES =
      EnumSet.of(ImportFormat.TABLE, ImportFormat.BASKETS);

  /**
   * Options of one purpose.
   *
   * @param formats that take them
   */
  private record Group(String heading, Set<ImportFormat> formats, List<String> options) {
    static Group of(String heading, Set<ImportFormat> formats, String... options) {
      return new Group(heading, formats, List.of(options));
    }
  }

  private static final Group NEEDED =
      Group.of(
          "The log",
          ALL,
          "--from",
          "--to",
          "--column",
          "--where",
          "--split",
          "--session-gap",
          "--max-bad-rows");

  /** Options of a group for all that can do nothing for some formats, and for which they can. */
  private static final Map<String, Set<ImportFormat>> NOT_EVERYWHERE =
      Map.of("--session-gap", EnumSet.of(ImportFormat.TABLE, ImportFormat.MOVIELENS));

  private static final List<Group> OTHERS =
      List.of(
          Group.of(
              "Items and users",
              ALL,
              "--items",
              "--item-key",
              "--item-name",
              "--item-feature",
              "--item-tokens",
              "--tree",
              "--users",
              "--user-key",
              "--user-feature",
              "--join"),
          Group.of(
              "How files are written",
              TABLES,
              "--header",
              "--no-header",
              "--delimiter",
              "--encoding",
              "--decimal",
              "--partitions",
              "--time-unit",
              "--time-format",
              "--time-zone",
              "--null-words"),
          Group.of("Rows", ALL, "--context", "--duplicates", "--seed"),
          Group.of("Everywhere", ALL, "--json", "--verbose", "--help", "--version"));

  @Override
  public String render(Help help) {
    CommandSpec spec = help.commandSpec();
    ImportFormat format = spec.positionalParameters().get(0).getValue();
    StringBuilder text = new StringBuilder(group(help, NEEDED, format));
    String line = System.lineSeparator();
    if (format == null) {
      text.append(line)
          .append("More, which 'twotower import FORMAT --help' explains:")
          .append(line);
      for (Group each : others(spec)) {
        String named = each.heading + ": " + String.join(", ", each.options);
        Fold.lines(named, "  ", spec.usageMessage().width())
            .forEach(part -> text.append(part).append(line));
      }
      return text.toString();
    }
    for (Group each : others(spec)) {
      if (each.formats.contains(format)) {
        text.append(group(help, each, format));
      }
    }
    if (!TABLES.contains(format)) {
      text.append(line)
          .append(
              "How the files of a %s log are written is known; what says it of".formatted(format))
          .append(line)
          .append("other files is explained by: twotower import table --help")
          .append(line);
    }
    return text.toString();
  }

  /** The examples; with a FORMAT only its own. */
  static String examples(Help help) {
    ImportFormat format = help.commandSpec().positionalParameters().get(0).getValue();
    StringBuilder text = new StringBuilder();
    boolean own = true;
    for (String each : help.commandSpec().usageMessage().footer()) {
      String command = "  twotower import ";
      own = each.startsWith(command) ? format == null || each.startsWith(command + format) : own;
      text.append(own ? each + System.lineSeparator() : "");
    }
    return text.toString();
  }

  /** The groups but the first; an option that none names is not lost. */
  private static List<Group> others(CommandSpec spec) {
    List<Group> all = new ArrayList<>(OTHERS);
    Set<String> left =
        spec.options().stream()
            .map(OptionNames::first)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    left.removeAll(NEEDED.options);
    OTHERS.forEach(each -> left.removeAll(each.options));
    if (!left.isEmpty()) {
      all.add(new Group("More", ALL, List.copyOf(left)));
    }
    return all;
  }

  private static String group(Help help, Group group, ImportFormat format) {
    Map<String, OptionSpec> options =
        help.commandSpec().options().stream()
            .collect(Collectors.toMap(OptionNames::first, Function.identity()));
    List<OptionSpec> shown =
        group.options.stream()
            .filter(
                name -> format == null || NOT_EVERYWHERE.getOrDefault(name, ALL).contains(format))
            .map(options::get)
            .toList();
    // All of them decide how wide the first column is, so that groups are in line.
    Help.Layout layout =
        help.createDefaultLayout(help.commandSpec().options(), List.of(), help.colorScheme());
    layout.addOptions(shown, help.parameterLabelRenderer());
    String line = System.lineSeparator();
    return line + help.colorScheme().text(group.heading + ":") + line + layout;
  }
}
