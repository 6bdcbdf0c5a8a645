package dev.twotower.data.imports.columns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.Received;
import dev.twotower.data.message.Suggestion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names in an expression that are no columns: mistyped ones, and texts without the single quotes
 * that SQL wants, as in {@code device = ios} or {@code device = "ios"}.
 */
final class UnknownNames {
  /** What word processors and web pages make of quotes. */
  private static final String TYPESET = "[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u00b4`]";

  /** What a part of the expression is compared with. */
  private enum Beside {
    NOTHING,
    SOMETHING,
    COLUMN
  }

  private final List<String> columns;
  private final byte[] sql;

  /** Names that are compared with a column, or with what is none, and so may be texts. */
  private final List<JsonNode> texts = new ArrayList<>();

  private final Set<String> mistyped = new LinkedHashSet<>();
  private final Set<String> tables = new LinkedHashSet<>();

  private UnknownNames(SqlExpression expression, List<String> columns) {
    this.columns = columns;
    this.sql = expression.sql().getBytes(StandardCharsets.UTF_8);
    visit(expression.parsed(), Beside.NOTHING);
  }

  /**
   * What to say of names in an expression that DuckDB's parser takes; empty where all are columns.
   *
   * @param flag the option that has it
   */
  static Optional<String> told(
      QuerySession session, String flag, String expression, List<String> columns) {
    SqlExpression parsed;
    try {
      parsed = SqlExpression.parse(session, expression);
    } catch (QuerySession.QueryException unread) {
      return Optional.empty();
    }
    UnknownNames names = new UnknownNames(parsed, columns);
    List<String> told = new ArrayList<>();
    for (String name : names.mistyped) {
      told.add(
          "%s is no column%s".formatted(Received.quoted(name), Suggestion.hint(name, columns)));
    }
    for (String name : names.tables) {
      told.add(
          "%s is no column; one is named by itself, as %s"
              .formatted(Received.quoted(name), name.substring(name.lastIndexOf('.') + 1)));
    }
    if (!names.texts.isEmpty()) {
      told.add(
          "%s %s; a text is in single quotes%s: %s"
              .formatted(
                  names.texts.stream()
                      .map(node -> Received.quoted(name(node)))
                      .distinct()
                      .collect(Collectors.joining(", ")),
                  names.texts.size() == 1 ? "is no column" : "are no columns",
                  names.texts.stream().anyMatch(names::isDoublyQuoted)
                      ? ", double ones are for names of columns"
                      : "",
                  PastedOption.of(flag, names.corrected())));
    }
    return told.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", told));
  }

  /**
   * @param beside what the node is compared with: nothing, something, or a column
   */
  private void visit(JsonNode node, Beside beside) {
    String kind = node.path("class").asText();
    if (kind.equals("COLUMN_REF")) {
      reference(node, beside);
      return;
    }
    boolean compares =
        Set.of("COMPARISON", "BETWEEN").contains(kind)
            || kind.equals("OPERATOR") && node.path("type").asText().endsWith("_IN")
            || kind.equals("FUNCTION") && node.path("function_name").asText().contains("~~");
    Beside within = Beside.NOTHING;
    if (compares) {
      within = holdsColumn(node) ? Beside.COLUMN : Beside.SOMETHING;
    } else if (kind.isEmpty()) {
      // A list of operands, or one of its places.
      within = beside;
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child, within);
      }
    }
  }

  private boolean holdsColumn(JsonNode node) {
    if (node.path("class").asText().equals("COLUMN_REF")) {
      return isColumn(node.path("column_names").path(0).asText());
    }
    for (JsonNode child : node) {
      if (child.isContainerNode() && holdsColumn(child)) {
        return true;
      }
    }
    return false;
  }

  private void reference(JsonNode node, Beside beside) {
    JsonNode names = node.path("column_names");
    if (isColumn(names.path(0).asText())) {
      return;
    }
    String name = name(node);
    if (names.size() > 1) {
      boolean ofTable = isColumn(names.path(names.size() - 1).asText());
      (ofTable ? tables : mistyped).add(name);
    } else if (beside == Beside.COLUMN
        || beside == Beside.SOMETHING && Suggestion.nearest(name, columns).isEmpty()
        || name.matches(".*" + TYPESET + ".*")) {
      texts.add(node);
    } else {
      mistyped.add(name);
    }
  }

  private boolean isColumn(String name) {
    return columns.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static String name(JsonNode node) {
    List<String> parts = new ArrayList<>();
    node.path("column_names").forEach(part -> parts.add(part.asText()));
    return String.join(".", parts);
  }

  private int start(JsonNode node) {
    return node.path("query_location").asInt() - SqlExpression.BEFORE.length();
  }

  private boolean isDoublyQuoted(JsonNode node) {
    return node.path("query_location").canConvertToInt() && sql[start(node)] == '"';
  }

  /** The expression with the texts in single quotes, without the parentheses around it. */
  private String corrected() {
    StringBuilder corrected = new StringBuilder();
    int from = 1;
    List<JsonNode> inOrder = new ArrayList<>(texts);
    inOrder.sort((a, b) -> Integer.compare(start(a), start(b)));
    for (JsonNode node : inOrder) {
      corrected.append(new String(sql, from, start(node) - from, StandardCharsets.UTF_8));
      corrected.append(QuerySession.literal(name(node).replaceAll(TYPESET, "")));
      from = start(node) + node.path("query_location_length").asInt();
    }
    int end = sql.length - "\n)".length();
    return corrected.append(new String(sql, from, end - from, StandardCharsets.UTF_8)).toString();
  }
}
