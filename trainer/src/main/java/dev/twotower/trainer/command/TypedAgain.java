package dev.twotower.trainer.command;

import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;
import dev.twotower.trainer.compare.OtherSettings;
import dev.twotower.trainer.config.RunSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command that was typed, with some settings as they should have been. */
final class TypedAgain {
  /** A section without keys, which says nothing. */
  private static final String NOTHING = "{}";

  private TypedAgain() {}

  /**
   * What to type.
   *
   * @param command the one that runs
   * @param settings value by key
   * @param shortForms options that were typed for settings, by key
   */
  static String with(
      CommandSpec command,
      Map<String, String> settings,
      Map<String, ConfigOptions.Setting> shortForms) {
    Set<String> options = new HashSet<>();
    shortForms.forEach(
        (key, given) -> {
          if (isOf(key, settings)) {
            options.add(given.option());
          }
        });
    List<String> typed = command.commandLine().getParseResult().originalArgs();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < typed.size(); i++) {
      String word = typed.get(i);
      String next = i + 1 < typed.size() ? typed.get(i + 1) : "";
      if (options.contains(word) || word.equals("--set") && says(next, settings)) {
        i++;
      } else if (options.stream().noneMatch(option -> word.startsWith(option + "="))
          && !(word.startsWith("--set=") && says(word.substring(6), settings))) {
        words.add(word);
      }
    }
    if (words.isEmpty() || !words.get(0).equals(command.name())) {
      words.add(0, command.name());
    }
    settings.forEach(
        (key, value) -> {
          if (!value.equals(NOTHING)) {
            words.addAll(List.of("--set", key + "=" + value));
          }
        });
    return words.stream()
        .map(ShellWord::of)
        .collect(Collectors.joining(" ", ProgramName.typed() + " ", ""));
  }

  /** Whether a setting as typed says nothing but what one of these is. */
  private static boolean says(String setting, Map<String, String> settings) {
    Set<String> named = RunSettings.named(setting);
    return !named.isEmpty() && named.stream().allMatch(name -> isOf(name, settings));
  }

  /** Whether these settings say what one is, by itself or as a kind of feedback. */
  private static boolean isOf(String name, Map<String, String> settings) {
    return settings.containsKey(name)
        || name.startsWith(OtherSettings.EVENTS + ".")
            && settings.containsKey(OtherSettings.EVENTS);
  }
}
