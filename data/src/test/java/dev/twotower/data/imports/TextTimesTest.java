package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: offset, zone and AM or PM of a text time count; half a text is never read. */
class TextTimesTest {
  /** 2023-11-14 22:13:20 UTC. */
  private static final long MOMENT = 1_700_000_000;

  /** A second before it, in the two notations that logs have most. */
  private static final String PLAIN = "2023-11-14 22:13:19";

  private static final String ZONED = "2023-11-14T22:13:19Z";

  @TempDir private static Path scratch;
  private static TimeReading times;

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeAll
  static void open() {
    times = new TimeReading(scratch);
  }

  @AfterAll
  static void close() {
    times.close();
  }

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  private static final String SPELLINGS =
      """
      2023-11-14T22:13:20Z | 0
      2023-11-14 22:13:20 | 0
      2023-11-14t22:13:20z | 0
      2023.11.14 22:13:20 | 0
      2023 11 14 22:13:20 | 0
      2023/11/14 22:13:20 | 0
      2023-11-14, 22:13:20 | 0
      2023-11-14T23:13:20+01:00 | 0
      2023-11-14 17:13:20-05 | 0
      2023-11-14 17:13:20 -05 | 0
      2023-11-15T03:43:20+0530 | 0
      2023-11-15 03:43:20 +05:30 | 0
      2023-11-15 00:13:20 UTC+2 | 0
      2023-11-15 00:13:20 GMT+02:00 | 0
      2023-11-14 22:13:20 UTC | 0
      2023-11-14 22:13:20 GMT | 0
      2023-11-14 23:13:20 Europe/Berlin | 0
      2023-11-14 17:13:20 America/New_York | 0
      2023-11-14 10:13:20 PM | 0
      2023-11-14 10:13:20PM | 0
      2023-11-14 10:13:20 p.m. | 0
      2023/11/14 10:13:20 pm | 0
      2023-11-14 11:13:20 PM +01:00 | 0
      2023-11-15 12:13:20 AM +02 | 0
      2023-11-15 10:13:20 AM +12 | 0
      2023-11-14T22:13:20.5Z | 500000000
      2023-11-14T22:13:20.123456 | 123456000
      2023-11-14T22:13:20.123456789Z | 123456789
      2023-11-14T23:13:20.123456789 Europe/Berlin | 123456789
      2023-11-14 22:13:20,250 | 250000000
      2023-11-14 10:13:20.75 PM | 750000000
      """;

  /** Beside times written much like it, so that the column is of one kind where it can be. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = SPELLINGS)
  void oneMomentInManySpellings(String text, long nanos) {
    assertMoment(text, text.contains("T2") ? ZONED : PLAIN, nanos);
  }

  /** Beside times written otherwise, where DuckDB itself takes both for timestamps. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2023-11-14T22:13:20Z | 0",
        "2023-11-14 22:13:20 | 0",
        "2023/11/14 22:13:20 | 0",
        "2023-11-14T23:13:20+01:00 | 0",
        "2023-11-14 17:13:20-05 | 0",
        "2023-11-14T22:13:20.123456 | 123456000",
        "2023-11-14T22:13:20.5Z | 500000000"
      })
  void oneMomentInAColumnOfTwoNotations(String text, long nanos) {
    assertMoment(text, text.contains("T2") ? PLAIN : ZONED, nanos);
  }

  private void assertMoment(String text, String other, long nanos) {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,last,\"" + text + "\"",
            "u,first," + other,
            "u,second," + other);
    long before = (MOMENT - 1) * 1_000_000;
    assertThat(times.inOrder(log))
        .containsExactly(
            new TimeReading.Read("first", before),
            new TimeReading.Read("second", before),
            new TimeReading.Read("last", MOMENT * 1_000_000 + nanos / 1000));
  }

  /** Nanoseconds of 64 bits go from 1678 to 2261: times beyond are at their ends, and no error. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2262-01-01",
        "2262-06-01",
        "2262-12-31 00:00:00",
        "2262-12-31T00:00:00Z",
        "2262-06-01 00:00:00+02",
        "2262-06-01T00:00:00.123456789Z",
        "2262.06.01",
        "2263-01-01T00:00:00Z",
        "9999-12-31 23:59:59",
        "9999-12-31 9:5:3"
      })
  void timesBeyondTheLastAreTheLast(String text) {
    String early = text.replaceFirst("^\\d{4}", "0001");
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,late,\"" + text + "\"",
            "u,last,2261-12-30 00:00:00",
            "u,early,\"" + early + "\"",
            "u,first,1678-01-02 00:00:00+00:00");
    assertThat(times.inOrder(log))
        .extracting(TimeReading.Read::item)
        .containsExactlyInAnyOrder("early", "first", "last", "late");
    assertThat(times.inOrder(log))
        .allSatisfy(read -> assertThat(read.micros()).as(read.item()).isNotNull())
        .filteredOn(read -> read.item().matches("early|late"))
        .allSatisfy(
            read ->
                assertThat(Math.abs(read.micros()))
                    .isBetween(9_199_999_999_000_000L, 9_200_000_001_000_000L));
  }

  /** All of them in one column, which is text then; each has a user of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"1699999999", PLAIN, ZONED})
  void oneMomentInAColumnOfManySpellings(String other) {
    List<String> spellings = SPELLINGS.lines().toList();
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int user = 0; user < spellings.size(); user++) {
      String text = spellings.get(user).split(" \\| ")[0];
      lines.add("u%d,last,\"%s\"".formatted(user, text));
      lines.add("u%d,first,%s".formatted(user, other));
      lines.add("u%d,second,%s".formatted(user, other));
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    try (Dataset data = folder.open(folder.table(log))) {
      Interactions test = data.interactions(Split.TEST);
      assertThat(test.rows()).isEqualTo(spellings.size());
      for (int row = 0; row < spellings.size(); row++) {
        int user = Integer.parseInt(data.userTable().id(test.user(row)).substring(1));
        long nanos = Long.parseLong(spellings.get(user).split(" \\| ")[1]);
        assertThat(data.itemTable().id(test.item(row))).as(spellings.get(user)).isEqualTo("last");
        assertThat(test.time(row))
            .as(spellings.get(user))
            .isEqualTo(MOMENT * 1_000_000 + nanos / 1000);
      }
    }
  }

  private Path logWith(String text) {
    return folder.file(
        "log.csv",
        "user,item,time",
        "u,a,2023-11-14 22:13:20",
        "u,b," + text,
        "u,c,2023-11-14 22:13:21",
        "u,d,2023-11-14 22:13:22");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2023-11-14 22:13:20 hello",
        "2023-11-14 22:13:20 5",
        "2023-11-14 22:13:20 Europe/Nowhere",
        "2023-11-14 22:13:20 CST",
        "2023-11-14 22:13:20 CEST",
        "2023-11-14 22:13:20 PM",
        "2023-11-14 0:13:20 PM",
        "2023-11-14 22:13:20 (BC)",
        "2023-02-30",
        "2023-11-14 25:00:00",
        "2023-11-14 22:13:20 +19:00",
        "2023-11-14T22:13:20+99:00",
        "2023-11-14T22:13:20.5-19:00",
        "2023-11-14 22:13:20+05:75",
        "12023-11-14 22:13:20",
        "14.11.2023",
        "epoch",
        "infinity",
        "nan",
        "inf",
        "1e400",
        "soon"
      })
  void whatIsNoTimeIsNotRead(String text) {
    assertThat(times.inOrder(logWith(text)))
        .containsExactly(
            new TimeReading.Read("a", MOMENT * 1_000_000),
            new TimeReading.Read("c", (MOMENT + 1) * 1_000_000),
            new TimeReading.Read("d", (MOMENT + 2) * 1_000_000),
            new TimeReading.Read("b", null));
  }

  /** Half a time, a date that is none, a number that is none, and a word. */
  @ParameterizedTest
  @ValueSource(strings = {"2023-11-14 22:13:20 hello", "2023-02-30", "inf", "soon"})
  void whatIsNoTimeIsABadRow(String text) {
    assertThatThrownBy(() -> folder.run(folder.table(logWith(text))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("1: time cannot be read")
        .hasMessageContaining("log.csv line 3: user=u, item=b, time=" + text)
        .hasMessageContaining("Times: these texts are no dates or times");
  }

  @Test
  void whatIsNoTimeCanBeLeftOut() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,a,2023-11-14 22:13:20",
            "u,b,2023-02-30",
            "u,c,soon",
            "u,d,2023-11-14 22:13:21",
            "u,e,2023-11-14 22:13:22");
    ImportSummary summary = folder.run(folder.table(log).maxBadRows(2));
    assertThat(summary.dropped()).containsEntry("time cannot be read", 2L);
  }

  /** Rows of many zones are ordered as java.time orders their moments. */
  @Test
  void rowsOfManyZonesAreInTheOrderOfTheirMoments() {
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    List<ZoneId> zones =
        List.of(
            ZoneId.of("UTC"),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("Asia/Kolkata"),
            ZoneId.of("America/St_Johns"),
            ZoneId.of("Pacific/Auckland"));
    int rows = 200;
    for (int row = 0; row < rows; row++) {
      int shuffled = row * 77 % rows;
      // Across the change to summer time in March.
      Instant moment = Instant.ofEpochSecond(1_679_600_000 + shuffled * 3_601L);
      ZonedDateTime local = moment.atZone(zones.get(row % zones.size()));
      String clock = local.toLocalDateTime().toString().replace('T', ' ');
      lines.add(
          "u,%03d,%s %s"
              .formatted(
                  shuffled, clock, row % 2 == 0 ? local.getOffset().getId() : local.getZone()));
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    try (Dataset data = folder.open(folder.table(log))) {
      Interactions train = data.interactions(Split.TRAIN);
      for (long row = 0; row < train.rows(); row++) {
        assertThat(data.itemTable().id(train.item(row))).isEqualTo("%03d".formatted(row));
        assertThat(train.time(row)).isEqualTo((1_679_600_000 + row * 3_601) * 1_000_000);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%d.%m.%Y %H:%M:%S | 14.11.2023 22:13:20",
        "%d.%m.%Y %H:%M:%S %z | 14.11.2023 23:13:20 +0100",
        "%d.%m.%Y %H:%M:%S %Z | 14.11.2023 23:13:20 Europe/Berlin",
        "%m/%d/%Y %I:%M:%S %p | 11/14/2023 10:13:20 PM"
      })
  void aFormatOfOnesOwn(String format, String text) {
    Path log =
        folder.file("log.csv", "user,item,time", "u,a," + text, "u,b," + text, "u,c," + text);
    try (Dataset data = folder.open(folder.table(log).timeFormat(format))) {
      assertThat(data.interactions(Split.TRAIN).time(0)).isEqualTo(MOMENT * 1_000_000);
    }
    folder.clear();
    Path worse =
        folder.file("worse.csv", "user,item,time", "u,a," + text, "u,b," + text + " or so");
    assertThatThrownBy(() -> folder.run(folder.table(worse).timeFormat(format)))
        .hasMessageContaining("worse.csv line 3")
        .hasMessageContaining("do not fit --time-format")
        .hasMessageNotContaining("give --time-format");
  }

  @Test
  void aFormatKeepsNanoseconds() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,last,2023 20.000000002",
            "u,mid,2023 20.000000001",
            "u,a,2023 19.000000009");
    try (Dataset data = folder.open(folder.table(log).timeFormat("%Y %S.%n"))) {
      assertThat(data.itemTable().id(data.interactions(Split.TEST).item(0))).isEqualTo("last");
    }
  }

  /** An expression over a column sees its offset, too. */
  @Test
  void daysOfAnExpressionAreThoseOfUtc() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,a,2023-11-14 22:30:00+00:00",
            "u,b,2023-11-15 00:30:00+02:00",
            "u,c,2023-11-15 01:00:00+00:00");
    try (Dataset data =
        folder.open(folder.table(log).column("request", "date_trunc('day', time)"))) {
      assertThat(data.requests()).isEqualTo(2);
    }
  }
}
