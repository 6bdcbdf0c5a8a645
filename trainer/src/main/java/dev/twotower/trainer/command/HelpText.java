package dev.twotower.trainer.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Makes the help of commands readable and their examples fit to be copied. */
final class HelpText {
  /** The width of help that does not go to a terminal. */
  private static final int WIDTH = 80;

  /** After --json and --verbose. */
  private static final int HELP = 92;

  private HelpText() {}

  static CommandLine tidy(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandList());
    line.setHelpFactory(FoldedHelp::new);
    for (CommandLine command : line.getSubcommands().values()) {
      CommandSpec spec = command.getCommandSpec();
      if (command.getCommand() instanceof ImportCommand) {
        spec.usageMessage().optionListHeading("");
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new ImportHelp());
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, ImportHelp::examples);
      }
      hideAbsentDefaults(spec);
      offerValues(spec);
      putLast(spec, "--help", HELP);
      putLast(spec, "--version", HELP + 1);
      wrapExamples(spec);
    }
    wrapExamples(line.getCommandSpec());
    return line;
  }

  private static void wrapExamples(CommandSpec spec) {
    spec.usageMessage()
        .footer(
            Arrays.stream(spec.usageMessage().footer())
                .flatMap(each -> each.startsWith("  ") ? wrap(each).stream() : Stream.of(each))
                .toArray(String[]::new));
  }

  /**
   * An empty list or optional is not a default worth showing. Options in groups cannot be replaced
   * and say for themselves.
   */
  private static void hideAbsentDefaults(CommandSpec spec) {
    for (OptionSpec option : new ArrayList<>(spec.options())) {
      if (option.defaultValue() == null
          && option.showDefaultValue() == Visibility.ON_DEMAND
          && option.group() == null) {
        spec.remove(option);
        spec.addOption(OptionSpec.builder(option).showDefaultValue(Visibility.NEVER).build());
      }
    }
  }

  /** What a command is for stands before what all commands have. */
  private static void putLast(CommandSpec spec, String name, int order) {
    OptionSpec option = spec.findOption(name);
    spec.remove(option);
    spec.addOption(OptionSpec.builder(option).order(order).build());
  }

  /** The values of an enumeration are completed as they are written in messages. */
  private static void offerValues(CommandSpec spec) {
    for (OptionSpec option : new ArrayList<>(spec.options())) {
      Object[] values = option.type().getEnumConstants();
      if (values != null && option.group() == null) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option)
                .completionCandidates(
                    Arrays.stream(values)
                        .map(value -> value.toString().toLowerCase(Locale.ROOT))
                        .toList())
                .build());
      }
    }
  }

  /** Breaks an example between arguments, as a shell reads it. */
  static List<String> wrap(String example) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    String indent = example.substring(0, example.length() - example.stripLeading().length());
    for (String word : words(example.strip())) {
      // Room for the space and the backslash that may follow.
      if (!line.isEmpty() && line.length() + 1 + word.length() + 2 > WIDTH) {
        lines.add(line + " \\");
        line = new StringBuilder(indent + "    ").append(word);
      } else {
        line.append(line.isEmpty() ? indent : " ").append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /** Splits at spaces outside double quotes. */
  private static List<String> arguments(String example) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    boolean quoted = false;
    for (int at = 0; at < example.length(); at++) {
      char next = example.charAt(at);
      boolean escaped = at > 0 && example.charAt(at - 1) == '\\';
      if (next == ' ' && !quoted) {
        if (!argument.isEmpty()) {
          arguments.add(argument.toString());
          argument.setLength(0);
        }
        continue;
      }
      quoted ^= next == '"' && !escaped;
      argument.append(next);
    }
    arguments.add(argument.toString());
    return arguments;
  }

  /** An option stays with its value. */
  private static List<String> words(String example) {
    List<String> words = new ArrayList<>();
    for (String word : arguments(example)) {
      int last = words.size() - 1;
      boolean value =
          last >= 0
              && words.get(last).startsWith("-")
              && !words.get(last).contains(" ")
              && !word.startsWith("-");
      if (value) {
        words.set(last, words.get(last) + " " + word);
      } else {
        words.add(word);
      }
    }
    return words;
  }
}
