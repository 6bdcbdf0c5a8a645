package dev.twotower.data.message;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known name nearest to a mistyped one. */
public final class Suggestion {
  /** Nobody mistypes a name into so many letters, and comparing them would take its time. */
  private static final int LONGEST = 100;

  private Suggestion() {}

  /** The names that are allowed, headed by the likeliest when one is near. */
  public static String among(String given, Collection<String> known) {
    return String.join(", ", known) + hint(given, known);
  }

  /** The question that follows the names that are allowed; empty where none is near. */
  public static String hint(String given, Collection<String> known) {
    return nearest(given, known).map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /**
   * The nearest name, when at most a third of its letters (or two) would change, and some would
   * stay.
   */
  public static Optional<String> nearest(String given, Collection<String> known) {
    if (given.length() > LONGEST) {
      return Optional.empty();
    }
    String lower = given.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    Comparator<String> byDistance =
        Comparator.comparingInt(name -> edits(lower, name.toLowerCase(Locale.ROOT)));
    return known.stream()
        .min(byDistance)
        .filter(
            name -> {
              int edits = edits(lower, name.toLowerCase(Locale.ROOT));
              return edits <= Math.max(2, name.length() / 3) && edits < name.length();
            });
  }

  /** Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
