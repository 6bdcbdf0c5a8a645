package dev.twotower.data.imports;

import dev.twotower.data.imports.columns.ContextColumn;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.source.NullWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Why rows of {@link LogTable} are left out: the first reason that holds counts. */
final class Reasons {
  static final String UNREADABLE_TIME = "time cannot be read";

  /**
   * A reason.
   *
   * @param bad whether such rows count as bad rather than unwanted
   * @param condition when, in SQL
   * @param word the column whose words for null it is about; null for other reasons
   */
  record Reason(String label, boolean bad, String condition, String word) {
    Reason(String label, boolean bad, String condition) {
      this(label, bad, condition, null);
    }
  }

  private final List<Reason> all = new ArrayList<>();

  /**
   * What holds for nearly all rows and shows that none of the reasons does, told at little cost.
   */
  private final List<String> sound = new ArrayList<>();

  private Reasons() {}

  /**
   * The reasons of a log.
   *
   * @param roles the value of each role
   * @param conditions the texts of conditions of rows to keep
   * @param commas whether decimals were asked to follow a comma
   */
  static Reasons of(
      Map<String, String> roles,
      TimeColumn time,
      Collection<String> conditions,
      List<ContextColumn> contexts,
      List<String> nullWords,
      boolean commas) {
    Reasons reasons = new Reasons();
    reasons.addConditions(conditions);
    reasons.addIds(roles, nullWords);
    reasons.addTime(time);
    reasons.addValues(contexts, nullWords, commas);
    return reasons;
  }

  private void addConditions(Collection<String> conditions) {
    int kept = 0;
    for (String text : conditions) {
      all.add(new Reason("fails --where " + text, false, "NOT where" + kept));
      sound.add("where" + kept++);
    }
  }

  private void addIds(Map<String, String> roles, List<String> nullWords) {
    for (String role : List.of("user", "item", "request")) {
      String column = Roles.column(role);
      if (!roles.get(column).equals("NULL")) {
        all.add(new Reason(role + " is absent", true, "coalesce(trim(" + column + "), '') = ''"));
        all.add(new Reason(role + " is absent", true, NullWords.in(column, nullWords), column));
        sound.add(NullWords.none(column, nullWords));
        if (roles.containsKey(column + Roles.LOST)) {
          all.add(
              new Reason(
                  role + " is a floating-point number that has lost digits",
                  true,
                  column + Roles.LOST));
          sound.add("NOT " + column + Roles.LOST);
        }
      }
    }
  }

  private void addTime(TimeColumn time) {
    all.add(
        new Reason(
            (time.timed() ? "time" : "position") + " is absent",
            true,
            "t IS NULL AND coalesce(trim(tt), '') = ''"));
    if (!time.coarse().equals("FALSE")) {
      all.add(
          new Reason(
              "%1$s is a 32-bit floating-point number that has lost digits%2$s; if that will do, give --column %1$s=COLUMN::DOUBLE"
                  .formatted(
                      time.timed() ? "time" : "position",
                      time.timed() ? " (of seconds two minutes)" : ""),
              true,
              time.coarse()));
    }
    all.add(
        new Reason(time.timed() ? UNREADABLE_TIME : "position is not a number", true, "t IS NULL"));
    all.add(
        new Reason(time.timed() ? "time is before 1970" : "position is negative", true, "t < 0"));
    sound.add("t >= 0 AND NOT " + time.late());
    if (time.timed()) {
      all.add(
          new Reason(
              "time is after the year 2200"
                  + (time.counted()
                      ? ": set --time-unit to what its numbers count (seconds by default)"
                      : ""),
              true,
              time.late()));
    }
  }

  private void addValues(List<ContextColumn> contexts, List<String> nullWords, boolean commas) {
    Weights.reasons(commas)
        .forEach((label, condition) -> all.add(new Reason(label, true, condition)));
    sound.add(Weights.SOUND);
    all.add(
        new Reason("split is not train, validation or test", true, "s IS NULL AND st IS NOT NULL"));
    sound.add("(s IS NOT NULL OR st IS NULL)");
    for (int c = 0; c < contexts.size(); c++) {
      if (contexts.get(c).isEvent()) {
        all.add(new Reason("event is absent", true, "c" + c + " IS NULL"));
        all.add(new Reason("event is absent", true, NullWords.in("c" + c, nullWords), "c" + c));
        sound.add(NullWords.none("c" + c, nullWords));
      }
      if (contexts.get(c).numeric()) {
        all.add(
            new Reason(
                "context " + contexts.get(c).name() + " is infinite", true, "isinf(c" + c + ")"));
        sound.add("coalesce(NOT isinf(c" + c + "), TRUE)");
      }
    }
  }

  /** SQL of the number of a row's reason; NULL for none. */
  String number() {
    return IntStream.range(0, all.size())
        .mapToObj(r -> "WHEN " + all.get(r).condition + " THEN " + r)
        .collect(
            Collectors.joining(
                " ", "CASE WHEN " + String.join(" AND ", sound) + " THEN NULL ", " END"));
  }

  /** All of them, by number. */
  List<Reason> all() {
    return all;
  }
}
