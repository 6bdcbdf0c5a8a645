package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;

import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.imports.Resolver.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is told about users or items, as texts: name, features, category. Each comes from the side
 * files where they have the column, otherwise from the log, where the value found most often counts
 * (the earliest among equals). Lists travel as one text, their parts set apart by {@link
 * #SEPARATOR}.
 */
final class Attributes {
  static final String NAME = "name";
  static final String CATEGORY = "category";
  static final char SEPARATOR = '\u001f';
  private static final String SEPARATOR_SQL = "chr(31)";

  private final ImportPlan.Entities plan;

  /** SQL text by attribute, over the side files. */
  private final Map<String, String> side = new LinkedHashMap<>();

  /** SQL text by attribute, over the log. */
  private final Map<String, String> log = new LinkedHashMap<>();

  /** The column of the table log that holds each of its attributes. */
  private final Map<String, String> logColumns = new LinkedHashMap<>();

  private String key = "NULL";

  private Attributes(ImportPlan.Entities plan) {
    this.plan = plan;
  }

  /**
   * Finds every attribute.
   *
   * @param tree the category's place, null for none
   */
  static Attributes resolve(
      Resolver resolver, SourceTable log, ImportPlan.Entities plan, TreeOption tree) {
    Attributes attributes = new Attributes(plan);
    if (plan.side() != null) {
      attributes.key = resolver.value(plan.side(), "--" + plan.role() + "-key", plan.key()).text();
    }
    if (plan.name() != null) {
      attributes.add(
          resolver,
          log,
          NAME,
          "--" + plan.role() + "-name",
          List.of(plan.name()),
          v -> v.get(0).text());
    }
    for (FeatureOption feature : plan.features()) {
      attributes.add(
          resolver,
          log,
          feature(feature.name()),
          "--" + plan.role() + "-feature",
          List.of(feature.column()),
          value -> text(feature.kind(), value.get(0)));
    }
    if (tree instanceof TreeOption.Levels levels) {
      attributes.add(resolver, log, CATEGORY, "--tree", levels.columns(), Attributes::levels);
    } else if (tree instanceof TreeOption.PathColumn path) {
      attributes.add(
          resolver,
          log,
          CATEGORY,
          "--tree",
          List.of(path.column()),
          value ->
              "replace(%s, %s, %s)"
                  .formatted(
                      value.get(0).text(), QuerySession.literal(path.separator()), SEPARATOR_SQL));
    } else if (tree instanceof TreeOption.ParentTable parents) {
      attributes.add(
          resolver, log, CATEGORY, "--tree", List.of(parents.column()), v -> v.get(0).text());
    }
    return attributes;
  }

  static String feature(String name) {
    return "feature." + name;
  }

  private interface Text {
    String of(List<Expression> values);
  }

  /** Adds an attribute made of one or several columns, all in the side files or all in the log. */
  private void add(
      Resolver resolver,
      SourceTable logTable,
      String attribute,
      String flag,
      List<String> columns,
      Text text) {
    if (plan.side() != null) {
      List<Expression> values = new ArrayList<>();
      columns.forEach(column -> values.add(resolver.valueIfAny(plan.side(), column)));
      if (!values.contains(null)) {
        side.put(attribute, text.of(values));
        return;
      }
      if (columns.stream().anyMatch(c -> resolver.valueIfAny(logTable, c) == null)) {
        resolver.problem(
            "%s: neither %s (columns %s) nor the log %s (columns %s) has %s"
                .formatted(
                    flag,
                    plan.side().label(),
                    plan.side().columnNames(),
                    logTable.label(),
                    logTable.columnNames(),
                    columns));
        return;
      }
    }
    log.put(
        attribute, text.of(columns.stream().map(c -> resolver.value(logTable, flag, c)).toList()));
  }

  private static String text(FeatureKind kind, Expression value) {
    return switch (kind) {
      case CATEGORICAL, NUMERIC -> value.text();
      case MULTI ->
          value.isList()
              ? "array_to_string(CAST(%s AS VARCHAR[]), %s)".formatted(value.sql(), SEPARATOR_SQL)
              : "replace(%s, '|', %s)".formatted(value.text(), SEPARATOR_SQL);
      case VECTOR ->
          value.isList()
              ? "array_to_string(CAST(%s AS VARCHAR[]), ' ')".formatted(value.sql())
              : value.text();
    };
  }

  private static String levels(List<Expression> levels) {
    return levels.stream()
        .map(level -> "coalesce(" + level.text() + ", '')")
        .collect(Collectors.joining(" || " + SEPARATOR_SQL + " || "));
  }

  /** Adds this one's log attributes to the columns the table log shall have. */
  void addTo(List<String> columns) {
    log.forEach(
        (attribute, sql) -> {
          logColumns.put(attribute, "a" + columns.size());
          columns.add(sql);
        });
  }

  /** The ids the side files list; null where there are none or they do not count. */
  String sideIds() {
    return plan.side() == null || !plan.keepUnseen()
        ? null
        : "SELECT %1$s AS id FROM %2$s WHERE coalesce(trim(%1$s), '') <> ''"
            .formatted(key, plan.side().from());
  }

  /**
   * A query of the entities in order of number: id, then {@code seen} (whether the side files have
   * them) and the attributes in the order of {@link #names}.
   *
   * @param table the numbered ids
   * @param logColumn the log's column that holds the id
   */
  String query(String table, String logColumn) {
    StringBuilder select = new StringBuilder("SELECT e.id, ");
    StringBuilder joins = new StringBuilder(" FROM " + table + " e");
    select.append(plan.side() == null ? "TRUE" : "s.id IS NOT NULL").append(" AS seen");
    if (plan.side() != null) {
      // The first line of an id counts, should there be several.
      joins.append(
          " LEFT JOIN (SELECT * FROM (SELECT %s AS id, \"@record\" AS record%s FROM %s) QUALIFY row_number() OVER (PARTITION BY id ORDER BY record) = 1) s ON s.id = e.id"
              .formatted(
                  key,
                  side.entrySet().stream()
                      .map(entry -> ", " + entry.getValue() + " AS " + ident(entry.getKey()))
                      .collect(Collectors.joining()),
                  plan.side().from()));
    }
    for (String attribute : names()) {
      if (side.containsKey(attribute)) {
        select.append(", s.").append(ident(attribute));
      } else {
        String column = logColumns.get(attribute);
        String alias = "l_" + column;
        select.append(", ").append(alias).append(".v AS ").append(ident(attribute));
        joins.append(
            " LEFT JOIN (SELECT id, arg_max(v, {'n': n, 'f': -f}) AS v FROM (SELECT %1$s AS id, %2$s AS v, count(*) AS n, min(ord) AS f FROM log WHERE reason IS NULL AND %2$s IS NOT NULL GROUP BY 1, 2) GROUP BY id) %3$s ON %3$s.id = e.id"
                .formatted(logColumn, column, alias));
      }
    }
    return select + joins.toString() + " ORDER BY e.n";
  }

  /** The attributes, in the order of the query's columns. */
  List<String> names() {
    List<String> names = new ArrayList<>(side.keySet());
    names.addAll(log.keySet());
    return names;
  }
}
