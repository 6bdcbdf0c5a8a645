package dev.twotower.data.message;

import java.util.EnumSet;
import java.util.Locale;
import java.util.stream.Collectors;

/** The constants of an enum as files, flags and settings write them. */
public final class Words {
  private Words() {}

  /** {@code sqrt-size} for {@code SQRT_SIZE}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant that a text names: the one whose {@code toString} is the text.
   *
   * @param unknown begins the message about any other text: {@code unknown split}
   * @throws IllegalArgumentException naming the text received and those allowed
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String text, String unknown) {
    return EnumSet.allOf(type).stream()
        .filter(constant -> constant.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s '%s'; allowed: %s"
                        .formatted(
                            unknown,
                            text,
                            Suggestion.among(
                                text, EnumSet.allOf(type).stream().map(E::toString).toList()))));
  }

  /** All constants, joined for messages. */
  public static <E extends Enum<E>> String all(Class<E> type) {
    return EnumSet.allOf(type).stream().map(E::toString).collect(Collectors.joining(", "));
  }
}
