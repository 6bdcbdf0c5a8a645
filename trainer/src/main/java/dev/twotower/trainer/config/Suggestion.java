package dev.twotower.trainer.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known name nearest to a mistyped one. */
final class Suggestion {
  /** Nobody mistypes a name into so many letters, and comparing them would take its time. */
  private static final int LONGEST = 100;

  private Suggestion() {}

  /** The names that are allowed, headed by the likeliest when one is near. */
  static String among(String given, Collection<String> known) {
    String all = String.join(", ", known);
    return nearest(given, known).map(name -> all + " (did you mean '" + name + "'?)").orElse(all);
  }

  /** The nearest name, when at most a third of its letters (and at least two) would change. */
  private static Optional<String> nearest(String given, Collection<String> known) {
    if (given.length() > LONGEST) {
      return Optional.empty();
    }
    String lower = given.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    Comparator<String> byDistance =
        Comparator.comparingInt(name -> edits(lower, name.toLowerCase(Locale.ROOT)));
    return known.stream()
        .min(byDistance)
        .filter(
            name -> edits(lower, name.toLowerCase(Locale.ROOT)) <= Math.max(2, name.length() / 3));
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
