package dev.twotower.eval.comparison;

import dev.twotower.data.message.Suggestion;
import dev.twotower.masking.MaskSet;
import java.util.Arrays;

/** Masks as people type them: a word that is none is answered with the near one. */
public final class MaskWords {
  private MaskWords() {}

  /**
   * Reads masks as {@link MaskSet#parse} does.
   *
   * @throws IllegalArgumentException naming the part received, what is allowed and what may be
   *     meant
   */
  public static MaskSet parse(String text) {
    try {
      return MaskSet.parse(text);
    } catch (IllegalArgumentException refused) {
      String meant =
          Arrays.stream(text.split("\\+", -1))
              .filter(part -> !MaskSet.WORDS.contains(part) && !part.startsWith("context:"))
              .findFirst()
              .map(part -> Suggestion.hint(part, MaskSet.WORDS))
              .orElse("");
      throw new IllegalArgumentException(refused.getMessage() + meant, refused);
    }
  }
}
