package dev.twotower.trainer.config;

import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Received;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** The source of single settings. */
  static final String SET = "--set";

  /** Mistakes that the message lists. */
  private static final int SHOWN = 50;

  /**
   * One mistake.
   *
   * @param key dotted key, for example {@code loss.temperature}
   * @param received the value received, as written
   * @param allowed what is allowed, in words; a whole message where {@code whole}
   * @param whole whether {@code allowed} names what was received by itself, as parsers do
   * @param line its line in the file given; 0 where it is in none
   */
  public record Problem(String key, String received, String allowed, boolean whole, int line) {
    public Problem {
      key = Received.cut(key);
      received = Received.cut(received);
      allowed = whole ? Received.inMessage(allowed) : allowed;
    }

    Problem(String key, String received, String allowed) {
      this(key, received, allowed, false, 0);
    }

    Problem atLine(int number) {
      return new Problem(key, received, allowed, whole, number);
    }

    /** The same problem seen from the section that holds it. */
    Problem under(String section) {
      return new Problem(
          section.isEmpty() ? key : section + "." + key, received, allowed, whole, line);
    }

    @Override
    public String toString() {
      String where = line > 0 ? "line " + line + ", " + key : key;
      return whole
          ? where + ": " + allowed
          : where + ": received " + received + "; allowed: " + allowed;
    }
  }

  private final transient List<Problem> problems;

  /** What names the sources. */
  private final String where;

  /** What is wrong beside the configuration. */
  private final transient List<String> beside;

  ConfigException(String where, List<Problem> problems) {
    this(where, problems, List.of());
  }

  private ConfigException(String where, List<Problem> problems, List<String> beside) {
    super(
        Stream.concat(Stream.of(message(where, problems)), beside.stream())
            .collect(Collectors.joining(System.lineSeparator())));
    this.problems = List.copyOf(problems);
    this.where = where;
    this.beside = List.copyOf(beside);
  }

  private static String message(String where, List<Problem> problems) {
    return Amount.of(problems.size(), "problem")
        + " in "
        + where
        + problems.stream()
            .limit(SHOWN)
            .map(problem -> System.lineSeparator() + "  " + problem)
            .collect(Collectors.joining())
        + (problems.size() > SHOWN
            ? System.lineSeparator() + "  and %d more".formatted(problems.size() - SHOWN)
            : "");
  }

  /**
   * The same where some settings were typed as options of their own.
   *
   * @param options names of options by the settings that they stand for
   * @param sets whether {@code --set} is among the sources as well
   */
  public ConfigException typed(Map<String, String> options, boolean sets) {
    if (options.isEmpty()) {
      return this;
    }
    String typed = String.join(", ", options.values());
    return new ConfigException(
        Arrays.stream(where.split(", "))
            .map(source -> source.equals(SET) ? sets ? SET + ", " + typed : typed : source)
            .collect(Collectors.joining(", ")),
        problems.stream()
            .map(
                each ->
                    new Problem(
                        options.getOrDefault(each.key, each.key),
                        each.received,
                        each.allowed,
                        each.whole,
                        each.line))
            .toList(),
        beside);
  }

  /** The same with more messages below, of what is wrong beside the configuration. */
  public ConfigException and(List<String> more) {
    return new ConfigException(
        where, problems, Stream.concat(beside.stream(), more.stream()).toList());
  }

  /** The same, of settings that come from elsewhere. */
  public ConfigException of(String other) {
    return new ConfigException(other, problems, beside);
  }

  /** All mistakes, in the order in which they were found. */
  public List<Problem> problems() {
    return problems;
  }
}
