package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import says of a log that looks odd, and that the option it names answers it. */
class OddLogsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-28T12:00:00Z"), ZoneOffset.UTC);
  private static final Pattern WHERE =
      Pattern.compile("--where (?:'((?:[^']|'\\\\'')*)'|\"((?:[^\"\\\\]|\\\\\")*)\")");
  private static final Map<String, Function<LocalDate, String>> FORMS =
      Map.of(
          "seconds", day -> String.valueOf(day.toEpochDay() * 86_400),
          "milliseconds", day -> String.valueOf(day.toEpochDay() * 86_400_000),
          "dates", LocalDate::toString,
          "timestamps", day -> day + " 10:00:00",
          "zones", day -> day + "T10:00:00+02:00",
          "german",
              day ->
                  "%02d.%02d.%d"
                      .formatted(day.getDayOfMonth(), day.getMonthValue(), day.getYear()));

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportSummary run(ImportRequest.Builder request) {
    return Importers.run(request.build(), ImportProgress.NONE, CLOCK);
  }

  /** Ten users with ten rows each in 100 days of 2024, and further rows of the first. */
  private ImportRequest.Builder log(String form, LocalDate... more) {
    // In conditions both names need quotes: one has a space, one is a word of SQL.
    String name = form.equals("seconds") ? "at" : "Time at";
    List<String> lines = new ArrayList<>(List.of("user,item," + name));
    Function<LocalDate, String> text = FORMS.get(form);
    for (int row = 0; row < 100; row++) {
      lines.add(
          "u%d,i%d,%s"
              .formatted(row % 10, row % 7, text.apply(LocalDate.of(2024, 1, 1).plusDays(row))));
    }
    for (LocalDate day : more) {
      lines.add("u0,i0," + text.apply(day));
    }
    ImportRequest.Builder request =
        ImportRequest.builder(
                ImportFormat.TABLE,
                folder.file("log.csv", lines.toArray(String[]::new)),
                folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("time", name);
    if (form.equals("german")) {
      request.timeFormat("%d.%m.%Y");
    }
    if (form.equals("milliseconds")) {
      request.timeUnit("milliseconds");
    }
    return request;
  }

  @ParameterizedTest
  @ValueSource(strings = {"seconds", "milliseconds", "dates", "timestamps", "zones", "german"})
  void rowsFarOffAreToldAndTheConditionLeavesThemOut(String form) {
    LocalDate[] odd = {
      LocalDate.of(1971, 5, 5), LocalDate.of(2062, 3, 1), LocalDate.of(2062, 4, 1)
    };
    List<String> notes = run(log(form, odd)).notes();
    assertThat(notes)
        .filteredOn(note -> note.contains("--where"))
        .satisfiesExactly(
            note ->
                assertThat(note)
                    .startsWith("1 of 103 rows (1.0 %) is of 1971-05-05, 53 years before"),
            note ->
                assertThat(note)
                    .startsWith(
                        "2 of 103 rows (1.9 %) are of 2062-03-01 to 2062-04-01, in the future"
                            + " (today is 2026-11-28)"));
    folder.clear();
    ImportRequest.Builder again = log(form, odd);
    for (String note : notes) {
      Matcher where = WHERE.matcher(note);
      if (where.find()) {
        again.where(
            where.group(1) != null
                ? where.group(1).replace("'\\''", "'")
                : where.group(2).replace("\\\"", "\""));
      }
    }
    ImportSummary kept = run(again);
    assertThat(kept.manifest().counts().allRows()).isEqualTo(100);
    assertThat(kept.notes()).noneMatch(note -> note.contains("--where"));
  }

  /** Leaving them out would leave nothing. */
  @Test
  void aLogThatIsAllInTheFutureIsNotToBeLeftOut() {
    Path log =
        folder.file(
            "log.csv", "user,item,time", "u,a,2900000000", "u,b,2900000100", "u,c,3000000000");
    String found = "3 of 3 rows (100.0 %) are of 2061-11-23 to 2065-01-24, in the future";
    assertThat(run(folder.table(log)).notes())
        .anyMatch(
            note ->
                note.startsWith(found)
                    && note.endsWith(
                        "check --time-unit (now: seconds), --time-format and this machine's clock"))
        .noneMatch(note -> note.contains("--where"));
    folder.clear();
    assertThat(run(folder.table(log).column("time", "to_timestamp(time)")).notes())
        .anyMatch(note -> note.startsWith(found) && note.contains("check --time-format, --column"))
        .noneMatch(note -> note.contains("--where") || note.contains("--time-unit"));
    folder.clear();
    Path zero =
        folder.file("zero.csv", "user,item,time", "u,a,0", "u,b,2900000100", "u,c,3000000000");
    assertThat(run(folder.table(zero)).notes())
        .anyMatch(note -> note.startsWith("2 of 3 rows") && note.contains("check --time-unit"));
  }

  @Test
  void firstAndLastTimeAreShown() {
    assertThat(run(log("timestamps")).lines())
        .anyMatch(line -> line.strip().equals("2024-01-01 10:00 to 2024-04-09 10:00 (UTC)"));
    folder.clear();
    assertThat(run(log("zones")).lines())
        .anyMatch(line -> line.strip().equals("2024-01-01 08:00 to 2024-04-09 08:00 (UTC)"));
  }

  @Test
  void secondsAmongMillisecondsAreTold() {
    ImportRequest.Builder request =
        log("milliseconds", LocalDate.of(1970, 1, 20), LocalDate.of(1970, 1, 20));
    assertThat(run(request).notes())
        .anyMatch(
            note ->
                note.startsWith("2 of 102 rows (2.0 %) are of 1970-01-20, the others later")
                    && note.contains("another unit than milliseconds"));
  }

  @Test
  void interchangedColumnsAreToldByTheirNames() {
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, shop("Artikelnr", "Kunde"), folder.target())
            .column("user", "Artikelnr")
            .column("item", "Kunde")
            .column("time", "at");
    assertThat(run(request).warnings())
        .anyMatch(
            note -> note.contains("should it be --column user=Kunde --column item=Artikelnr"));
  }

  @Test
  void interchangedColumnsAreToldByTheirRequests() {
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, shop("a", "b"), folder.target())
            .column("user", "a")
            .column("item", "b")
            .column("request", "basket")
            .column("time", "at");
    ImportSummary interchanged = run(request);
    assertThat(interchanged.warnings())
        .anyMatch(
            note ->
                note.startsWith("40 of 40 requests with several rows have one item and several")
                    && note.contains("--column user=b --column item=a"));
    assertThat(interchanged.notes()).noneMatch(note -> note.contains("come with several users"));
    folder.clear();
    request.column("user", "b").column("item", "a");
    ImportSummary right = run(request);
    assertThat(right.warnings()).isEmpty();
    assertThat(right.notes()).noneMatch(note -> note.contains("--column"));
  }

  /** Of what a customer buys, all has the time of the basket; no column says which basket. */
  @Test
  void interchangedColumnsAreToldByTheirMoments() {
    List<String> lines = new ArrayList<>(List.of("a,b,at"));
    for (int row = 0; row < 400; row++) {
      int basket = row / 4;
      lines.add("p%d,c%d,%d".formatted(row * 7 % 43, basket % 30, 1_700_000_000 + basket * 9_000));
    }
    ImportRequest.Builder request =
        ImportRequest.builder(
                ImportFormat.TABLE,
                folder.file("moments.csv", lines.toArray(String[]::new)),
                folder.target())
            .column("user", "a")
            .column("item", "b")
            .column("time", "at")
            .split(SplitRule.parse("time:0.1"));
    assertThat(run(request).warnings())
        .anyMatch(
            note ->
                note.startsWith("of 600 pairs of rows of one moment, 600 have one item and 0 one")
                    && note.contains("should it be --column user=b --column item=a?"));
    folder.clear();
    assertThat(run(request.column("user", "b").column("item", "a")).warnings()).isEmpty();
  }

  /** One purchase at a time, in days: those of one day have the day's bestseller by chance. */
  @Test
  void whatHappensOnOneDayIsNoEvidence() {
    List<String> lines = new ArrayList<>(List.of("a,b,at"));
    for (int row = 0; row < 400; row++) {
      int item = row % 3 == 0 ? row % 40 : 0;
      lines.add(
          "c%d,p%d,%d"
              .formatted(row % 80, item, 1_700_000_000 / 86_400 * 86_400L + row / 20 * 86_400L));
    }
    ImportRequest.Builder request =
        ImportRequest.builder(
                ImportFormat.TABLE,
                folder.file("days.csv", lines.toArray(String[]::new)),
                folder.target())
            .column("user", "a")
            .column("item", "b")
            .column("time", "at")
            .split(SplitRule.parse("time:0.1"));
    assertThat(run(request).notes()).noneMatch(note -> note.contains("pairs of rows"));
  }

  /** 40 baskets of three products by eight customers. */
  private Path shop(String product, String customer) {
    List<String> lines = new ArrayList<>(List.of(product + "," + customer + ",basket,at"));
    for (int row = 0; row < 120; row++) {
      int basket = row / 3;
      lines.add(
          "p%d,c%d,b%d,%d"
              .formatted(row % 11, basket % 8, basket, 1_700_000_000 + basket * 40_000 + row % 3));
    }
    return folder.file("shop.csv", lines.toArray(String[]::new));
  }

  private List<String> withRequests(Function<int[], String> request) {
    List<String> lines = new ArrayList<>(List.of("user,item,time,visit"));
    for (int user = 0; user < 10; user++) {
      for (int visit = 0; visit < 4; visit++) {
        for (int row = 0; row < 2; row++) {
          lines.add(
              "u%d,i%d,%d,%s"
                  .formatted(
                      user,
                      (user + 3 * visit + row) % 9,
                      1_700_000_000 + visit * 90_000 + user * 100 + row,
                      request.apply(new int[] {user, visit})));
        }
      }
    }
    Path log = folder.file("visits.csv", lines.toArray(String[]::new));
    return run(folder.table(log).column("request", "visit")).notes();
  }

  @Test
  void aFewRequestsOfSeveralUsersAreNotTold() {
    List<String> lines = new ArrayList<>(List.of("user,item,time,visit"));
    for (int row = 0; row < 202; row++) {
      String visit = row < 2 ? "shared" : "v" + row;
      lines.add("u%d,i%d,%d,%s".formatted(row % 10, row % 9, 1_700_000_000 + row * 90_000, visit));
    }
    Path log = folder.file("few.csv", lines.toArray(String[]::new));
    assertThat(run(folder.table(log).column("request", "visit")).notes())
        .as("1 of 201")
        .noneMatch(note -> note.contains("with several users"));
  }

  @Test
  void requestsOfSeveralUsersAreTold() {
    assertThat(withRequests(at -> at[0] < 2 ? "x" + at[1] : at[0] + "." + at[1]))
        .anyMatch(
            note ->
                note.startsWith(
                        "4 of 36 ids of 'visit' come with several users (up to 2), and count as")
                    && note.contains("--column request=\"concat(DAY, '-', visit)\""));
  }

  @Test
  void requestsThatCountThoseOfAUserAreAKeyWithTheUser() {
    assertThat(withRequests(at -> "" + (at[1] + 1))).noneMatch(note -> note.contains("users (up"));
  }

  @Test
  void requestsOfDaysAreTold() {
    assertThat(withRequests(at -> "u" + at[0]))
        .anyMatch(
            note -> note.startsWith("10 of 10 requests with several rows take longer than 24"));
  }

  @Test
  void weightsThatSayNothingAreTold() {
    Path log =
        folder.file(
            "w.csv", "user,item,time,w,b", "u,a,1,0,true", "u,b,2,0.0,false", "u,c,3,0,true");
    assertThat(run(folder.table(log).column("weight", "w")).notes())
        .anyMatch(note -> note.startsWith("all weights are 0"));
    folder.clear();
    assertThat(run(folder.table(log)).notes()).noneMatch(note -> note.contains("weight"));
    folder.clear();
    folder
        .assertBadData(folder.table(log).column("weight", "b"))
        .hasMessageContaining("3: weight is true or false; give COLUMN::BOOLEAN::INT");
    assertThat(run(folder.table(log).column("weight", "b::BOOLEAN::INT")).notes())
        .noneMatch(note -> note.startsWith("all weights are 0"))
        .anyMatch(
            note -> note.startsWith("1 of 3 rows (33.3 %) have weight 0: they teach nothing"));
  }

  @Test
  void daysOfASpreadsheetAreTold() {
    Path log =
        folder.file("xls.csv", "user,item,time", "u,a,45292.5", "u,b,45293.25", "u,c,45300.0");
    assertThat(run(folder.table(log)).warnings())
        .anyMatch(note -> note.contains("--column time='(time - 25569) * 86400'"));
    folder.clear();
    ImportSummary summary = run(folder.table(log).column("time", "(time - 25569) * 86400"));
    assertThat(summary.lines())
        .anyMatch(line -> line.strip().equals("2024-01-01 12:00 to 2024-01-09 00:00 (UTC)"));
    assertThat(summary.warnings()).isEmpty();
  }

  @Test
  void anItemOfEachRowIsTold() {
    String[] lines =
        IntStream.rangeClosed(0, 30)
            .mapToObj(
                row -> row == 0 ? "user,item,time" : "u%d,line%d,%d".formatted(row % 4, row, row))
            .toArray(String[]::new);
    assertThat(run(folder.table(folder.file("log.csv", lines))).warnings())
        .anyMatch(note -> note.startsWith("30 of 30 rows have an item of their own"));
  }
}
