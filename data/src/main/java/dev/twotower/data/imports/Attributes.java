package dev.twotower.data.imports;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.ListText;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.columns.Resolver.Expression;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.RepeatedKeys;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is known about users or items, as texts: name, features, category. Each comes from the side
 * files where they have the column, otherwise from the log, where the value found most often counts
 * (the earliest among equals). Numbers and vectors are taken from training rows, and from others
 * only for what has none: a price or a rating of the test rows would tell the model of the time it
 * is judged in. Names, categories and words are what something is, and are taken from all rows.
 * Lists travel as one text, their parts set apart by {@link ListText#SEPARATOR}.
 */
final class Attributes {
  static final String NAME = "name";
  static final String CATEGORY = "category";

  private final ImportPlan.Entities plan;
  private final SourceTable source;

  /** SQL text by attribute, over the side files. */
  private final Map<String, String> side = new LinkedHashMap<>();

  /** SQL text by attribute, over the log. */
  private final Map<String, String> log = new LinkedHashMap<>();

  /** The column of the table log that holds each of its attributes. */
  private final Map<String, String> logColumns = new LinkedHashMap<>();

  /** The option and columns of each attribute. */
  private final Map<String, String> told = new LinkedHashMap<>();

  private String key = "NULL";

  private Attributes(ImportPlan.Entities plan, SourceTable source) {
    this.plan = plan;
    this.source = source;
  }

  /**
   * Finds every attribute.
   *
   * @param tree the category's place, null for none
   */
  static Attributes resolve(
      Resolver resolver, SourceTable log, ImportPlan.Entities plan, TreeOption tree) {
    Attributes attributes = new Attributes(plan, log);
    if (plan.side() != null) {
      String flag = "--" + plan.role() + "-key";
      Expression key = resolver.value(plan.side(), flag, plan.key());
      resolver.requireId(plan.side(), flag, plan.key(), key);
      attributes.key = key.text();
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
          value -> text(resolver, plan, feature, value.get(0)));
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
              "regexp_replace(trim(replace(%1$s, %2$s, %3$s)), ' *\\x1F *', %3$s, 'g')"
                  .formatted(
                      value.get(0).text(),
                      QuerySession.literal(path.separator()),
                      ListText.SEPARATOR_SQL));
    } else if (tree instanceof TreeOption.ParentTable parents) {
      attributes.add(
          resolver, log, CATEGORY, "--tree", List.of(parents.column()), v -> v.get(0).text());
    }
    return attributes;
  }

  static String feature(String name) {
    return "feature." + name;
  }

  /** Whether a feature's decimals were asked to follow a comma. */
  boolean commas(String feature) {
    return (side.containsKey(feature(feature)) ? plan.side() : source).commas();
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
    told.put(attribute, flag + " " + BadRow.shortened(String.join(">", columns)));
    if (plan.side() != null) {
      List<Expression> values = new ArrayList<>();
      columns.forEach(column -> values.add(resolver.valueIfAny(plan.side(), column)));
      if (!values.contains(null)) {
        side.put(attribute, text.of(values));
        return;
      }
      if (columns.stream().anyMatch(c -> resolver.valueIfAny(logTable, c) == null)) {
        resolver.neither(plan.side(), logTable, flag, columns);
        return;
      }
    }
    log.put(
        attribute, text.of(columns.stream().map(c -> resolver.value(logTable, flag, c)).toList()));
  }

  private static String text(
      Resolver resolver, ImportPlan.Entities plan, FeatureOption feature, Expression value) {
    FeatureKind kind = feature.kind();
    if (value.isList() && (kind == FeatureKind.MULTI || kind == FeatureKind.VECTOR)) {
      return kind == FeatureKind.VECTOR ? ListText.vector(value) : ListText.sql(value);
    }
    if (ValueTypes.isNested(value.type()) || value.type().equals("BLOB")) {
      resolver.problem(
          "--%s-feature %s: %s is of type %s; allowed: a text or a number%s, or a list of them as multi or vector"
              .formatted(
                  plan.role(),
                  feature.name(),
                  BadRow.shortened(feature.column()),
                  BadRow.shortened(value.type()),
                  value.isList() ? " for this kind" : ""));
    }
    return kind == FeatureKind.MULTI ? ListText.sql(value) : value.text();
  }

  /** Blanks around a name are none of it, and must not let rows of an item disagree. */
  private static String levels(List<Expression> levels) {
    return levels.stream()
        .map(level -> "coalesce(trim(" + level.text() + "), '')")
        .collect(Collectors.joining(" || " + ListText.SEPARATOR_SQL + " || "));
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
  String sideIds(List<String> nullWords) {
    return plan.side() == null || !plan.keepUnseen()
        ? null
        : "SELECT %s AS id FROM %s WHERE NOT (%s)"
            .formatted(key, plan.side().from(), nameless(nullWords));
  }

  /** SQL that is true of rows of the side files that have no id. */
  private String nameless(List<String> nullWords) {
    return "coalesce(trim(%s), '') = '' OR %s".formatted(key, NullWords.in(key, nullWords));
  }

  /** Rows of the side files that have no id. */
  long namelessRows(QuerySession session, List<String> nullWords) {
    return plan.side() == null
        ? 0
        : session.number(
            "SELECT count(*) FROM %s WHERE %s".formatted(plan.side().from(), nameless(nullWords)));
  }

  /** Entities that the side files name and a table of numbered ids lacks. */
  long strangers(QuerySession session, String table, List<String> nullWords) {
    return plan.side() == null
        ? 0
        : session.number(
            "SELECT count(DISTINCT %1$s) FROM %2$s WHERE NOT (%3$s) AND %1$s NOT IN (SELECT id FROM %4$s)"
                .formatted(key, plan.side().from(), nameless(nullWords), table));
  }

  /** The file and line that give an entity its attribute. */
  String place(QuerySession session, String attribute, String logColumn, String id) {
    String value = QuerySession.literal(id);
    boolean beside = side.containsKey(attribute);
    String query =
        beside
            ? "SELECT \"@file\", \"@record\" FROM %s WHERE %s = %s ORDER BY 1, 2 LIMIT 1"
                .formatted(plan.side().from(), key, value)
            : "SELECT %4$s FROM log WHERE reason IS NULL AND %1$s = %2$s AND %3$s IS NOT NULL ORDER BY count(*) OVER (PARTITION BY %3$s) DESC, min(ord) OVER (PARTITION BY %3$s), ord LIMIT 1"
                .formatted(logColumn, value, logColumns.get(attribute), SourceTable.PLACE);
    StringBuilder place = new StringBuilder();
    session.forEach(
        query,
        row -> {
          SourceTable.SourceFile file = (beside ? plan.side() : source).files().get(row.getInt(1));
          place.append(file.fileName()).append(' ').append(file.unit()).append(' ');
          place.append(file.lines(session, List.of(row.getLong(2))).get(0));
        });
    return place.toString();
  }

  /**
   * A query of the entities in order of number: id, then {@code seen} (whether the side files have
   * them) and the attributes in the order of {@link #names}, each of the log followed by a value
   * that was not taken, how many values there are, and in how many rows (of training where that
   * decides).
   *
   * @param table the numbered ids
   * @throws BadDataException when the side files say different things of one entity
   * @param logColumn the log's column that holds the id
   */
  String query(QuerySession session, String table, String logColumn) {
    StringBuilder select = new StringBuilder("SELECT e.id, ");
    StringBuilder joins = new StringBuilder(" FROM " + table + " e");
    select.append(plan.side() == null ? "TRUE" : "s.id IS NOT NULL").append(" AS seen");
    if (plan.side() != null) {
      String single =
          new RepeatedKeys(session, plan.side(), List.of(key), "a file about " + plan.role() + "s")
              .single(List.copyOf(side.values()));
      joins.append(
          " LEFT JOIN (SELECT %s AS id%s FROM (%s)) s ON s.id = e.id"
              .formatted(
                  key,
                  side.entrySet().stream()
                      .map(entry -> ", " + entry.getValue() + " AS " + ident(entry.getKey()))
                      .collect(Collectors.joining()),
                  single));
    }
    for (String attribute : names()) {
      if (side.containsKey(attribute)) {
        select.append(", s.").append(ident(attribute));
      } else {
        String column = logColumns.get(attribute);
        String alias = "l_" + column;
        select.append(", ").append(alias).append(".v AS ").append(ident(attribute));
        select.append(
            ", CASE WHEN %1$s.low <> %1$s.high THEN CASE WHEN %1$s.v = %1$s.low THEN %1$s.high ELSE %1$s.low END END, %1$s.k, %1$s.n"
                .formatted(alias));
        joins.append(
            " LEFT JOIN (SELECT id, arg_max(v, {'t': trained, 'n': n, 'f': -f}) AS v, min(v) AS low, max(v) AS high, count(*) FILTER (trained) AS k, sum(n) FILTER (trained) AS n FROM (SELECT %1$s AS id, %2$s AS v, %4$s AS trained, count(*) AS n, min(ord) AS f FROM log WHERE reason IS NULL AND %2$s IS NOT NULL GROUP BY 1, 2, 3) GROUP BY id) %3$s ON %3$s.id = e.id"
                .formatted(
                    logColumn,
                    column,
                    alias,
                    isMeasured(attribute) ? "ord IN (SELECT ord FROM trained)" : "TRUE"));
      }
    }
    return select + joins.toString() + " ORDER BY e.n";
  }

  /** One counter for each attribute of {@link #names}, null for those of side files. */
  List<Disagreements> disagreements() {
    List<Disagreements> all = new ArrayList<>();
    for (String attribute : names()) {
      all.add(
          side.containsKey(attribute)
              ? null
              : new Disagreements(plan.role(), told.get(attribute), isMeasured(attribute)));
    }
    return all;
  }

  /** Whether numbers or vectors come from the log, whose training rows decide on them. */
  boolean measuresLog() {
    return log.keySet().stream().anyMatch(this::isMeasured);
  }

  /** Whether an attribute is a number, or several. */
  private boolean isMeasured(String attribute) {
    return plan.features().stream()
        .filter(option -> feature(option.name()).equals(attribute))
        .anyMatch(
            option -> option.kind() == FeatureKind.NUMERIC || option.kind() == FeatureKind.VECTOR);
  }

  /** The attributes, in the order of the query's columns. */
  List<String> names() {
    List<String> names = new ArrayList<>(side.keySet());
    names.addAll(log.keySet());
    return names;
  }
}
