package dev.twotower.trainer.auto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The rules by which settings that are {@code auto} follow from the log (package description). */
public final class Rules {
  private static final Pattern WIDTH =
      Pattern.compile("[1-9][0-9]{0,2}|[1-3][0-9]{3}|40[0-8][0-9]");

  private final Function<String, Optional<String>> given;
  private final List<Choice> choices = new ArrayList<>();

  private Rules(Function<String, Optional<String>> given) {
    this.given = given;
  }

  /**
   * Chooses every setting that has a rule and no value.
   *
   * @param given the value of a setting, as it is written; empty where it is left to a rule
   */
  public static List<Choice> choose(LogFacts log, Function<String, Optional<String>> given) {
    Rules rules = new Rules(given);
    // A value out of range is refused under its own name.
    String dim = given.apply("dim").filter(WIDTH.asMatchPredicate()).orElse("64");
    rules.choose("user.embedding", dim, "as dim");
    rules.choose("item.embedding", dim, "as dim");
    return List.copyOf(rules.choices);
  }

  private void choose(String key, String value, String reason) {
    if (given.apply(key).isEmpty()) {
      choices.add(new Choice(key, value, reason));
    }
  }
}
