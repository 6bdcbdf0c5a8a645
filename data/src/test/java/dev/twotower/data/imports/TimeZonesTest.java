package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.SqlPath;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: times without a zone, written where the clock is not UTC's. */
class TimeZonesTest {
  private static final DateTimeFormatter SPELLED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  /** Half hours around changes of clocks, of today, of the past and of the far future. */
  private static List<LocalDateTime> shown() {
    List<LocalDateTime> shown = new ArrayList<>();
    for (String night :
        List.of(
            "1970-01-03T00:00",
            "1980-04-05T20:00",
            "2011-12-29T20:00",
            "2024-03-09T22:00",
            "2024-03-30T20:00",
            "2024-04-06T10:00",
            "2024-10-26T20:00",
            "2024-11-02T22:00",
            "2199-10-26T20:00")) {
      for (int half = 0; half < 24; half++) {
        shown.add(LocalDateTime.parse(night).plusMinutes(30L * half));
      }
    }
    return shown;
  }

  /** Microseconds by item. */
  private Map<String, Long> times(ImportRequest.Builder request) {
    Map<String, Long> times = new TreeMap<>();
    try (Dataset data = folder.open(request)) {
      for (Split split : Split.values()) {
        Interactions log = data.interactions(split);
        for (long row = 0; row < log.rows(); row++) {
          times.put(data.itemTable().id(log.item(row)), log.time(row));
        }
      }
    }
    return times;
  }

  private static long micros(LocalDateTime shown, String zone) {
    return shown.atZone(ZoneId.of(zone)).toEpochSecond() * 1_000_000;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "+02:00"})
  void aTimeIsTheMomentAtWhichJavasClockShowsIt(String zone) {
    List<LocalDateTime> shown = shown();
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    Map<String, Long> expected = new TreeMap<>();
    for (int i = 0; i < shown.size(); i++) {
      lines.add("u%d,i%d,%s".formatted(i % 9, i, SPELLED.format(shown.get(i))));
      expected.put("i" + i, micros(shown.get(i), zone));
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    assertThat(times(folder.table(log).timeZone(zone))).isEqualTo(expected);
  }

  @Test
  void formatsAndTimestampsAreOfTheSameClock() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,a,31.03.2024 02:30",
            "u,b,27.10.2024 02:30",
            "u,c,27.10.2024 03:00");
    String format = "%d.%m.%Y %H:%M";
    Map<String, Long> expected =
        Map.of(
            "a", micros(LocalDateTime.parse("2024-03-31T01:30"), "UTC"),
            "b", micros(LocalDateTime.parse("2024-10-27T00:30"), "UTC"),
            "c", micros(LocalDateTime.parse("2024-10-27T02:00"), "UTC"));
    assertThat(times(folder.table(log).timeZone("Europe/Berlin").timeFormat(format)))
        .isEqualTo(expected);
    folder.clear();
    Path typed =
        folder.written(
            "log.parquet",
            "SELECT \"user\", item, strptime(time, '%s') AS time FROM read_csv(%s, header = true)"
                .formatted(format, SqlPath.of(log)));
    assertThat(times(folder.table(typed).timeZone("Europe/Berlin"))).isEqualTo(expected);
  }

  /** The rule in numbers, for readers: 02:30 of the night in March is 03:30, or 01:30 UTC. */
  @Test
  void anHourInBerlinIsTheFirstOfTwoAndTimesKeepTheirOwnZone() {
    Map<String, String> utc =
        Map.of(
            "2024-03-31 02:30:00", "2024-03-31T01:30:00Z",
            "2024-10-27 02:30:00", "2024-10-27T00:30:00Z",
            "2024-10-27 03:00:00", "2024-10-27T02:00:00Z",
            "2024-07-01", "2024-06-30T22:00:00Z",
            "2024-07-01 12:00:00.25", "2024-07-01T10:00:00.250Z",
            "2024-07-01 1:00 pm", "2024-07-01T11:00:00Z",
            "2024-07-01 12:00:00+05:00", "2024-07-01T07:00:00Z",
            "2024-07-01 12:00 America/New_York", "2024-07-01T16:00:00Z",
            "2024-07-01T12:00:00Z", "2024-07-01T12:00:00Z",
            "1719835200", "2024-07-01T12:00:00Z");
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    utc.keySet().forEach(text -> lines.add("u,%1$s,%1$s".formatted(text)));
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    Map<String, String> read = new TreeMap<>();
    times(folder.table(log).timeZone("Europe/Berlin"))
        .forEach(
            (text, micros) ->
                read.put(text, Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString()));
    assertThat(read).isEqualTo(utc);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Berlin | did you mean 'Europe/Berlin'?",
        "europe/berlin | did you mean 'Europe/Berlin'?",
        "Europe/Berln | did you mean 'Europe/Berlin'?",
        "new york | did you mean 'America/New_York'?",
        "+2500 | an offset such as +02:00",
        "CST | a region, such as Europe/Berlin"
      })
  void anUnknownZoneIsAnsweredWithTheNearest(String zone, String told) {
    assertThatThrownBy(() -> folder.table(folder.log()).timeZone(zone).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--time-zone: received '" + zone + "'")
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1700000000 | the times are numbers",
        "007 | the times are numbers",
        "2024-07-01 12:00:00+02:00 | each has one, or is a number"
      })
  void aZoneThatWouldChangeNothingIsRefused(String time, String why) {
    Path log = folder.file("log.csv", "user,item,time", "u,a," + time, "u,b," + time);
    folder
        .assertUsage(folder.table(log).timeZone("Europe/Berlin"))
        .hasMessageContaining("--time-zone: received 'Europe/Berlin'; it is for times that have no")
        .hasMessageContaining(why);
  }

  @Test
  void aZoneIsForTimesAlone() {
    Path log = folder.log();
    folder
        .assertUsage(folder.table(log).timeZone("Europe/Berlin").timeFormat("%Y-%m-%d %H:%M:%S %z"))
        .hasMessageContaining("--time-format reads the zone of each");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "time")
                .timeZone("Europe/Berlin"))
        .hasMessageContaining("there is no --column time=COLUMN");
  }

  @Test
  void textsThatAreNoTimesAreStillToldOf() {
    Path log = folder.file("log.csv", "user,item,time", "u,a,soon", "u,b,31.12.2024", "u,c,later");
    folder
        .assertBadData(folder.table(log).timeZone("Europe/Berlin"))
        .hasMessageContaining("time cannot be read");
  }
}
