package dev.twotower.data.imports;

import dev.twotower.data.imports.Resolver.Expression;
import java.util.LinkedHashMap;
import java.util.Map;

/** SQL of the columns of {@link LogTable} that hold the roles. */
final class Roles {
  private static final Map<String, Long> PER_SECOND =
      Map.of(
          "seconds", 1L,
          "milliseconds", 1_000L,
          "microseconds", 1_000_000L,
          "nanoseconds", 1_000_000_000L);

  private Roles() {}

  static Map<String, String> resolve(Resolver resolver, ImportPlan plan, ImportRequest request) {
    Map<String, String> sql = new LinkedHashMap<>();
    for (String role : new String[] {"user", "item", "request"}) {
      Expression value = value(resolver, plan, role);
      sql.put(
          role.equals("request") ? "q" : role.substring(0, 1),
          value == null ? "NULL" : value.text());
    }
    for (String role : new String[] {"user", "item"}) {
      if (!plan.roles().containsKey(role)) {
        resolver.problem(
            "the log's %s column is not named; give --column %s=COLUMN; %s has %s"
                .formatted(role, role, plan.log().label(), plan.log().columnNames()));
      }
    }
    time(sql, resolver, plan, request);
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

  private static void time(
      Map<String, String> sql, Resolver resolver, ImportPlan plan, ImportRequest request) {
    Expression position = value(resolver, plan, "position");
    Expression time = value(resolver, plan, "time");
    if (position != null) {
      sql.put("t", "TRY_CAST(" + position.text() + " AS BIGINT)");
      sql.put("tt", position.text());
    } else if (time == null) {
      sql.put("t", "(CAST(\"@file\" AS BIGINT) << 40) + CAST(\"@record\" AS BIGINT)");
      sql.put("tt", "''");
    } else {
      sql.put("t", "CAST(floor(" + seconds(time, resolver, request) + ") AS BIGINT)");
      sql.put("tt", time.text());
    }
  }

  private static String seconds(Expression time, Resolver resolver, ImportRequest request) {
    if (request.timeFormat().isPresent()) {
      return "epoch(try_strptime(%s, %s))"
          .formatted(time.text(), QuerySession.literal(request.timeFormat().get()));
    }
    long divisor = PER_SECOND.get(request.timeUnit());
    if (time.isTimestamp()) {
      return "epoch(" + time.sql() + ")";
    }
    if (time.isNumeric()) {
      return "CASE WHEN abs(%1$s) < 9e18 THEN CAST(%1$s AS DOUBLE) / %2$d END"
          .formatted(time.sql(), divisor);
    }
    if (time.type().equals("VARCHAR")) {
      // A column of numbers or dates in which some texts are neither: those become bad rows.
      String number = "TRY_CAST(" + time.sql() + " AS DOUBLE)";
      return "CASE WHEN %1$s IS NULL THEN epoch(TRY_CAST(%2$s AS TIMESTAMP)) WHEN abs(%1$s) < 9e18 THEN %1$s / %3$d END"
          .formatted(number, time.sql(), divisor);
    }
    resolver.problem(
        "--column time: '%s' is of type %s; allowed: numbers, dates, timestamps, or texts of them"
            .formatted(time.text(), time.type()));
    return "NULL";
  }
}
