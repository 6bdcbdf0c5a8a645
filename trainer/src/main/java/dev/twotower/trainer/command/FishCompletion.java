package dev.twotower.trainer.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion for fish, which picocli does not write: a line for each command, and for each option
 * under the condition that its command stands on the line.
 */
final class FishCompletion {
  private FishCompletion() {}

  static String script(CommandLine program) {
    String name = program.getCommandName();
    List<String> lines = new ArrayList<>();
    // Files are completed only as the values of options.
    lines.add("complete -c " + name + " -f");
    options(name, "__fish_use_subcommand", program.getCommandSpec(), lines);
    for (Map.Entry<String, CommandLine> each : program.getSubcommands().entrySet()) {
      CommandSpec command = each.getValue().getCommandSpec();
      lines.add(
          "complete -c %s -n __fish_use_subcommand -a %s -d %s"
              .formatted(
                  name,
                  each.getKey(),
                  quoted(firstSentence(command.usageMessage().description()))));
      String condition = "__fish_seen_subcommand_from " + each.getKey();
      options(name, condition, command, lines);
      for (PositionalParamSpec word : command.positionalParameters()) {
        String values = values(word.completionCandidates());
        if (!values.isEmpty()) {
          lines.add(
              "complete -c %s -n %s -a %s".formatted(name, quoted(condition), quoted(values)));
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static void options(
      String name, String condition, CommandSpec command, List<String> lines) {
    for (OptionSpec option : command.options()) {
      if (option.hidden()) {
        continue;
      }
      StringBuilder line = new StringBuilder("complete -c " + name + " -n " + quoted(condition));
      for (String each : option.names()) {
        line.append(each.startsWith("--") ? " -l " : " -s ").append(each.replaceFirst("^-+", ""));
      }
      if (option.arity().max() > 0) {
        String values = values(option.completionCandidates());
        line.append(values.isEmpty() ? " -r -F" : " -x -a " + quoted(values));
      }
      lines.add(line + " -d " + quoted(firstSentence(option.description())));
    }
  }

  private static String values(Iterable<String> candidates) {
    return candidates == null ? "" : String.join(" ", candidates);
  }

  private static String firstSentence(String[] description) {
    return description.length == 0 ? "" : description[0].replaceFirst("(?s)[.:;] .*|[.]$", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
