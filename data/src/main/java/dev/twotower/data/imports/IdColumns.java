package dev.twotower.data.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.SqlExpression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which columns of files are ids, or parts of them: their text is not to change. */
final class IdColumns {
  private final QuerySession session;
  private final Set<String> options = new LinkedHashSet<>();

  IdColumns(QuerySession session) {
    this.session = session;
  }

  /**
   * Notes what names an id.
   *
   * @param option a column, or an expression over columns; null for none
   */
  void add(String option) {
    if (option != null) {
      options.add(option);
    }
  }

  /** Those of a file's columns that an id is made of, by whatever case they are named. */
  Set<String> among(List<String> columns) {
    Set<String> found = new HashSet<>();
    for (String option : columns.isEmpty() ? Set.<String>of() : options) {
      boolean whole = columns.stream().anyMatch(option::equalsIgnoreCase);
      for (String name : whole ? List.of(option) : named(option)) {
        columns.stream().filter(name::equalsIgnoreCase).forEach(found::add);
      }
    }
    return found;
  }

  /** The columns that an expression names; none where it is no expression, as is told later. */
  private List<String> named(String expression) {
    List<String> names = new ArrayList<>();
    try {
      collect(SqlExpression.parse(session, expression).parsed(), names);
    } catch (QuerySession.QueryException e) {
      return List.of();
    }
    return names;
  }

  private static void collect(JsonNode node, List<String> names) {
    node.path("column_names").forEach(name -> names.add(name.asText()));
    node.forEach(child -> collect(child, names));
  }
}
