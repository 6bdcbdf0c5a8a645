package dev.twotower.data.imports;

import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.ShellWord;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A feature to import: {@code [NAME=]KIND:COLUMN}.
 *
 * @param column the source column or expression
 */
public record FeatureOption(String name, FeatureKind kind, String column) {
  /**
   * Reads an option's text.
   *
   * @param flag the option's name, for messages
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static FeatureOption parse(String flag, String text) {
    int colon = text.indexOf(':');
    int equals = text.indexOf('=');
    boolean named = equals >= 0 && equals < colon;
    String column = text.substring(colon + 1);
    String name = named ? text.substring(0, equals) : column;
    String kind = colon < 0 ? "" : text.substring(named ? equals + 1 : 0, colon);
    if (name.equals("id")) {
      throw new IllegalArgumentException(
          "%s is '%s', a feature called 'id', which in settings means who or what a row is of; allowed: another name, as in %s"
              .formatted(
                  flag, text, ShellWord.of("NAME=" + text.substring(named ? equals + 1 : 0))));
    }
    for (FeatureKind each : FeatureKind.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(kind)
          && name.matches("[A-Za-z0-9_.-]+")
          && !column.isBlank()) {
        return new FeatureOption(name, each, column);
      }
    }
    throw new IllegalArgumentException(
        "%s is '%s'; allowed: [NAME=]KIND:COLUMN with kind categorical, multi, numeric or vector, and a name of the letters A to Z and a to z, digits and _ . -, as in %s"
            .formatted(
                flag,
                text,
                ShellWord.of(
                    "size=numeric:" + (column.isBlank() || colon < 0 ? "COLUMN" : column))));
  }

  /** Notes features of one name, of which one would be lost. */
  static void requireOnce(Problems problems, String flag, List<String> features) {
    Set<String> seen = new HashSet<>();
    for (String text : features) {
      int colon = text.indexOf(':');
      int equals = text.indexOf('=');
      boolean named = equals >= 0 && equals < colon;
      problems.require(
          seen.add(named ? text.substring(0, equals) : text.substring(colon + 1)),
          "%s: two features of '%s' have one name; give one a name of its own, as in NAME=%s",
          flag,
          text,
          named ? text.substring(equals + 1) : text);
    }
  }
}
