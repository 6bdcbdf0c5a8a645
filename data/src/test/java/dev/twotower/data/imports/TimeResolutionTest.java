package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: rows are in the order of their times, as finely as the source has them. */
class TimeResolutionTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  /** Four rows of one user, newest first in the file, in times of a csv column. */
  @ParameterizedTest
  @CsvSource({
    "seconds, 5.9, 5.5, 5.1, 1.0, 5900000",
    "seconds, 5, 4, 3, 2, 5000000",
    "seconds, 1700000000.1234567, 1700000000.1234566, 1700000000.1234565, 1700000000,"
        + " 1700000000123456",
    "seconds, 0.12345678901234563, 0.12345678901234562, 0.12345678901234561, 0, 123456",
    "seconds, 1.7e9, 1.69e9, 1.68e9, 1e9, 1700000000000000",
    "milliseconds, 5900, 5500, 5100, 1000, 5900000",
    "milliseconds, 1700000000900.5, 1700000000900.4, 1700000000900.3, 1700000000100,"
        + " 1700000000900500",
    "microseconds, 1700000000000003, 1700000000000002, 1700000000000001, 0, 1700000000000003",
    "nanoseconds, 1700000000000000999, 1700000000000000998, 1700000000000000997, 0,"
        + " 1700000000000000",
    "seconds, 2024-01-01 00:00:05.9, 2024-01-01 00:00:05.5, 2024-01-01 00:00:05.1, 2024-01-01,"
        + " 1704067205900000",
    "seconds, 2024-01-01T00:00:05.000000003Z, 2024-01-01T00:00:05.000000002Z,"
        + " 2024-01-01T00:00:05.000000001Z, 2024-01-01 00:00, 1704067205000000"
  })
  void newestFirstInTheFile(
      String unit, String last, String mid, String first, String zero, long stored) {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "a,last," + last,
            "a,mid," + mid,
            "a,first," + first,
            "a,zero," + zero);
    try (Dataset data = folder.open(folder.table(log).timeUnit(unit))) {
      assertInOrder(data);
      assertThat(data.manifest().schema().time()).isEqualTo(Manifest.TimeUnit.EPOCH_MICROSECONDS);
      assertThat(data.interactions(Split.TEST).time(0)).isEqualTo(stored);
    }
  }

  /** The same in columns of Parquet; the types order by nanoseconds or parts of one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CAST(1700000000 + n AS BIGINT)",
        "CAST(1700000000 + n AS UINTEGER)",
        "CAST(n AS TINYINT)",
        "CAST(1700000000 + n / 1e6 AS DOUBLE)",
        "CAST(n / 1e12 AS DOUBLE)",
        "CAST(n / 8 AS FLOAT)",
        "1700000000 + CAST(n AS DECIMAL(20, 0)) * 0.000000001::DECIMAL(18, 9)",
        "make_timestamp(1700000000000000 + n)",
        "CAST(make_timestamp(1700000000000000 + n * 1000) AS TIMESTAMP_MS)",
        "CAST(make_timestamp(1700000000000000 + n * 1000000) AS TIMESTAMP_S)",
        "make_timestamp_ns(1700000000000000000 + n)",
        "CAST(make_timestamp(1700000000000000 + n) AS TIMESTAMPTZ)",
        "CAST(DATE '2024-02-27' + n AS DATE)",
        "CAST(make_timestamp_ns(1700000000000000000 + n) AS VARCHAR)",
        "CAST(1700000000 + n AS VARCHAR)"
      })
  void newestFirstInParquet(String time) throws SQLException {
    Path log = parquet(time);
    try (Dataset data = folder.open(folder.table(log))) {
      assertInOrder(data);
    }
  }

  /** A Parquet file of rows last, mid, first, zero with times of n = 3, 2, 1, 0. */
  private Path parquet(String time) throws SQLException {
    Path file = temp.resolve("log.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "COPY (SELECT 'a' AS \"user\", ['zero', 'first', 'mid', 'last'][n + 1] AS item, %s AS time FROM (SELECT CAST(3 - range AS INTEGER) AS n FROM range(4))) TO '%s' (FORMAT parquet)"
              .formatted(time, file));
    }
    return file;
  }

  /** What files of several types have together keeps what the finest of them tells apart. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "make_timestamp(1600000000000000 + n)",
        "CAST(make_timestamp(1600000000000000 + n) AS TIMESTAMPTZ)",
        "CAST(make_timestamp(1600000000000000 + n * 1000000) AS TIMESTAMP_S)",
        "DATE '2020-02-27' + n"
      })
  void filesOfUnlikeTimes(String other) throws Exception {
    inOrderAcrossFiles("make_timestamp_ns(1700000000000000000 + n)", other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1600000000 + n", "1600000000.5::DECIMAL(11, 1) + n"})
  void filesOfUnlikeNumbers(String other) throws Exception {
    inOrderAcrossFiles(
        "1700000000 + CAST(n AS DECIMAL(10, 0)) * 0.000000001::DECIMAL(10, 9)", other);
  }

  private void inOrderAcrossFiles(String later, String other) throws Exception {
    Path fine = parquet(later);
    Path log = Files.createDirectories(temp.resolve("log"));
    Files.move(fine, log.resolve("1.parquet"));
    Files.move(parquet(other), log.resolve("2.parquet"));
    try (Dataset data = folder.open(folder.table(log))) {
      assertThat(items(data, Split.TRAIN))
          .containsExactly("zero", "first", "mid", "last", "zero", "first");
      assertThat(items(data, Split.VALIDATION)).containsExactly("mid");
      assertThat(items(data, Split.TEST)).containsExactly("last");
    }
  }

  private static void assertInOrder(Dataset data) {
    assertThat(items(data, Split.TRAIN)).containsExactly("zero", "first");
    assertThat(items(data, Split.VALIDATION)).containsExactly("mid");
    assertThat(items(data, Split.TEST)).containsExactly("last");
  }

  private static List<String> items(Dataset data, Split split) {
    return ImportFolder.rows(data, split).stream().map(row -> row.split(" ")[1]).toList();
  }

  @Test
  void positionsKeepTheirOrderToo() {
    Path log =
        folder.file("log.csv", "user,item,p", "a,last,1.9", "a,mid,1.6", "a,first,1.2", "a,zero,1");
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "p"))) {
      assertInOrder(data);
      Interactions train = data.interactions(Split.TRAIN);
      assertThat(train.timed()).isFalse();
      assertThat(train.time(0)).isLessThan(train.time(1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CASE n WHEN 2 THEN 'nan'::DOUBLE ELSE n END",
        "CASE n WHEN 2 THEN 'inf'::DOUBLE ELSE n END",
        "CASE n WHEN 2 THEN '-inf'::FLOAT ELSE n END",
        "CASE n WHEN 2 THEN 18446744073709551615::UBIGINT ELSE n::UBIGINT END",
        "CASE n WHEN 2 THEN 9e37::DECIMAL(38, 0) ELSE n END",
        "CASE n WHEN 2 THEN 'infinity'::TIMESTAMP ELSE make_timestamp(n) END",
        "CASE n WHEN 2 THEN 'infinity'::DATE ELSE DATE '2024-01-01' END"
      })
  void whatIsNoMomentIsABadRow(String time) throws SQLException {
    Path log = parquet(time);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("1: time cannot be read")
        .hasMessageContaining("log.parquet row 2: user=a, item=mid");
    try (Dataset data = folder.open(folder.table(log).maxBadRows(1))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e300", "1700000000000", "9223372036854775807", "17000000000.5"})
  void timesOfAFarFutureAreRefusedByTheUnit(String time) throws SQLException {
    for (Path log :
        List.of(
            folder.file("log.csv", "user,item,time", "u,a," + time, "u,b,1700000000"),
            parquet(time))) {
      assertThatThrownBy(() -> folder.run(folder.table(log)))
          .isInstanceOf(BadDataException.class)
          .hasMessageMatching(
              "(?s).*(time is after the year 2200: set --time-unit|time cannot be read).*");
    }
  }

  @Test
  void numbersOfALargerUnitThanSaidAreTold() {
    Path log = folder.log();
    assertThat(folder.run(folder.table(log)).warnings())
        .anyMatch(note -> note.startsWith("all times are in 1970: set --time-unit"));
    folder.clear();
    Path today =
        folder.file(
            "new.csv", "user,item,time", "u,a,1700000000", "u,b,1700000001", "u,c,1700000002");
    assertThat(folder.run(folder.table(today)).notes()).isEmpty();
  }

  /** Rows of half a second apart; the pause is exactly the gap, or a microsecond more. */
  @ParameterizedTest
  @CsvSource({"10.0, 1", "10.000001, 2", "9.9, 1", "10.0000001, 2", "11, 2"})
  void aSessionEndsAfterMoreThanTheGap(String second, int sessions) {
    Path log =
        folder.file(
            "log.csv", "user,item,time", "u,a,0.0", "u,b," + second, "v,a,1", "v,b,1", "v,c,1");
    try (Dataset data = folder.open(folder.table(log).sessionGap(10))) {
      assertThat(data.requests()).isEqualTo(1 + sessions);
    }
  }

  @Test
  void sessionsNeedTimes() {
    Path log = folder.file("log.csv", "user,item", "u,a", "u,b", "u,c");
    assertThatThrownBy(
            () ->
                folder.run(
                    ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                        .column("user", "user")
                        .column("item", "item")
                        .sessionGap(10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column time=COLUMN");
  }

  @Test
  void theZoneOfTheMachineChangesNothing() throws SQLException {
    Path log = parquet("make_timestamp(1700000000000000 + n * 10800000000)");
    TimeZone before = TimeZone.getDefault();
    try {
      for (String zone : List.of("UTC", "Pacific/Auckland", "America/St_Johns")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (Dataset data =
            folder.open(folder.table(log).column("request", "date_trunc('day', time)"))) {
          // 22:13, 01:13, 04:13, 07:13.
          assertThat(data.requests()).isEqualTo(2);
          assertThat(data.interactions(Split.TEST).time(0)).isEqualTo(1_700_032_400_000_000L);
        }
        folder.clear();
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /**
   * A time of 0 stands for none, and milliseconds are not seconds: neither passes without a word.
   */
  @Test
  void someTimesNearTheEpochAreNoted() {
    Path log =
        folder.file("log.csv", "user,item,time", "u,a,0", "u,b,1700000000", "u,c,1700000100");
    assertThat(folder.run(folder.table(log)).notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("1 of 3 rows (33.3 %) is of 1970-01-01, the others later"));
    folder.clear();
    Path days =
        folder.file("days.csv", "user,item,time", "u,a,20240101", "u,b,20240102", "u,c,20240103");
    assertThat(folder.run(folder.table(days)).warnings())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("all times are in 1970")
                    .contains("--time-format %Y%m%d"));
    folder.clear();
    assertThat(folder.run(folder.table(days).timeFormat("%Y%m%d")).warnings()).isEmpty();
  }

  @Test
  void secondsThat32BitsCannotHoldAreBadRowsUnlessAskedFor() throws SQLException {
    Path log = parquet("CAST(1700000000 + n AS FLOAT)");
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("4: time is a 32-bit floating-point number that has lost digits");
    ImportRequest.Builder asked =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("time", "time::DOUBLE");
    assertThat(folder.run(asked).notes())
        .anyMatch(note -> note.contains("are of the same moment as the user's last training row"));
  }

  @Test
  void aPositionIsANumber() {
    Path log = folder.file("log.csv", "user,item,place", "u,a,x", "u,b,2", "u,c,3", "u,d,4");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("position", "place");
    assertThatThrownBy(() -> folder.run(request))
        .hasMessageContaining("1: position is not a number")
        .hasMessageNotContaining("--time-format");
  }
}
