package dev.twotower.data.imports.csv;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.CommaNumbers;
import dev.twotower.data.imports.source.NullWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the numbers of a csv file whose decimals follow a comma with a point, as {@code 1234.5}.
 */
final class DecimalCommas {
  private DecimalCommas() {}

  /**
   * Rewrites the columns most of whose values are such numbers, and one of them has a comma.
   *
   * @param ids columns that are ids, and stay as they are
   * @return whether there was any
   */
  static boolean rewrite(QuerySession session, String table, List<String> names, Set<String> ids) {
    List<String> asked = names.stream().filter(name -> !ids.contains(name)).toList();
    if (asked.isEmpty()) {
      return false;
    }
    List<String> found = new ArrayList<>();
    session.forEach(
        "SELECT %s FROM %s"
            .formatted(
                asked.stream()
                    .map(
                        name ->
                            "bool_or(%2$s) AND 2 * count(*) FILTER (%3$s) > count(%1$s)"
                                .formatted(
                                    NullWords.untyped("nullif(trim(" + ident(name) + "), '')"),
                                    CommaNumbers.sql(ident(name)),
                                    CommaNumbers.among(ident(name))))
                    .collect(Collectors.joining(", ")),
                table),
        row -> {
          for (int column = 0; column < asked.size(); column++) {
            if (row.getBoolean(column + 1)) {
              found.add(asked.get(column));
            }
          }
        });
    for (String name : found) {
      session.run(
          "UPDATE %1$s SET %2$s = %3$s WHERE %4$s"
              .formatted(
                  table,
                  ident(name),
                  CommaNumbers.pointed(ident(name)),
                  CommaNumbers.among(ident(name))));
    }
    return !found.isEmpty();
  }
}
