package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where names of columns stand in an expression without quotes. */
final class BareNames {
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]|\"\")*\"|'([^']|'')*'");

  /** Each further place doubles what may have to be tried. */
  private static final int MOST_PLACES = 8;

  /** A name's place; {@code end} is the first character after it. */
  private record Place(int start, int end, String name) {
    boolean overlaps(Place other) {
      return start < other.end && other.start < end;
    }
  }

  private final String expression;
  private final List<Place> places;

  private BareNames(String expression, List<Place> places) {
    this.expression = expression;
    this.places = places;
  }

  /**
   * Finds names; of names within names the longest counts. A word before a parenthesis is a
   * function, and after {@code ::} a type.
   *
   * @param anyCase whether {@code Order} is the column {@code order}
   */
  static BareNames in(String expression, List<String> names, boolean anyCase) {
    Matcher quoted = QUOTED.matcher(expression);
    String bare = quoted.replaceAll(found -> " ".repeat(found.group().length()));
    List<Place> places = new ArrayList<>();
    List<String> longestFirst = new ArrayList<>(names);
    longestFirst.sort(Comparator.comparingInt(String::length).reversed());
    for (String name : longestFirst) {
      Matcher found = pattern(name, anyCase).matcher(bare);
      while (found.find()) {
        Place place = new Place(found.start(), found.end(), name);
        boolean other =
            bare.substring(place.end).stripLeading().startsWith("(")
                || bare.substring(0, place.start).stripTrailing().endsWith("::");
        if (!other && places.stream().noneMatch(place::overlaps)) {
          places.add(place);
        }
      }
    }
    places.sort(Comparator.comparingInt(Place::start));
    return new BareNames(expression, places);
  }

  /** The names found, each once, in the order of the expression. */
  List<String> names() {
    return places.stream().map(Place::name).distinct().toList();
  }

  String expression() {
    return expression;
  }

  /**
   * The expression with as many of the names in quotes as can be, and the names that now are; empty
   * where no choice of them satisfies a condition.
   */
  Optional<BareNames> quotedUntil(Predicate<String> condition) {
    int all = (1 << Math.min(places.size(), MOST_PLACES)) - 1;
    for (int kept = Integer.bitCount(all); kept > 0; kept--) {
      for (int choice = all; choice > 0; choice--) {
        if (Integer.bitCount(choice) != kept) {
          continue;
        }
        BareNames quoted = quoted(choice);
        if (condition.test(quoted.expression)) {
          return Optional.of(quoted);
        }
      }
    }
    return Optional.empty();
  }

  private BareNames quoted(int choice) {
    StringBuilder sql = new StringBuilder();
    List<Place> chosen = new ArrayList<>();
    int from = 0;
    for (int p = 0; p < places.size(); p++) {
      // Places beyond those that are chosen from are always quoted.
      if (p < MOST_PLACES && (choice & 1 << p) == 0) {
        continue;
      }
      Place place = places.get(p);
      sql.append(expression, from, place.start).append(QuerySession.ident(place.name));
      from = place.end;
      chosen.add(place);
    }
    return new BareNames(sql.append(expression.substring(from)).toString(), chosen);
  }

  static Pattern pattern(String name, boolean anyCase) {
    return Pattern.compile(
        "(?<![\\p{L}\\p{N}_])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}_])",
        anyCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
  }
}
