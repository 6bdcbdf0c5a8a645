package dev.twotower.trainer.command;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The ranges of numeric options that hold for any data, so that values outside them are refused
 * before data is read. Commands that read no data check their own options.
 */
final class OptionRanges {
  /** From and to, both taken. */
  private record Range(long least, long most) {
    @Override
    public String toString() {
      return most == Integer.MAX_VALUE ? least + " and up" : "%d to %d".formatted(least, most);
    }
  }

  private static final Set<String> WITHOUT_DATA = Set.of("bench", "generate");
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);
  private static final Map<String, Range> RANGES = new LinkedHashMap<>();

  static {
    from("--seeds", 1);
    from("--batch-size", 2);
    from("--users", 0);
    from("--replicates", 0);
    from("--max-batches", 0);
    from("--max-bad-rows", 0);
    from("--session-gap", 1);
    from("--item-tokens", 0);
    from("--most", 1);
    RANGES.put("--trials", new Range(1, 1000));
    from("--examples", 0);
    from("--prefix", 0);
    from("-k", 1);
    RANGES.put("--k", new Range(1, 10_000));
    RANGES.put("--at-once", new Range(1, 1024));
    RANGES.put("--threads", new Range(0, 1024));
    RANGES.put("--parts", new Range(1, 10_000));
    RANGES.put("--rounds-per-epoch", new Range(1, 100_000));
    from("--keep-rounds", 0);
  }

  private OptionRanges() {}

  private static void from(String option, long least) {
    RANGES.put(option, new Range(least, Integer.MAX_VALUE));
  }

  /** Adds a message for each option of a command line whose number is out of its range. */
  static void check(ParseResult parsed, List<String> mistakes) {
    if (WITHOUT_DATA.contains(parsed.commandSpec().name())) {
      return;
    }
    for (OptionSpec option : parsed.matchedOptions()) {
      Range range = RANGES.get(name(option));
      if (range == null) {
        continue;
      }
      Object value = option.getValue();
      Collection<?> values = value instanceof Collection<?> all ? all : List.of(unwrapped(value));
      for (Object each : values) {
        if (each instanceof Number number
            && (number.longValue() < range.least || number.longValue() > range.most)) {
          mistakes.add("%s: received %s; allowed: %s".formatted(name(option), number, range));
        }
      }
    }
  }

  /** The range of an option, as messages and help say it; empty where it has none here. */
  static Optional<String> allowed(CommandSpec command, OptionSpec option) {
    boolean counts = !WITHOUT_DATA.contains(command.name()) && isWhole(option);
    return Optional.ofNullable(counts ? RANGES.get(name(option)) : null).map(Range::toString);
  }

  /** The first one: a list is as long as -k says, cutoffs are those of --k, and both have both. */
  private static String name(OptionSpec option) {
    return option.names()[0];
  }

  /** Some names stand for a number in one command and for a file in another. */
  private static boolean isWhole(OptionSpec option) {
    Class<?> type = option.auxiliaryTypes().length > 0 ? option.auxiliaryTypes()[0] : option.type();
    return NUMBERS.contains(type);
  }

  private static Object unwrapped(Object value) {
    if (value instanceof Optional<?> optional && optional.isPresent()) {
      return optional.get();
    }
    return value == null ? "" : value;
  }
}
