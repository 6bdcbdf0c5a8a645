package dev.twotower.data.dataset;

import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Suggestion;
import dev.twotower.data.message.Words;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each kind of feedback in a log stands for (design 15).
 *
 * @param kinds the use of each kind, by its text; empty where every row counts alike
 */
public record Feedback(Map<String, Use> kinds) implements Serializable {
  /** Every row is a positive of its own weight, whatever its kind. */
  public static final Feedback NONE = new Feedback(Map.of());

  /** What rows of a kind are to a model. */
  public enum Role {
    /** The user wants the item: what is learned, counted and ranked. */
    POSITIVE,
    /** The user saw the item: never an anchor, a negative for the anchors of its own request. */
    SHOWN,
    /** The user must not get the item again. */
    NEVER,
    /** Not read at all. */
    IGNORE
  }

  /**
   * The use of a kind.
   *
   * @param weight what the weights of its rows are multiplied by; 1 unless they are positives
   */
  public record Use(Role role, double weight) implements Serializable {
    public static final Use SHOWN = new Use(Role.SHOWN, 1);
    public static final Use NEVER = new Use(Role.NEVER, 1);
    public static final Use IGNORE = new Use(Role.IGNORE, 1);

    /** The largest weight. */
    public static final double MOST = 1e6;

    public Use {
      if (!isWeight(weight)) {
        throw new IllegalArgumentException(
            "weight is %s; allowed: a number above 0 and at most %d"
                .formatted(weight, (long) MOST));
      }
    }

    /** A positive whose rows weigh so many times as much. */
    public static Use positive(double weight) {
      return new Use(Role.POSITIVE, weight);
    }

    /** As in a configuration. */
    @Override
    public String toString() {
      return role != Role.POSITIVE
          ? Words.of(role)
          : weight == Math.rint(weight) ? Long.toString((long) weight) : Double.toString(weight);
    }

    /** Whether a kind's rows may weigh so many times as much: above 0, at most {@link #MOST}. */
    public static boolean isWeight(double weight) {
      return weight > 0 && weight <= MOST;
    }
  }

  public Feedback {
    kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
  }

  /** Whether every row counts alike. */
  public boolean isNone() {
    return kinds.isEmpty();
  }

  /** The kinds of a role, in the order in which they were named. */
  public List<String> of(Role role) {
    return kinds.entrySet().stream()
        .filter(kind -> kind.getValue().role() == role)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The uses in words, by kind: {@code 3}, {@code shown}. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    kinds.forEach((kind, use) -> texts.put(kind, use.toString()));
    return texts;
  }

  /** Whether some rows weigh more or less than they do by themselves. */
  boolean weighs() {
    return kinds.values().stream().anyMatch(use -> use.weight() != 1);
  }

  /** The use of a kind; one that is not named is not read. */
  Use of(String kind) {
    return kinds.getOrDefault(kind, Use.IGNORE);
  }

  /** Whether the same rows are to be found, and the same ones never, so that rankings compare. */
  public boolean ranksAs(Feedback other) {
    return isNone() == other.isNone()
        && Set.copyOf(of(Role.POSITIVE)).equals(Set.copyOf(other.of(Role.POSITIVE)))
        && Set.copyOf(of(Role.NEVER)).equals(Set.copyOf(other.of(Role.NEVER)));
  }

  /**
   * Refuses uses that do not fit a log: none for kinds that it has, or none that is a positive.
   *
   * @param inLog the kinds of the log
   * @param directory the data set
   * @param exactly whether kinds that the log does not have are refused by themselves; else they
   *     are named beside those that were forgotten
   * @throws IllegalArgumentException naming everything that is wrong
   */
  void requireFits(List<String> inLog, Path directory, boolean exactly) {
    Problems problems = new Problems();
    problems.require(
        !inLog.isEmpty(),
        "events says what kinds of feedback are, and the rows of %s have none; import the log with"
            + " --column event=COLUMN, or leave events out",
        directory);
    problems.check();
    List<String> unnamed = inLog.stream().filter(kind -> !kinds.containsKey(kind)).toList();
    kinds.keySet().stream()
        .filter(kind -> !inLog.contains(kind) && (exactly || !unnamed.isEmpty()))
        .forEach(
            kind ->
                problems.add(
                    "events.%s: the log has no such kind; it has %s"
                        .formatted(kind, Suggestion.among(kind, inLog))));
    problems.require(
        unnamed.isEmpty(),
        "events does not say what %s; allowed: a weight for positives, shown, never or ignore, for"
            + " every kind of the log",
        unnamed.size() == 1 ? unnamed.get(0) + " is" : String.join(", ", unnamed) + " are");
    problems.require(
        of(Role.POSITIVE).stream().anyMatch(inLog::contains),
        "events makes no kind of the log a positive, so there is nothing to learn; give one of %s a"
            + " weight, as in events.%s=1",
        inLog,
        inLog.get(0));
    problems.check();
  }
}
