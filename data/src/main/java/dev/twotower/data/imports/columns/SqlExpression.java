package dev.twotower.data.imports.columns;

import static dev.twotower.data.duckdb.QuerySession.literal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.json.Json;
import java.util.Set;

/**
 * Checks a piece of SQL before it runs. An option takes one expression over the columns of a row:
 * no statement, no query within it, and no function that reads or changes anything outside the row.
 * DuckDB's own parser tells, so nothing of the text has run when it is refused.
 *
 * @param sql the expression, in parentheses
 * @param parsed DuckDB's tree of it; places in it count the bytes after {@link #BEFORE}, and its
 *     own
 */
public record SqlExpression(String sql, JsonNode parsed) {
  /** Scalar functions that read or change something other than the row. */
  private static final Set<String> OUTSIDE =
      Set.of(
          "getenv",
          "getvariable",
          "current_setting",
          "currval",
          "nextval",
          "setval",
          "setseed",
          "sleep_ms",
          "write_log");

  /** Functions of chance: a file may be read several times, and again on another day. */
  private static final Set<String> CHANCE =
      Set.of("random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7");

  /** Functions that make rows, which then share their place in the file. */
  private static final Set<String> MANY = Set.of("unnest", "unlist", "generate_subscripts");

  /** What stands before the expression in the statement whose places the parser tells. */
  static final String BEFORE = "SELECT ";

  /**
   * Parses a text.
   *
   * @throws QuerySession.QueryException when it is not an expression over the columns of a row,
   *     saying why
   */
  public static SqlExpression parse(QuerySession session, String text) {
    if (text.isBlank()) {
      throw new QuerySession.QueryException("it is empty");
    }
    require(problem(answer(session, "(" + text + ")"), text));
    // Once more with an end of line, so that no comment hides what follows it.
    String sql = "(" + text + "\n)";
    JsonNode answer = answer(session, sql);
    require(problem(answer, text));
    return new SqlExpression(
        sql, answer.path("statements").get(0).path("node").path("select_list").get(0));
  }

  private static void require(String problem) {
    if (problem != null) {
      throw new QuerySession.QueryException(problem);
    }
  }

  private static JsonNode answer(QuerySession session, String sql) {
    String json = session.texts("SELECT json_serialize_sql(" + literal(BEFORE + sql) + ")").get(0);
    try {
      return Json.PLAIN.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB's parser answered '" + json + "'", e);
    }
  }

  private static String problem(JsonNode answer, String text) {
    if (answer.path("error").asBoolean()) {
      return answer.path("error_type").asText().equals("not implemented")
          ? "it holds a statement; allowed: one expression"
          : SyntaxError.told(
              answer.path("error_message").asText().lines().findFirst().orElse(""),
              answer.path("position").asInt(-1) - (BEFORE + "(").length(),
              text);
    }
    JsonNode statements = answer.path("statements");
    if (statements.size() != 1) {
      return "it holds %d statements; allowed: one expression".formatted(statements.size());
    }
    JsonNode select = statements.get(0).path("node");
    boolean alone =
        select.path("type").asText().equals("SELECT_NODE")
            && select.path("select_list").size() == 1
            && select.path("from_table").path("type").asText().equals("EMPTY")
            && select.path("modifiers").isEmpty()
            && select.path("cte_map").path("map").isEmpty()
            && select.path("group_expressions").isEmpty()
            && select.path("group_sets").isEmpty();
    for (String clause : new String[] {"where_clause", "having", "sample", "qualify"}) {
      alone &= select.path(clause).isNull() || select.path(clause).isMissingNode();
    }
    return alone
        ? within(select.path("select_list").get(0))
        : "it is more than one expression, or holds clauses of a query; allowed: one expression";
  }

  private static boolean isNull(JsonNode node) {
    return node.path("class").asText().equals("CONSTANT")
        && node.path("literal").path("kind").asText().equals("NULL_LITERAL");
  }

  private static String within(JsonNode node) {
    String name = node.path("function_name").asText();
    switch (node.path("class").asText()) {
      case "SUBQUERY" -> {
        return "it holds a query; allowed: one expression over the columns of a row";
      }
      case "STAR" -> {
        return "it stands for several columns; allowed: one value per row";
      }
      case "COMPARISON" -> {
        if (node.path("type").asText().matches("COMPARE_(NOT)?EQUAL")
            && (isNull(node.path("left")) || isNull(node.path("right")))) {
          return "it compares with NULL by = or <>, which is never true; allowed: IS NULL, IS NOT"
              + " NULL";
        }
      }
      case "PARAMETER" -> {
        return "it holds a parameter; allowed: one expression over the columns of a row";
      }
      case "FUNCTION" -> {
        if (MANY.contains(name)) {
          return name
              + "() makes several rows of one; allowed: one value per row. First write one row per"
              + " element to a separate file";
        }
        if (CHANCE.contains(name)) {
          return name
              + "() answers anew each time; allowed: what follows from the row, as"
              + " hash(COLUMN) % 10 < 3, which holds for the same three tenths every time";
        }
        if (OUTSIDE.contains(name)) {
          return "%s() reaches beyond the row; allowed: one expression over its columns"
              .formatted(name);
        }
      }
      default -> {}
    }
    for (JsonNode child : node) {
      String problem = within(child);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }
}
