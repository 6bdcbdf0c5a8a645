package dev.twotower.data.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The words of a text. Part of the format: whoever serves a model takes texts apart alike. */
public final class TextWords {
  private TextWords() {}

  /** Words of letters and digits, in lower case, each once; none of null. */
  public static List<String> of(String text) {
    if (text == null) {
      return List.of();
    }
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .distinct()
        .toList();
  }
}
