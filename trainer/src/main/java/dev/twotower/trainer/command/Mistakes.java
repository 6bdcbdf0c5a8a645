package dev.twotower.trainer.command;

import dev.twotower.data.message.Received;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.message.Suggestion;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is told of the mistakes of a command line: each once, with what was meant where it shows.
 */
final class Mistakes {
  private static final Pattern INVALID =
      Pattern.compile(
          "^Invalid value for (?:option '([^']+)'|positional parameter)"
              + "(?: at index [0-9.*]+)?(?: \\(([^)]*)\\))?: ");

  private static final Pattern NO_VALUE =
      Pattern.compile("^Missing required parameter for option '([^']+)' \\((.*)\\)$");

  private static final Pattern ONE_OF =
      Pattern.compile("^Error: Missing required argument \\(specify one of these\\): \\((.*)\\)$");

  private static final Pattern TWO_OF =
      Pattern.compile("^Error: (.*) are mutually exclusive \\(specify only one\\)$");

  /** What the library says of a group of options, one of which is given twice. */
  private static final String TWICE = "Error: expected only one match but got ";

  private Mistakes() {}

  /**
   * Leaves out what follows from other mistakes.
   *
   * @param errors changed in place
   */
  static void dropRepeated(List<Exception> errors) {
    dropFollowing(errors);
    Set<ArgSpec> told = new HashSet<>();
    List<MissingParameterException> missing = new ArrayList<>(all(errors));
    missing.sort(Comparator.comparing(each -> -each.getMissing().size()));
    for (MissingParameterException each : missing) {
      // What is missing is reported once for all of it and once more for parts of it.
      if (!told.addAll(each.getMissing())) {
        errors.remove(each);
      }
    }
  }

  private static List<MissingParameterException> all(List<Exception> errors) {
    return errors.stream()
        .filter(MissingParameterException.class::isInstance)
        .map(MissingParameterException.class::cast)
        .toList();
  }

  /**
   * A word that cannot be read is reported as missing and as unknown, too, and an option that was
   * mistyped as missing.
   */
  private static void dropFollowing(List<Exception> errors) {
    Set<String> meant = new HashSet<>();
    Set<ArgSpec> unread = new HashSet<>();
    Set<String> words = new HashSet<>();
    for (Exception error : errors) {
      if (error instanceof UnmatchedArgumentException unknown) {
        meanings(unknown.getCommandLine(), unknown.getUnmatched()).values().stream()
            .flatMap(Optional::stream)
            .forEach(meant::add);
      } else if (error instanceof ParameterException invalid
          && INVALID.matcher(invalid.getMessage()).lookingAt()
          && invalid.getArgSpec() != null
          && invalid.getArgSpec().isPositional()) {
        unread.add(invalid.getArgSpec());
        words.add(invalid.getValue());
      }
    }
    for (MissingParameterException each : all(errors)) {
      boolean follows =
          each.getMissing().stream()
              .allMatch(
                  arg ->
                      unread.contains(arg)
                          || arg instanceof OptionSpec option
                              && Arrays.stream(option.names()).anyMatch(meant::contains));
      if (follows && !each.getMissing().isEmpty()) {
        errors.remove(each);
      }
    }
    errors.removeIf(
        error ->
            error instanceof UnmatchedArgumentException unknown
                && words.containsAll(unknown.getUnmatched()));
  }

  /**
   * A mistake in words.
   *
   * @param args the whole command line
   */
  static String told(Exception mistake, List<String> args) {
    String message = mistake.getMessage();
    if (mistake instanceof UnmatchedArgumentException unknown) {
      return unknown(unknown, args);
    }
    Matcher invalid = INVALID.matcher(message);
    if (invalid.lookingAt()) {
      // The option's name comes before what is wrong with it, as in messages about settings.
      String name = invalid.group(1) == null ? invalid.group(2) : invalid.group(1);
      String rest = message.substring(invalid.end());
      return rest.startsWith(name + " ") || rest.startsWith(name + ":") ? rest : name + ": " + rest;
    }
    Matcher empty = NO_VALUE.matcher(message);
    if (empty.matches()) {
      return "%s: received no value; needed: %s %s"
          .formatted(empty.group(1), empty.group(1), empty.group(2));
    }
    Matcher choice = ONE_OF.matcher(message);
    if (choice.matches()) {
      return "needed: one of " + choice.group(1).replace(" | ", ", ");
    }
    Matcher both = TWO_OF.matcher(message);
    if (both.matches()) {
      return "received %s; allowed: only one of them".formatted(both.group(1));
    }
    if (message.startsWith(TWICE) && mistake instanceof ParameterException twice) {
      return twice(twice.getCommandLine(), args).orElse(message);
    }
    if (mistake instanceof MissingParameterException some) {
      // The library calls an option by its longest name, pages by its first.
      for (ArgSpec missing : some.getMissing()) {
        if (missing instanceof OptionSpec option) {
          message = message.replace("'" + option.longestName(), "'" + OptionNames.first(option));
        }
      }
    }
    return message;
  }

  /** Options of groups that are given twice, in the library's words for all others. */
  private static Optional<String> twice(CommandLine command, List<String> args) {
    return command.getCommandSpec().options().stream()
        .filter(option -> option.group() != null && !option.isMultiValue())
        .filter(option -> args.stream().filter(word -> names(word, option)).count() > 1)
        .map(
            option ->
                "option '%s' (%s) should be specified only once"
                    .formatted(OptionNames.first(option), option.paramLabel()))
        .reduce((one, other) -> one + "; " + other);
  }

  private static boolean names(String word, OptionSpec option) {
    return Arrays.stream(option.names())
        .anyMatch(name -> word.equals(name) || word.startsWith(name + "="));
  }

  private static String unknown(UnmatchedArgumentException mistake, List<String> args) {
    List<String> told = new ArrayList<>();
    Map<String, Optional<String>> options =
        meanings(mistake.getCommandLine(), mistake.getUnmatched());
    if (!options.isEmpty()) {
      told.add(
          (options.size() == 1 ? "Unknown option: " : "Unknown options: ")
              + options.entrySet().stream()
                  .map(
                      each ->
                          Received.quoted(each.getKey())
                              + each.getValue()
                                  .map(name -> " (did you mean '" + name + "'?)")
                                  .orElse(""))
                  .collect(Collectors.joining(", ")));
    }
    List<String> words = words(mistake.getUnmatched());
    for (String word : List.copyOf(words)) {
      pair(mistake.getCommandLine(), args, word)
          .ifPresent(
              sentence -> {
                told.add(sentence);
                words.remove(word);
              });
    }
    if (!words.isEmpty()) {
      told.add(
          "received %s, which belongs to no option%s"
              .formatted(
                  words.stream().map(Received::quoted).collect(Collectors.joining(", ")),
                  severalFiles(mistake.getCommandLine(), words)));
    }
    return String.join("; ", told);
  }

  /** What a pattern became that the shell was left to read. */
  private static String severalFiles(CommandLine command, List<String> words) {
    OptionSpec from = command.getCommandSpec().findOption("--from");
    return from != null && from.isMultiValue() && words.stream().allMatch(Mistakes::isThere)
        ? "; give --from once for each file, or a pattern in quotes: --from 'glob:FOLDER/*.csv'"
        : "";
  }

  private static boolean isThere(String word) {
    try {
      return Files.exists(Path.of(word));
    } catch (InvalidPathException none) {
      return false;
    }
  }

  /** The unknown options, without values; with each the known one that is meant, if any is. */
  private static Map<String, Optional<String>> meanings(CommandLine command, List<String> unknown) {
    List<String> names =
        command.getCommandSpec().options().stream()
            .filter(option -> !option.hidden())
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(name -> name.startsWith("--"))
            .map(name -> name.substring(2))
            .toList();
    Map<String, Optional<String>> meanings = new LinkedHashMap<>();
    for (String word : unknown) {
      if (isOption(word)) {
        String name = word.replaceFirst("=.*", "");
        boolean setting = !OptionNames.settings(command, List.of(name)).isEmpty();
        meanings.put(
            name,
            setting
                ? Optional.empty()
                : Synonyms.of(command, name)
                    .or(
                        () ->
                            Suggestion.nearest(name.replaceFirst("^-+", ""), names)
                                .map(near -> "--" + near)));
      }
    }
    return meanings;
  }

  private static boolean isOption(String word) {
    return word.matches("--?[A-Za-z].*");
  }

  /** What is neither an unknown option nor its value. */
  private static List<String> words(List<String> unknown) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < unknown.size(); i++) {
      boolean value = i > 0 && isOption(unknown.get(i - 1)) && unknown.get(i - 1).indexOf('=') < 0;
      if (!isOption(unknown.get(i)) && !value) {
        words.add(unknown.get(i));
      }
    }
    return words;
  }

  /** What is said of {@code --set KEY VALUE}, whose value stands apart. */
  private static Optional<String> pair(CommandLine command, List<String> args, String word) {
    for (int i = 2; i < args.size(); i++) {
      String name = args.get(i - 2);
      OptionSpec option = name.startsWith("--") ? command.getCommandSpec().findOption(name) : null;
      if (option != null
          && args.get(i).equals(word)
          && option.paramLabel().matches("[A-Z]+=.*")
          && args.get(i - 1).indexOf('=') < 0) {
        return Optional.of(
            "%s takes %s as one word: %s"
                .formatted(
                    name,
                    option.paramLabel(),
                    ShellWord.command(name + " %s", args.get(i - 1) + "=" + word)));
      }
    }
    return Optional.empty();
  }
}
