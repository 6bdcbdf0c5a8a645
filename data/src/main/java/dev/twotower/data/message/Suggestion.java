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
    // Of a right name something else is wrong.
    if (given.length() > LONGEST || known.contains(given)) {
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

  /**
   * Letters added, left out, replaced, or changed with their neighbour: titel is one from title.
   */
  private static int edits(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      rows[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(replaced, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }
}
