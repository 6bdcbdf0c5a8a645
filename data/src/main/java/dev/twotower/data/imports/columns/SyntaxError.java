package dev.twotower.data.imports.columns;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where DuckDB's parser stumbles over an expression, and what may be meant. */
final class SyntaxError {
  private static final Pattern NEAR = Pattern.compile("syntax error at or near \"(.*)\"");

  private SyntaxError() {}

  /**
   * What to say in the middle of a sentence.
   *
   * @param message what the parser says
   * @param at the byte of the expression where it stumbles; negative where it does not say
   * @param text the expression
   */
  static String told(String message, int at, String text) {
    if (message.startsWith("unterminated string literal")
        || message.startsWith("unterminated quoted string")) {
      return "a text begins with ' and does not end; in a shell, the whole expression is in double"
          + " quotes";
    }
    if (message.startsWith("unterminated quoted identifier")) {
      return "a name begins with \" and does not end";
    }
    if (text.replaceAll("'[^']*'", "").contains("&&")
        || message.contains("Chained comparisons") && text.contains("||")) {
      return "in SQL, && is written AND, and || is written OR";
    }
    Matcher near = NEAR.matcher(message);
    if (!near.find()) {
      return message.isEmpty() ? "it cannot be parsed" : message;
    }
    if (near.group(1).equals(";")) {
      return "it has a ';'; allowed: one expression, which needs none";
    }
    // The parser sees the expression in parentheses.
    boolean end = at >= text.getBytes(StandardCharsets.UTF_8).length;
    return end && near.group(1).equals(")")
        ? "it ends where more is needed"
            + (text.contains("'") ? "" : "; texts are in single quotes")
        : "it cannot be read near \"%s\"".formatted(near.group(1));
  }
}
