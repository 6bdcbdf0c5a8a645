package dev.twotower.data.imports;

import java.util.Arrays;
import java.util.List;

/** Where the category tree is (design 7). */
sealed interface TreeOption {
  /** A column per level, from the top: {@code department>aisle}. */
  record Levels(List<String> columns) implements TreeOption {}

  /** One column that holds a whole path: {@code path:COLUMN:SEPARATOR}. */
  record PathColumn(String column, String separator) implements TreeOption {}

  /** A file with columns id, parent, name, and the item's id in it: {@code parents:FILE:COLUMN}. */
  record ParentTable(String file, String column) implements TreeOption {}

  static TreeOption parse(String text) {
    if (text.startsWith("path:")) {
      String rest = text.substring("path:".length());
      int colon = rest.indexOf(':');
      if (colon > 0 && colon < rest.length() - 1) {
        return new PathColumn(rest.substring(0, colon), rest.substring(colon + 1));
      }
    } else if (text.startsWith("parents:")) {
      String rest = text.substring("parents:".length());
      int colon = rest.lastIndexOf(':');
      if (colon > 0 && colon < rest.length() - 1) {
        return new ParentTable(rest.substring(0, colon), rest.substring(colon + 1));
      }
    } else {
      List<String> columns = Arrays.stream(text.split(">", -1)).map(String::strip).toList();
      if (columns.stream().noneMatch(String::isEmpty)) {
        return new Levels(columns);
      }
    }
    throw new IllegalArgumentException(
        "--tree is '%s'; allowed: TOP>...>BOTTOM columns, path:COLUMN:SEPARATOR, parents:FILE:COLUMN"
            .formatted(text));
  }
}
