package dev.twotower.data.imports.columns;

import dev.twotower.data.message.Received;
import dev.twotower.data.message.Suggestion;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The clock that times without a zone were read from. As {@link java.time.ZonedDateTime} has it: a
 * time that a change of the clock repeats is the first of the two, and one that it leaves out is as
 * much later as the clock was put forward (02:30 of a night that goes from 02:00 to 03:00 is
 * 03:30). Both say that a change counts from where the clock before it has shown all it ever shows.
 *
 * @param zone a region, such as Europe/Berlin, or an offset
 */
public record WallClock(ZoneId zone) {
  /** Changes before this, in seconds since the epoch, are those of rows that are refused. */
  private static final long FIRST = -86_400 * 31L;

  /** The year 2201; later times are refused. */
  private static final long LAST = 7_289_654_400L;

  /**
   * A clock that differs from the one before it.
   *
   * @param from what the clock before it shows where this one counts, in seconds since 1970
   * @param offset of the zone, in seconds
   */
  private record Change(long from, long offset) {}

  /**
   * A zone by name.
   *
   * @throws IllegalArgumentException when there is none, with those that are near
   */
  public static WallClock parse(String text) {
    try {
      return new WallClock(ZoneId.of(text.strip()));
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "--time-zone: received %s; allowed: a region, such as Europe/Berlin or America/New_York, UTC, or an offset such as +02:00%s"
              .formatted(Received.quoted(text), near(text.strip())));
    }
  }

  /** The zones of a place by that name, or the nearest name. */
  private static String near(String text) {
    String place = "/" + text.toLowerCase(Locale.ROOT).replace(' ', '_');
    List<String> known =
        new TreeSet<>(ZoneId.getAvailableZoneIds())
            .stream().filter(id -> !id.startsWith("SystemV/")).toList();
    List<String> places =
        known.stream().filter(id -> id.toLowerCase(Locale.ROOT).endsWith(place)).toList();
    if (!places.isEmpty()) {
      return " (did you mean '%s'?)".formatted(String.join("' or '", places));
    }
    Optional<String> typed = Suggestion.nearest(text, known);
    return typed.map(name -> " (did you mean '" + name + "'?)").orElse("");
  }

  /**
   * SQL of the moments at which this clock showed times.
   *
   * @param shown SQL of times as UTC would have them, counted from 1970; BIGINT
   * @param perSecond how many of what they count make a second
   */
  String moments(String shown, long perSecond) {
    ZoneRules rules = zone.getRules();
    if (rules.isFixedOffset()) {
      return "((%s) - %d)"
          .formatted(shown, rules.getOffset(Instant.EPOCH).getTotalSeconds() * perSecond);
    }
    List<Change> changes = changes(rules);
    return "list_transform([%s], lambda shown: shown - %s)[1]"
        .formatted(shown, offset(changes, 0, changes.size() - 1, perSecond));
  }

  private static List<Change> changes(ZoneRules rules) {
    List<Change> changes = new ArrayList<>();
    Instant at = Instant.ofEpochSecond(FIRST);
    changes.add(new Change(Long.MIN_VALUE, rules.getOffset(at).getTotalSeconds()));
    ZoneOffsetTransition next = rules.nextTransition(at);
    while (next != null && next.toEpochSecond() < LAST) {
      LocalDateTime last = next.isGap() ? next.getDateTimeAfter() : next.getDateTimeBefore();
      changes.add(
          new Change(last.toEpochSecond(ZoneOffset.UTC), next.getOffsetAfter().getTotalSeconds()));
      next = rules.nextTransition(next.getInstant());
    }
    return changes;
  }

  /** SQL that searches changes, sorted, by halves. */
  private static String offset(List<Change> changes, int first, int last, long perSecond) {
    if (first == last) {
      return String.valueOf(changes.get(first).offset() * perSecond);
    }
    int middle = (first + last + 1) / 2;
    return "CASE WHEN shown < %d THEN %s ELSE %s END"
        .formatted(
            changes.get(middle).from() * perSecond,
            offset(changes, first, middle - 1, perSecond),
            offset(changes, middle, last, perSecond));
  }
}
