package dev.twotower.data.imports;

import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.columns.Resolver.Expression;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Suggestion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** SQL of the columns of {@link LogTable} that hold the roles. */
final class Roles {
  /** Ends the names of columns that are true where a floating-point id has lost digits. */
  static final String LOST = "lost";

  private Roles() {}

  /** The column that holds a role. */
  static String column(String role) {
    return switch (role) {
      case "request" -> "q";
      case "position" -> "t";
      default -> role.substring(0, 1);
    };
  }

  static Map<String, String> resolve(Resolver resolver, ImportPlan plan, TimeColumn time) {
    Map<String, String> sql = new LinkedHashMap<>();
    for (String role : new String[] {"user", "item", "request"}) {
      Expression value = value(resolver, plan, role);
      String column = column(role);
      sql.put(column, value == null ? "NULL" : value.text());
      if (value != null) {
        resolver.requireId(plan.log(), "--column " + role, plan.roles().get(role), value);
        if (ValueTypes.isFloat(value.type()) && !value.written()) {
          sql.put(column + LOST, ValueTypes.lost(value.text()));
        }
      }
    }
    for (String role : new String[] {"user", "item"}) {
      if (!plan.roles().containsKey(role)) {
        resolver.problem(
            "the log's %s column is not named; give --column %s=COLUMN; %s has %s"
                .formatted(role, role, plan.log().label(), plan.log().columnNames()));
      }
    }
    String user = plan.roles().get("user");
    if (user != null && user.equals(plan.roles().get("item"))) {
      resolver.problem(
          "--column user and --column item both name '%s'; one of them names another column of %s"
              .formatted(BadRow.shortened(user), plan.log().columnNames()));
    }
    sql.put("t", time.sql());
    sql.put("tt", time.text());
    if (plan.duplicates() == Duplicates.DROP) {
      // 64 bits beside user, item and request: two rows that differ are not taken for one.
      sql.put(
          "h",
          plan.log().columns().stream()
              .map(SourceTable::text)
              .collect(Collectors.joining(", ", "hash(", ")")));
    }
    Expression weight = value(resolver, plan, "weight");
    sql.put("w", weight == null ? "1.0" : "TRY_CAST(" + weight.text() + " AS FLOAT)");
    sql.put("wt", weight == null ? "NULL" : weight.text());
    Expression split = value(resolver, plan, "split");
    String lower = split == null ? "NULL" : "lower(trim(" + split.text() + "))";
    sql.put(
        "s",
        "CASE WHEN %1$s = 'train' THEN 0 WHEN %1$s IN ('validation', 'valid', 'val') THEN 1 WHEN %1$s = 'test' THEN 2 END"
            .formatted(lower));
    sql.put("st", split == null ? "NULL" : "coalesce(" + split.text() + ", '')");
    return sql;
  }

  private static Expression value(Resolver resolver, ImportPlan plan, String role) {
    String option = plan.roles().get(role);
    return option == null ? null : resolver.value(plan.log(), "--column " + role, option);
  }

  /** Notes roles that are none, and those that exclude each other. */
  static void check(Problems problems, Map<String, String> columns, boolean sessions) {
    for (String role : new TreeSet<>(columns.keySet())) {
      problems.require(
          ImportRequest.ROLES.contains(role),
          "--column %s=%s: unknown role '%s'; allowed: %s%s",
          role,
          columns.get(role),
          role,
          ImportRequest.ROLES,
          Suggestion.hint(role, ImportRequest.ROLES));
    }
    problems.require(
        !(columns.containsKey("time") && columns.containsKey("position")),
        "--column time and --column position exclude each other; keep one");
    problems.require(
        !columns.containsKey("request") || !sessions,
        "--session-gap makes requests for a log that has none; leave out --column request or"
            + " --session-gap");
  }
}
