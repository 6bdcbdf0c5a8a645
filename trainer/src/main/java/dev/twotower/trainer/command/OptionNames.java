package dev.twotower.trainer.command;

import dev.twotower.data.message.ShellWord;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.RunSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What options are called, and what is said of one that is none but a setting. */
final class OptionNames {
  /** Of more settings of the same last name, the first few are named. */
  private static final int NAMED = 4;

  private OptionNames() {}

  /** The first long name, by which pages call an option. */
  static String first(OptionSpec option) {
    return Arrays.stream(option.names()).filter(each -> each.startsWith("--")).findFirst().get();
  }

  /** A sentence for each unknown option that is a setting; none where a command has no --set. */
  static List<String> settings(CommandLine command, List<String> unknown) {
    List<String> told = new ArrayList<>();
    if (command.getCommandSpec().findOption("--set") == null) {
      return told;
    }
    for (int i = 0; i < unknown.size(); i++) {
      String option = unknown.get(i);
      if (!option.matches("--?[A-Za-z][A-Za-z0-9._-]*(=.*)?")) {
        continue;
      }
      int equals = option.indexOf('=');
      String name = option.substring(0, equals < 0 ? option.length() : equals);
      List<String> keys = like(command, name.replaceFirst("^--?", ""));
      boolean follows = i + 1 < unknown.size() && !unknown.get(i + 1).startsWith("--");
      String value =
          equals >= 0 ? option.substring(equals + 1) : follows ? unknown.get(i + 1) : "..";
      if (!keys.isEmpty()) {
        told.add(sentence(name, keys, value));
      }
    }
    return told;
  }

  private static String sentence(String name, List<String> keys, String value) {
    String first = ShellWord.command("--set %s", keys.get(0) + "=" + value);
    return keys.size() == 1
        ? "%s is a setting: %s".formatted(name, first)
        : "%s names several settings: %s, or %s"
            .formatted(
                name,
                first,
                String.join(", ", keys.subList(1, Math.min(keys.size(), NAMED)))
                    + (keys.size() > NAMED ? ", .." : ""));
  }

  private static List<String> like(CommandLine command, String word) {
    return command.getCommand() instanceof QuantizeCommand
        ? QuantizeConfig.like(word)
        : RunSettings.like(word);
  }
}
