package dev.twotower.data.imports.columns;

import dev.twotower.data.imports.source.ValueTypes;
import java.util.Arrays;
import java.util.List;

/** Lists of texts as they travel through an import: as one text, their parts set apart. */
public final class ListText {
  public static final char SEPARATOR = '\u001f';

  /** The separator in SQL. */
  public static final String SEPARATOR_SQL = "chr(31)";

  private ListText() {}

  /** The text of a list, or of a text that has a bar between its parts. */
  public static String sql(Resolver.Expression value) {
    if (!value.isList()) {
      return "replace(%s, '|', %s)".formatted(value.text(), SEPARATOR_SQL);
    }
    String element = element(value);
    // A list leaves out what is null when it becomes a text.
    return joined(value, element, ValueTypes.text("v", element), SEPARATOR_SQL);
  }

  /** The text of a vector: numbers with spaces between. */
  public static String vector(Resolver.Expression value) {
    // A vector must not leave out what is null.
    return joined(value, element(value), "coalesce(CAST(v AS VARCHAR), 'null')", "' '");
  }

  private static String element(Resolver.Expression value) {
    return value.type().replaceFirst("\\[[0-9]*\\]$", "");
  }

  private static String joined(
      Resolver.Expression value, String element, String text, String separator) {
    return "array_to_string(list_transform(CAST(%s AS %s[]), lambda v: %s), %s)"
        .formatted(value.sql(), element, text, separator);
  }

  /** The parts of such a text, each once; none of null. */
  public static List<String> parts(String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(String.valueOf(SEPARATOR)))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .distinct()
            .toList();
  }
}
