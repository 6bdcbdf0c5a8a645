package dev.twotower.data.imports;

/**
 * A context column to import: {@code NAME[=COLUMN][:numeric|:categorical]}.
 *
 * @param name the column's name in masks
 * @param column the source column or expression
 * @param numeric true or false where the option says so, null where the column's type decides
 */
record ContextOption(String name, String column, Boolean numeric) {
  static ContextOption parse(String text) {
    String rest = text;
    Boolean numeric = null;
    if (rest.endsWith(":numeric")) {
      numeric = true;
      rest = rest.substring(0, rest.length() - ":numeric".length());
    } else if (rest.endsWith(":categorical")) {
      numeric = false;
      rest = rest.substring(0, rest.length() - ":categorical".length());
    }
    int equals = rest.indexOf('=');
    String name = equals < 0 ? rest : rest.substring(0, equals);
    String column = equals < 0 ? rest : rest.substring(equals + 1);
    if (!name.matches("[A-Za-z0-9_.-]+") || column.isBlank()) {
      throw new IllegalArgumentException(
          "--context is '%s'; allowed: NAME[=COLUMN][:numeric|:categorical], the name of letters, digits and _ . -"
              .formatted(text));
    }
    return new ContextOption(name, column, numeric);
  }
}
