package dev.twotower.data.imports.columns;

import static dev.twotower.data.duckdb.QuerySession.ident;
import static dev.twotower.data.duckdb.QuerySession.literal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which form of a column an expression means, since an id is its text whatever reads it (design 9):
 *
 * <ul>
 *   <li>its text, as the file has it, where the expression asks for text: {@code store || '-' ||
 *       user}, {@code left(zip, 3)}, {@code item LIKE 'a%'}, {@code CAST(user AS VARCHAR)}
 *   <li>its value otherwise, of the type the file gives it
 * </ul>
 *
 * <p>A csv column is a number where all its values are written as that number would be. One of 007
 * and 7, or of 1.10 and 1.1, is text: {@code user <> 7} compares it with the text 7. Where its
 * values are all numbers, arithmetic, order and functions of numbers still take them as such.
 *
 * <p>The expression is read by DuckDB's own parser, and only the names of columns, and numbers that
 * are compared with text, are replaced in it.
 */
final class ColumnForms {
  /** Functions and operators all of whose arguments are texts. */
  private static final Set<String> OF_TEXTS =
      Set.of(
          "||",
          "concat",
          "concat_ws",
          "~~",
          "!~~",
          "~~*",
          "!~~*",
          "~~~",
          "like_escape",
          "ilike_escape",
          "not_like_escape",
          "not_ilike_escape",
          "replace",
          "translate",
          "contains",
          "starts_with",
          "prefix",
          "suffix",
          "ends_with",
          "regexp_matches",
          "regexp_full_match",
          "regexp_replace");

  /** Functions whose first argument is a text. */
  private static final Set<String> OF_A_TEXT =
      Set.of(
          "lower",
          "lcase",
          "upper",
          "ucase",
          "trim",
          "ltrim",
          "rtrim",
          "left",
          "right",
          "substr",
          "substring",
          "lpad",
          "rpad",
          "length",
          "len",
          "strlen",
          "md5",
          "sha1",
          "sha256",
          "reverse",
          "repeat",
          "split_part",
          "string_split",
          "str_split",
          "split",
          "regexp_extract",
          "regexp_extract_all",
          "strip_accents",
          "encode",
          "strptime",
          "try_strptime");

  private static final Set<String> OF_NUMBERS = Set.of("+", "-", "*", "/", "//", "%", "**", "^");
  private static final Set<String> TEXT_TYPES =
      Set.of("VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR");
  private static final Set<String> EQUALITY =
      Set.of(
          "COMPARE_EQUAL",
          "COMPARE_NOTEQUAL",
          "COMPARE_DISTINCT_FROM",
          "COMPARE_NOT_DISTINCT_FROM",
          "COMPARE_IN",
          "COMPARE_NOT_IN");

  /** What surrounds a column asks for. */
  private enum Use {
    VALUE,
    TEXT,
    NUMBER
  }

  private final SourceTable table;
  private final byte[] sql;
  private final Use otherwise;

  /** What replaces the bytes from a place on: the place after them, and the new text. */
  private final TreeMap<Integer, Map.Entry<Integer, String>> edits = new TreeMap<>();

  private ColumnForms(SourceTable table, String sql, Use otherwise) {
    this.table = table;
    this.sql = sql.getBytes(StandardCharsets.UTF_8);
    this.otherwise = otherwise;
  }

  /**
   * The expression with the columns in the form it means.
   *
   * @param numbers whether numbers that are not written as such are numbers even where nothing says
   *     so
   */
  static String of(SourceTable table, SqlExpression expression, boolean numbers) {
    ColumnForms forms = new ColumnForms(table, expression.sql(), numbers ? Use.NUMBER : Use.VALUE);
    forms.visit(expression.parsed(), forms.otherwise);
    return forms.edited();
  }

  private void visit(JsonNode node, Use use) {
    switch (node.path("class").asText()) {
      case "COLUMN_REF" -> column(node, use);
      case "FUNCTION" -> function(node);
      case "CAST" -> {
        String type = node.path("type_expr").path("type_name").asText().toUpperCase(Locale.ROOT);
        visit(node.path("child"), TEXT_TYPES.contains(type) ? Use.TEXT : otherwise);
      }
      case "COMPARISON" ->
          compare(node.path("type").asText(), List.of(node.path("left"), node.path("right")));
      case "BETWEEN" ->
          compare("", List.of(node.path("input"), node.path("lower"), node.path("upper")));
      case "OPERATOR" -> {
        if (node.path("type").asText().endsWith("_IN")) {
          List<JsonNode> operands = new ArrayList<>();
          node.path("children").forEach(operands::add);
          compare(node.path("type").asText(), operands);
        } else {
          visitAll(node, otherwise);
        }
      }
      default -> visitAll(node, otherwise);
    }
  }

  private void visitAll(JsonNode node, Use use) {
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child, use);
      }
    }
  }

  private void function(JsonNode node) {
    String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    int argument = 0;
    for (JsonNode each : node.path("arguments")) {
      Use use = otherwise;
      if (OF_TEXTS.contains(name) || OF_A_TEXT.contains(name) && argument == 0) {
        use = Use.TEXT;
      } else if (OF_NUMBERS.contains(name)) {
        use = Use.NUMBER;
      }
      visit(each.has("expression") ? each.path("expression") : each, use);
      argument++;
    }
    visitAll(node.path("filter"), otherwise);
    visitAll(node.path("order_bys"), otherwise);
  }

  private void compare(String type, List<JsonNode> operands) {
    // A whole number that is compared with a text is compared as a text: 7 is not '007'.
    boolean texts =
        operands.stream().anyMatch(this::isText)
            || EQUALITY.contains(type)
                && operands.stream().anyMatch(ColumnForms::isString)
                && operands.stream().anyMatch(this::isWhole);
    boolean numbers = operands.stream().anyMatch(ColumnForms::isNumber);
    if (texts && numbers && EQUALITY.contains(type)) {
      // A text that is compared with a number: with the number as it was written.
      operands.stream().filter(ColumnForms::isNumber).forEach(this::quote);
    }
    boolean simple =
        operands.stream()
            .allMatch(o -> find(o) != null || o.path("class").asText().equals("CONSTANT"));
    Use use = otherwise;
    if (texts && EQUALITY.contains(type)) {
      boolean unlike =
          operands.stream()
              .map(this::find)
              .anyMatch(c -> c != null && ValueTypes.isNumeric(c.type()));
      use = !simple ? otherwise : unlike ? Use.TEXT : Use.VALUE;
    } else if (texts && operands.stream().noneMatch(ColumnForms::isString)) {
      use = Use.NUMBER;
    }
    for (JsonNode operand : operands) {
      visit(operand, use);
    }
  }

  private static boolean isNumber(JsonNode node) {
    return node.path("class").asText().equals("CONSTANT")
        && Set.of("INTEGER", "NUMERIC").contains(node.path("literal").path("kind").asText());
  }

  private static boolean isString(JsonNode node) {
    return node.path("class").asText().equals("CONSTANT")
        && node.path("literal").path("kind").asText().equals("STRING");
  }

  private boolean isText(JsonNode node) {
    Column column = find(node);
    return column != null && column.type().equals("VARCHAR");
  }

  private boolean isWhole(JsonNode node) {
    Column column = find(node);
    return column != null && ValueTypes.isWhole(column.type());
  }

  private Column find(JsonNode node) {
    JsonNode names = node.path("column_names");
    return names.size() == 1 ? table.find(names.get(0).asText()) : null;
  }

  private void column(JsonNode node, Use use) {
    Column column = find(node);
    if (column == null) {
      return;
    }
    if (use == Use.TEXT
        && !column.type().equals("VARCHAR")
        && !ValueTypes.isNested(column.type())) {
      edit(node, ident(SourceTable.textColumn(column.name())));
    } else if (use == Use.NUMBER && table.numerals().contains(column.name())) {
      edit(node, ident(SourceTable.numberColumn(column.name())));
    }
  }

  private void quote(JsonNode constant) {
    edit(constant, literal(constant.path("literal").path("text").asText()));
  }

  private void edit(JsonNode node, String instead) {
    JsonNode at = node.path("query_location");
    if (at.canConvertToInt()) {
      int start = at.asInt() - SqlExpression.BEFORE.length();
      edits.put(start, Map.entry(start + node.path("query_location_length").asInt(), instead));
    }
  }

  private String edited() {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Map.Entry<Integer, Map.Entry<Integer, String>> edit : edits.entrySet()) {
      text.append(new String(sql, from, edit.getKey() - from, StandardCharsets.UTF_8));
      text.append(edit.getValue().getValue());
      from = edit.getValue().getKey();
    }
    return text.append(new String(sql, from, sql.length - from, StandardCharsets.UTF_8)).toString();
  }
}
