package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadRowsTest {
  private static final String[] GOOD = {"u,a,1,1,train", "u,b,2,1,test"};

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder with(String... rows) {
    List<String> lines = new ArrayList<>(List.of("user,item,time,weight,split"));
    lines.addAll(Arrays.asList(GOOD));
    lines.addAll(Arrays.asList(rows));
    return folder
        .table(folder.file("log.csv", lines.toArray(String[]::new)))
        .column("weight", "weight")
        .column("split", "split")
        .split(new SplitRule.Given(0));
  }

  static Stream<Arguments> badRows() {
    return Stream.of(
        Arguments.of(",a,3,1,train", "user is absent", "user=, item=a, time=3"),
        Arguments.of("\" \",a,3,1,train", "user is absent", "user= , item=a, time=3"),
        Arguments.of(
            " NULL ,a,3,1,train", "user is absent: the word NULL", "user= NULL , item=a, time=3"),
        Arguments.of("u,,3,1,train", "item is absent", "user=u, item=, time=3"),
        Arguments.of("u,NaN,3,1,train", "item is absent: the word NaN", "user=u, item=NaN, time=3"),
        Arguments.of("u,a,,1,train", "time is absent", "user=u, item=a, time="),
        Arguments.of("u,a,soon,1,train", "time cannot be read", "user=u, item=a, time=soon"),
        Arguments.of("u,a,1e300,1,train", "time cannot be read", "user=u, item=a, time=1e300"),
        Arguments.of("u,a,-3,1,train", "time is before 1970", "user=u, item=a, time=-3"),
        Arguments.of("u,a,3,,train", "weight is absent", "user=u, item=a, time=3"),
        Arguments.of("u,a,3,much,train", "weight is not a finite number", "weight=much"),
        Arguments.of("u,a,3,1e999,train", "weight is not a finite number", "weight=1e999"),
        Arguments.of("u,a,3,1e200,train", "weight is not a finite number", "weight=1e200"),
        Arguments.of("u,a,3,nan,train", "weight is not a finite number", "weight=nan"),
        Arguments.of("u,a,3,-2,train", "weight is negative", "weight=-2"),
        Arguments.of("u,a,3,1,holdout", "split is not train, validation or test", "split=holdout"),
        Arguments.of("u,a,3,1,", "split is not train, validation or test", "split="),
        Arguments.of("u,a,3", "malformed line (missing columns; expected 5 columns)", "u,a,3"),
        Arguments.of(
            "u,a,3,1,train,x", "malformed line (too many columns; expected 5 columns)", "train,x"),
        Arguments.of("u,\"a\" b,3,1,train", "malformed line (unquoted value", "\"a\" b"));
  }

  @ParameterizedTest
  @MethodSource("badRows")
  void areRefusedWithFileAndLine(String row, String reason, String text) {
    assertThatThrownBy(() -> folder.run(with(row)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv: 1 of 3 rows cannot be used; allowed: 0 (--max-bad-rows)")
        .hasMessageContaining("1: " + reason)
        .hasMessageContaining("log.csv line 4: ")
        .hasMessageContaining(text)
        .hasMessageContaining("--max-bad-rows 1");
    folder.assertNothingLeft();
  }

  @ParameterizedTest
  @MethodSource("badRows")
  void areLeftOutAndCountedWhereAllowed(String row, String reason, String text) {
    ImportSummary summary = folder.run(with(row).maxBadRows(1));
    assertThat(summary.rowsRead()).isEqualTo(3);
    assertThat(summary.manifest().counts().allRows()).isEqualTo(2);
    assertThat(summary.dropped()).hasSize(1).containsValue(1L);
    assertThat(summary.dropped().keySet().iterator().next()).startsWith(reason);
    assertThat(summary.examples())
        .singleElement()
        .satisfies(
            example -> {
              assertThat(example.file()).isEqualTo("log.csv");
              assertThat(example.unit()).isEqualTo("line");
              assertThat(example.line()).isEqualTo(4);
              assertThat(example.text()).contains(text);
            });
  }

  @Test
  void linesCountLineBreaksInFieldsAndMalformedLines() {
    // Lines: 1 header, 2-3 good, 4 malformed, 5-6 one record, 7 bad.
    assertThatThrownBy(
            () -> folder.run(with("u", "\"v\nw\",a,3,1,train", "u,a,soon,1,train").maxBadRows(1)))
        .hasMessageContaining("2 of 5 rows cannot be used; allowed: 1")
        .hasMessageContaining("log.csv line 4: u")
        .hasMessageContaining("log.csv line 7: user=u, item=a, time=soon");
  }

  @Test
  void anOpenQuoteIsNamedAndTheLinesItSwallowsCount() {
    ImportRequest.Builder request =
        with(
            "u,\"a,3,1,train", "u,c,4,1,train", "u,d,5,1,train", "\"u\",e,6,1,test", "u,,7,1,test");
    assertThatThrownBy(() -> folder.run(request))
        .hasMessageContaining("5 of 7 rows cannot be used")
        .hasMessageContaining("1: malformed line (a quote opens in it and is not closed)")
        .hasMessageContaining("log.csv line 4: u,\"a,3,1,train (swallows lines 5 to 7)")
        .hasMessageContaining("3: line swallowed by an open quote in an earlier line")
        .hasMessageContaining("log.csv line 6: u,d,5,1,train")
        .hasMessageContaining("log.csv line 8: user=u, item=, time=7");
    assertThatThrownBy(() -> folder.run(request.maxBadRows(4)))
        .hasMessageContaining("--max-bad-rows 5");
    ImportSummary summary = folder.run(request.maxBadRows(5));
    assertThat(summary.rowsRead()).isEqualTo(7);
    assertThat(summary.dropped().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(5);
    assertThat(summary.manifest().counts().allRows()).isEqualTo(2);
  }

  @Test
  void aQuoteThatIsOpenToTheEndSwallowsTheRest() {
    assertThatThrownBy(() -> folder.run(with("u,\"a,3,1,train", "u,c,4,1,train")))
        .hasMessageContaining("2 of 4 rows cannot be used")
        .hasMessageContaining("(swallows line 5)");
  }

  @Test
  void aQuoteThatSwallowsMoreThanABufferLosesNoLineUncounted() {
    String[] rows = new String[200_000];
    Arrays.setAll(rows, i -> "u" + i % 9 + ",some rather long item " + i + "," + i + ",1,train");
    rows[7] = "u,\"a,3,1,train";
    ImportRequest.Builder request = with(rows).maxBadRows(1000);
    assertThatThrownBy(() -> folder.run(request))
        .hasMessageContaining("of 200,002 rows cannot be used; allowed: 1,000")
        .hasMessageContaining("log.csv line 11: u,\"a,3,1,train (a quote opens here");
  }

  @Test
  void aLineBreakInAFieldOfAMalformedRecordIsNoOpenQuote() {
    assertThatThrownBy(() -> folder.run(with("u,\"a\nb\",3,1,train,x", "u,a,soon,1,train")))
        .hasMessageContaining("2 of 4 rows cannot be used")
        .hasMessageContaining("too many columns")
        .hasMessageContaining("log.csv line 6: user=u, item=a, time=soon");
  }

  @Test
  void linesMayEndInLfHereAndCrLfThere() throws IOException {
    String text = "user,item,time\r\nu,a,1\nu,d\r\nu,e,3,4\r\nu,\"b\r\nc\",2\nv,a,5\r\nu,f,6\n";
    Path log = folder.write("mixed.csv", text);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("2 of 6 rows")
        .hasMessageContaining("mixed.csv line 3: u,d")
        .hasMessageContaining("mixed.csv line 4: u,e,3,4");
    try (Dataset data = folder.open(folder.table(log).maxBadRows(2))) {
      assertThat(data.manifest().counts().users()).isEqualTo(2);
      assertThat(ImportFolder.allRows(data)).hasSize(4);
    }
    Path zipped = temp.resolve("mixed.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write("user,item,time\r\nu,a,1\nu,b,2\r\nu,c,3\n".getBytes(StandardCharsets.UTF_8));
    }
    folder = new ImportFolder(temp.resolve("second"));
    assertThat(folder.run(folder.table(zipped)).manifest().counts().items()).isEqualTo(3);
  }

  @Test
  void eachReasonShowsAFewExamplesAndItsCount() {
    String[] rows = new String[40];
    Arrays.setAll(rows, i -> i % 2 == 0 ? "u,,3,1,train" : "u,a,x" + i + ",1,train");
    assertThatThrownBy(() -> folder.run(with(rows)))
        .hasMessageContaining("40 of 42 rows")
        .hasMessageContaining("20: item is absent")
        .hasMessageContaining("20: time cannot be read")
        .hasMessageContaining("log.csv line 5: user=u, item=a, time=x1")
        .hasMessageContaining("log.csv line 13: ")
        .hasMessageNotContaining("log.csv line 15: ");
  }

  @Test
  void aLogOfBadRowsAloneIsRefusedWithTheReasonHoweverManyAreAllowed() {
    Path log = folder.file("log.csv", "user,item,time", "u,a,14/11/2023", "u,b,15/11/2023");
    assertThatThrownBy(() -> folder.run(folder.table(log).maxBadRows(9)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("2: time cannot be read")
        .hasMessageContaining("log.csv line 2: user=u, item=a, time=14/11/2023")
        .hasMessageContaining("%d/%m/%Y reads them: --time-format %d/%m/%Y")
        .hasMessageEndingWith("No row would be left to import");
  }

  @Test
  void rowsThatAConditionLeavesOutAreNotBad() {
    ImportSummary summary = folder.run(with(",a,3,1,train").where("user IS NOT NULL"));
    assertThat(summary.dropped()).containsExactly(Map.entry("fails --where user IS NOT NULL", 1L));
    assertThat(summary.examples()).isEmpty();
  }

  @Test
  void rowsOfParquetAreCountedAsRows() {
    Path log = with("u,,3,1,train").build().from();
    Path parquet = temp.resolve("log.parquet");
    try (QuerySession session = new QuerySession(temp)) {
      session.run(
          "COPY (SELECT * FROM read_csv(%s)) TO %s"
              .formatted(SqlPath.of(log), QuerySession.literal(parquet.toString())));
    }
    assertThatThrownBy(() -> folder.run(folder.table(parquet)))
        .hasMessageContaining("log.parquet row 3: user=u, item=, time=3");
  }

  @Test
  void malformedLinesOfSideFilesCount() {
    folder.file("items.csv", "item,title", "a,Apple", "b");
    assertThatThrownBy(() -> folder.run(with().items("items.csv").itemName("title")))
        .hasMessageContaining("items.csv line 3: b");
  }
}
