package dev.twotower.data.imports;

import dev.twotower.data.imports.Resolver.Expression;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** Reports a value that is not an id: several values, or bytes that are not text. */
  static void requireId(Resolver resolver, String flag, String option, Expression value) {
    if (value.isList()) {
      resolver.problem(
          "%s: '%s' is a list (%s), but an id is a single value; first write one row per element, with SQL's unnest or pandas' explode"
              .formatted(flag, option, BadRow.shortened(value.type())));
    } else if (value.type().equals("BLOB")) {
      resolver.problem(
          "%s: '%s' holds bytes (BLOB), but an id is text; use decode(%s) if they are UTF-8, otherwise hex(%s)"
              .formatted(flag, option, option, option));
    } else if (ValueTypes.isNested(value.type())) {
      resolver.problem(
          "%s: '%s' holds several values (%s), but an id is a single value; name one of them, as in %s.FIELD"
              .formatted(flag, option, BadRow.shortened(value.type()), option));
    }
  }

  static Map<String, String> resolve(Resolver resolver, ImportPlan plan, TimeColumn time) {
    Map<String, String> sql = new LinkedHashMap<>();
    for (String role : new String[] {"user", "item", "request"}) {
      Expression value = value(resolver, plan, role);
      String column = column(role);
      sql.put(column, value == null ? "NULL" : value.text());
      if (value != null) {
        requireId(resolver, "--column " + role, plan.roles().get(role), value);
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
}
