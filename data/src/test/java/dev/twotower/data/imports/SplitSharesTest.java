package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.random.Streams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kind: splits are of the size and the place that their rule says, and leaks are told. */
class SplitSharesTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  private Path log(long... times) {
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < times.length; row++) {
      lines.add("u%d,i%d,%d".formatted(row % 7, row % 11, times[row]));
    }
    return folder.file("log.csv", lines.toArray(String[]::new));
  }

  private long[] shares(Path log, double fraction) {
    Manifest.Counts counts =
        folder.run(folder.table(log).split(new SplitRule.Time(fraction))).manifest().counts();
    folder.clear();
    return new long[] {
      counts.rows(Split.TRAIN), counts.rows(Split.VALIDATION), counts.rows(Split.TEST)
    };
  }

  @ParameterizedTest
  @CsvSource({
    "100, 0.1, 80, 10, 10",
    "100, 0.25, 50, 25, 25",
    "100, 0.03, 94, 3, 3",
    "10, 0.1, 8, 1, 1",
    "10, 0.33, 4, 3, 3",
    "10, 0.25, 6, 2, 2",
    "1000, 0.07, 860, 70, 70",
    "4, 0.1, 2, 1, 1",
    "3, 0.3, 1, 1, 1"
  })
  void unlikeTimesAreCutExactly(int rows, double fraction, long train, long validation, long test) {
    long[] times = IntStream.range(0, rows).mapToLong(row -> 5L + row * 37 % (rows * 37)).toArray();
    assertThat(shares(log(times), fraction)).containsExactly(train, validation, test);
  }

  /** Against all cuts there are, on times that are often equal. */
  @Test
  void tiedTimesAreCutWhereTheShareIsNearest() {
    UniformRandomProvider random = Streams.stream(7, "split-shares-test");
    for (int each = 0; each < 12; each++) {
      int values = 3 + random.nextInt(12);
      double fraction = 0.05 + 0.4 * random.nextDouble();
      long[] times = new long[3 + random.nextInt(60)];
      for (int row = 0; row < times.length; row++) {
        times[row] = row < 3 ? row : (long) (values * Math.pow(random.nextDouble(), 2));
      }
      assertThat(shares(log(times), fraction))
          .as("%s of %s", fraction, Arrays.toString(times))
          .containsExactly(best(times, fraction));
    }
  }

  private static long[] best(long[] times, double fraction) {
    long[] distinct = Arrays.stream(times).distinct().sorted().toArray();
    double wanted = fraction * times.length;
    int test = nearest(times, distinct, 2, distinct.length, Long.MAX_VALUE, wanted);
    int validation = nearest(times, distinct, 1, test, distinct[test], wanted);
    long inTest = rows(times, distinct[test], Long.MAX_VALUE);
    long inValidation = rows(times, distinct[validation], distinct[test]);
    return new long[] {times.length - inTest - inValidation, inValidation, inTest};
  }

  private static int nearest(
      long[] times, long[] distinct, int from, int to, long end, double wanted) {
    int best = to - 1;
    for (int cut = to - 1; cut >= from; cut--) {
      if (Math.abs(rows(times, distinct[cut], end) - wanted)
          < Math.abs(rows(times, distinct[best], end) - wanted)) {
        best = cut;
      }
    }
    return best;
  }

  private static long rows(long[] times, long from, long end) {
    return Arrays.stream(times).filter(time -> time >= from && time < end).count();
  }

  @Test
  void twoTimesAreTooFew() {
    assertThatThrownBy(() -> shares(log(1, 1, 2, 2), 0.3))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("rows of equal time stay together");
  }

  @Test
  void theLastRequestIsTestAndTheOneBeforeItValidation() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,basket",
            "u,d,40,third",
            "u,e,40.5,third",
            "u,a,10,first",
            "u,b,20,second",
            "u,c,20,second",
            "u,z,5,zeroth",
            "v,a,1,one",
            "v,b,2,two",
            "w,a,1,one");
    ImportRequest.Builder request =
        folder
            .table(log)
            .column("request", "basket")
            .split(SplitRule.parse("leave-last-request-out"));
    ImportSummary summary = folder.run(request);
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u z 0 5 1.0",
              "train u a 1 10 1.0",
              "train v a 4 1 1.0",
              "train v b 5 2 1.0",
              "train w a 6 1 1.0",
              "validation u b 2 20 1.0",
              "validation u c 2 20 1.0",
              "test u d 3 40 1.0",
              "test u e 3 40.5 1.0");
      assertThat(data.manifest().split()).isEqualTo("leave-last-request-out");
    }
    assertThat(summary.notes()).noneMatch(note -> note.contains("belong to a request"));
  }

  @Test
  void sessionsAreRequestsToo() {
    Path log = log(1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 300, 301, 302);
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .sessionGap(50)
                .split(SplitRule.parse("leave-last-request-out+cold-items:0.2")))) {
      assertThat(data.interactions(Split.TEST).rows()).isPositive();
    }
  }

  @Test
  void aLogWithoutRequestsHasNoLastOne() {
    assertThatThrownBy(
            () ->
                folder.run(
                    folder.table(folder.log()).split(SplitRule.parse("leave-last-request-out"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column request=COLUMN or --session-gap SECONDS");
    Path few = folder.file("few.csv", "user,item,time,r", "u,a,1,x", "u,b,2,y", "u,c,3,y");
    assertThatThrownBy(
            () ->
                folder.run(
                    folder
                        .table(few)
                        .column("request", "r")
                        .split(SplitRule.parse("leave-last-request-out"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("at least 3 requests");
  }

  @Test
  void rowsThatOverlapAndRowsOlderThanTrainingAreCountedAndSaid() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,s",
            "u,a,9,train",
            "u,b,8,train",
            "u,a,7,test",
            "u,c,10,test",
            "u,b,11,validation",
            "v,b,1,train",
            "v,d,2,validation",
            "v,d,3,test");
    assertThat(folder.run(folder.table(log).column("split", "s")).notes())
        .filteredOn(note -> note.contains(" rows ("))
        .satisfiesExactly(
            note -> assertThat(note).startsWith("1 of 3 test rows (33.3 %) are older than"),
            note -> assertThat(note).startsWith("2 of 3 test rows (66.7 %) repeat an item"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"leave-last-out", "time:0.2"})
  void aSplitByTimeHasNoRowsOlderThanTraining(String rule) {
    long[] times = IntStream.range(0, 50).mapToLong(row -> row * 37 % 100).toArray();
    assertThat(folder.run(folder.table(log(times)).split(SplitRule.parse(rule))).notes())
        .noneMatch(note -> note.contains("older"))
        .noneMatch(note -> note.contains("belong to a request"));
  }

  /** Features of the log are those of its training rows; an item without any has those it has. */
  @Test
  void featuresOfTheLogDoNotTellOfTestRows() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,price,s",
            "u,a,1,5,train",
            "u,b,2,7,train",
            "u,a,3,9,test",
            "v,a,4,9,test",
            "v,c,5,3,test",
            "v,b,6,7,validation");
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .column("split", "s")
                .itemFeature("numeric:price")
                .itemFeature("shown=categorical:price"))) {
      var price = data.itemTable().feature("price");
      assertThat(
              IntStream.range(0, data.items())
                  .mapToObj(item -> data.itemTable().id(item) + price.value(item)))
          .containsExactly("a5.0", "b7.0", "c3.0");
    }
  }

  /** Rows that are drawn into validation are no training rows either, though drawn at the end. */
  @Test
  void featuresOfTheLogDoNotTellOfRowsThatAreDrawn() {
    List<String> lines = new ArrayList<>(List.of("user,item,time,price,s"));
    for (int row = 0; row < 400; row++) {
      // Every row has a price of its own, equal to its time; the first training row of an item is
      // told.
      lines.add("u%d,i%d,%d,%d,train".formatted(row % 20, row * 7 % 60, row + 1, row + 1));
    }
    lines.add("u0,i0,500,500,test");
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .column("split", "s")
                .split(SplitRule.parse("given:0.5"))
                .itemFeature("numeric:price"))) {
      Interactions train = data.interactions(Split.TRAIN);
      assertThat(data.interactions(Split.VALIDATION).rows()).isBetween(150L, 250L);
      double[] first = new double[data.items()];
      for (long row = 0; row < train.rows(); row++) {
        double time = train.seconds(row);
        int item = train.item(row);
        first[item] = first[item] == 0 ? time : Math.min(first[item], time);
      }
      int told = 0;
      for (int item = 0; item < data.items(); item++) {
        if (first[item] > 0) {
          assertThat(data.itemTable().feature("price").value(item)).isEqualTo((float) first[item]);
          told++;
        }
      }
      assertThat(told).isGreaterThan(50);
    }
  }

  /** Kind: a split of one's own may go by a row's place among others, as those of studies do. */
  @Test
  void aGivenSplitRanksRowsAmongTheirUsers() {
    long[] times = IntStream.range(0, 70).mapToLong(row -> 1_700_000_000L + row).toArray();
    Dataset dataset =
        folder.open(
            folder
                .table(log(times))
                .column(
                    "split",
                    "case when row_number() over (partition by user order by time desc) = 1 then"
                        + " 'test' when row_number() over (partition by user order by time desc) <="
                        + " 3 then 'validation' else 'train' end")
                .split(new SplitRule.Given(0)));
    assertSeconds(dataset, Split.TRAIN, 0, 49, times[0]);
    assertSeconds(dataset, Split.VALIDATION, 49, 63, times[0]);
    assertSeconds(dataset, Split.TEST, 63, 70, times[0]);
  }

  private static void assertSeconds(Dataset data, Split split, int from, int to, long start) {
    Interactions rows = data.interactions(split);
    assertThat(LongStream.range(0, rows.rows()).map(row -> rows.time(row) / 1_000_000 - start))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(from, to).mapToObj(Long::valueOf).toList());
  }
}
