package dev.twotower.data.odd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.odd.OddTimes.Group;
import dev.twotower.data.odd.OddTimes.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OddTimesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  /** Rows on every day of a year, and further rows on some days. */
  private static LogTimes log(int rowsADay, Map<String, Integer> more) {
    TreeMap<Long, Long> rows = new TreeMap<>();
    for (int day = 0; day < 366 && rowsADay > 0; day++) {
      rows.put(LocalDate.of(2024, 1, 1).toEpochDay() + day, (long) rowsADay);
    }
    more.forEach(
        (date, count) -> rows.merge(LocalDate.parse(date).toEpochDay(), (long) count, Long::sum));
    long[] days = rows.keySet().stream().mapToLong(Long::longValue).toArray();
    return new LogTimes(
        days[0] * LogTimes.MICROS_OF_DAY,
        days[days.length - 1] * LogTimes.MICROS_OF_DAY,
        days,
        rows.values().stream().mapToLong(Long::longValue).toArray());
  }

  private static List<Group> found(LogTimes log) {
    return OddTimes.of(log, NOW, false);
  }

  private static Group only(LogTimes log, Kind kind, long rows) {
    List<Group> groups = found(log);
    assertThat(groups).hasSize(1);
    assertThat(groups.get(0).kind()).isEqualTo(kind);
    assertThat(groups.get(0).rows()).isEqualTo(rows);
    return groups.get(0);
  }

  @Test
  void anEvenLogHasNone() {
    assertThat(found(log(10, Map.of()))).isEmpty();
    assertThat(found(log(0, Map.of("2024-03-01", 5)))).isEmpty();
  }

  @Test
  void rowsOfTheFutureAreTold() {
    Group group = only(log(10, Map.of("2062-03-01", 2, "2062-04-01", 1)), Kind.FUTURE, 3);
    assertThat(group.found())
        .isEqualTo(
            "3 of 3,663 rows (< 0.1 %) are of 2062-03-01 to 2062-04-01, in the future (today is"
                + " 2026-11-28)");
    assertThat(LogTimes.date(group.border())).isEqualTo("2026-11-30");
  }

  @Test
  void tomorrowMayBeLocalTime() {
    assertThat(found(log(10, Map.of("2026-11-29", 200, "2026-06-01", 500)))).isEmpty();
    only(log(10, Map.of("2026-11-30", 200, "2026-06-01", 500)), Kind.FUTURE, 200);
  }

  @Test
  void allRowsMayBeOfTheFuture() {
    assertThat(only(log(0, Map.of("2062-03-01", 2)), Kind.FUTURE, 2).found())
        .startsWith("2 of 2 rows (100.0 %) are of 2062-03-01");
  }

  @Test
  void oneRowLongBeforeOrAfterTheOthersIsTold() {
    Group early = only(log(10, Map.of("2001-01-01", 1)), Kind.BEFORE, 1);
    assertThat(early.found())
        .isEqualTo("1 of 3,661 rows (< 0.1 %) is of 2001-01-01, 23 years before the next row");
    assertThat(LogTimes.date(early.border())).isEqualTo("2024-01-01");
    Group late = only(log(1, Map.of("2026-01-01", 1)), Kind.AFTER, 1);
    assertThat(late.found()).endsWith("(0.3 %) is of 2026-01-01, 366 days after the row before");
    assertThat(LogTimes.date(late.border())).isEqualTo("2026-01-01");
  }

  @Test
  void bothEndsAreToldAndNeitherHidesTheOther() {
    assertThat(found(log(10, Map.of("1990-05-05", 4, "2062-01-01", 4))))
        .extracting(Group::kind)
        .containsExactly(Kind.BEFORE, Kind.FUTURE);
  }

  @Test
  void groupsAtOneEndAreToldTogether() {
    Group group = only(log(10, Map.of("1980-01-01", 1, "2005-01-01", 2)), Kind.BEFORE, 3);
    assertThat(group.found()).contains("of 1980-01-01 to 2005-01-01");
  }

  @Test
  void aTwentiethIsFewAndMoreIsAnEraOfItsOwn() {
    only(log(10, Map.of("2001-01-01", 190)), Kind.BEFORE, 190);
    assertThat(found(log(10, Map.of("2001-01-01", 200)))).isEmpty();
  }

  @Test
  void aGapShorterThanTheLogIsNone() {
    assertThat(found(log(10, Map.of("2023-06-01", 1)))).as("213 days, of 366").isEmpty();
    only(log(0, Map.of("2023-06-01", 1, "2024-01-01", 30, "2024-02-01", 30)), Kind.BEFORE, 1);
    assertThat(found(log(0, Map.of("2023-08-01", 1, "2024-01-01", 30, "2024-02-01", 30))))
        .as("153 days")
        .isEmpty();
  }

  @Test
  void nineRowsSayNothing() {
    assertThat(found(log(0, Map.of("2001-01-01", 1, "2024-01-01", 8)))).isEmpty();
    only(log(0, Map.of("2001-01-01", 1, "2024-01-01", 9)), Kind.BEFORE, 1);
  }

  @Test
  void anyShareOfRowsNearZeroIsTold() {
    Group group = only(log(1, Map.of("1970-01-01", 200, "1970-01-20", 100)), Kind.NEAR_ZERO, 300);
    assertThat(group.found())
        .startsWith("300 of 666 rows (45.0 %) are of 1970-01-01 to 1970-01-20, the others later");
    assertThat(LogTimes.date(group.border())).isEqualTo("2024-01-01");
  }

  @Test
  void aLogThatBeganIn1970IsNoneUnlessItsTimesAreNumbers() {
    LogTimes log = log(0, Map.of("1970-12-01", 10, "1971-02-01", 10, "1971-03-01", 10));
    assertThat(found(log)).isEmpty();
    assertThat(OddTimes.of(log, NOW, true)).extracting(Group::kind).containsExactly(Kind.NEAR_ZERO);
    assertThat(OddTimes.of(log(0, Map.of("1970-12-01", 10)), NOW, true)).isEmpty();
  }
}
