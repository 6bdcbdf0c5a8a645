package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.csv.CsvFile;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An id is its text, whatever reads it (design 9). */
class IdsTest {
  private static final String BIG = "1234567890123456789";
  private static final String NEXT = "1234567890123456790";

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  /** A csv of rows user, item, time; one user has four rows, so that every split has one. */
  private Path csv(String header, String... rows) {
    List<String> lines = new ArrayList<>(List.of(header));
    lines.addAll(List.of(rows));
    return folder.file("log.csv", lines.toArray(String[]::new));
  }

  private Path rows(String... ids) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      lines.add(ids[i] + "," + ids[i] + "," + (i + 1));
    }
    return csv("user,item,time", lines.toArray(String[]::new));
  }

  /** A file that DuckDB writes from a query. */
  private Path written(String name, String query) {
    Path file = temp.resolve(name);
    file.getParent().toFile().mkdirs();
    try (QuerySession session = new QuerySession(temp)) {
      session.run("COPY (%s) TO %s".formatted(query, SqlPath.of(file)));
    }
    return file;
  }

  private ImportRequest.Builder table(Path log) {
    return folder.table(log).split(SplitRule.parse("time:0.25"));
  }

  private List<String> users(ImportRequest.Builder request) {
    try (Dataset data = folder.open(request)) {
      return ids(data.userTable());
    }
  }

  private static List<String> ids(EntityTable table) {
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < table.size(); n++) {
      ids.add(table.id(n));
    }
    return ids;
  }

  /** Context values of all rows by item. */
  private static Map<String, Object> contexts(Dataset data, String name) {
    Map<String, Object> values = new TreeMap<>();
    for (Split split : Split.values()) {
      Interactions log = data.interactions(split);
      for (long row = 0; row < log.rows(); row++) {
        double value = log.context(name).value(row);
        values.put(data.itemTable().id(log.item(row)), value);
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "'' || user",
        "concat(user)",
        "CAST(user AS VARCHAR)",
        "user::TEXT",
        "trim(user)",
        "replace(user, 'x', 'y')",
        "CASE WHEN item = 'x' THEN 'y' ELSE user END",
        "coalesce(user, 'y')"
      })
  void keepTheirTextInExpressions(String expression) {
    String[] odd = {"007", "7", "+7", "1.10", "1.1", "1e3", "1000", BIG, NEXT, "-0", "a b"};
    assertThat(users(table(rows(odd)).column("user", expression))).containsExactlyInAnyOrder(odd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "007 7 012 8",
        "1.10 1.1 1.2 1.20",
        "1234567890123456789 1234567890123456790 3 4",
        "12345678901234567890123456789012345678901 12345678901234567890123456789012345678902 1 2",
        "1e3 1000 1001 1002",
        "2024-01-01 2024-01-02 2024-01-03 2024-01-04",
        "-7 7 8 9",
        "1.0 2.0 3.0 4.5"
      })
  void keepTheirTextWhateverTheColumnLooksLike(String ids) {
    String[] texts = ids.split(" ");
    assertThat(users(table(rows(texts)))).containsExactlyInAnyOrder(texts);
    folder = new ImportFolder(temp.resolve("expression"));
    assertThat(users(table(rows(texts)).column("user", "user || '-' || item")))
        .containsExactlyInAnyOrder(
            Arrays.stream(texts).map(t -> t + "-" + t).toArray(String[]::new));
    folder = new ImportFolder(temp.resolve("context"));
    try (Dataset data = folder.open(table(rows(texts)).context("c=item"))) {
      assertThat(contexts(data, "c").values()).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "item <> 1234567890123456790; 1234567890123456789 1234567890123456790 3 4; 1",
        "item = '1234567890123456790'; 1234567890123456789 1234567890123456790 3 4; 3",
        "item NOT IN (1234567890123456790, 3); 1234567890123456789 1234567890123456790 3 4; 2",
        "item <> 7; 007 7 8 9; 1",
        "item <> '007'; 007 7 8 9; 1",
        "item <> '007'; 6 7 8 9; 0",
        "item = '7'; 6 7 8 9; 3",
        "'07' = item; 6 7 8 9; 4",
        "item IN ('06', '7', 8); 6 7 8 9; 2",
        "item NOT IN ('x', '7'); 6 7 8 9; 1",
        "item NOT IN (7, 8); 007 7 8 9; 2",
        "item > 8; 007 7 8 9; 3",
        "item + 1 > 9; 007 7 8 9; 3",
        "abs(item) BETWEEN 7 AND 8; 007 7 8 9; 1",
        "item < 2; 1.10 1.1 1.20 9; 1",
        "item >= 10.5; 9.50 10.5 10.25 11; 2",
        "item > time; 9.50 10.5 0.25 11; 1",
        "CASE item WHEN 7 THEN FALSE ELSE TRUE END; 007 7 8 9; 1",
        "left(item, 1) = '1'; 10 20 30 41; 3"
      })
  void compareExactly(String where, String items, long left) {
    ImportRequest.Builder request =
        table(rows(items.split(" "))).where(where).split(new SplitRule.Given(0));
    Path log = request.build().from();
    try (QuerySession session = new QuerySession(temp)) {
      SourceTable source =
          CsvFile.open(session, log, Packing.NONE, 0, CsvFile.Dialect.withHeader(",", "utf-8"));
      Resolver resolver = new Resolver(session);
      String condition = resolver.condition(source, "--where", where);
      resolver.check();
      assertThat(
              session.number(
                  "SELECT count(*) FROM %s WHERE NOT %s".formatted(source.from(), condition)))
          .isEqualTo(left);
    }
  }

  @Test
  void joinByTheirText() {
    folder.file("prices.csv", "item,price", "007,A", "7,B", BIG + ",C", "9,D");
    ImportRequest.Builder request =
        table(rows("007", "7", BIG, NEXT)).join("prices.csv").context("price");
    ImportSummary summary = folder.run(request);
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(contexts(data, "price"))
          .containsExactlyInAnyOrderEntriesOf(Map.of("007", 1.0, "7", 2.0, BIG, 3.0, NEXT, 0.0));
    }
    assertThat(summary.notes())
        .anyMatch(note -> note.contains("1 of 4 rows have no match in prices.csv"));
  }

  @Test
  void joinWholeFloatsWithNumbersAndTexts() {
    written(
        "prices.parquet",
        "SELECT CAST(i AS DOUBLE) AS item, 'p' || i AS price FROM range(17, 21) t(i)");
    ImportRequest.Builder request =
        table(rows("17", "18", "19", "20")).join("prices.parquet").context("price");
    assertThat(folder.run(request).notes()).allMatch(note -> note.contains("1970"));
    folder = new ImportFolder(temp.resolve("second"));
    written(
        "other.parquet", "SELECT CAST('b' || i AS VARCHAR) AS item, i AS price FROM range(4) t(i)");
    ImportRequest.Builder nobody =
        table(rows("17", "18", "19", "20")).join(temp.resolve("other.parquet").toString());
    assertThatThrownBy(() -> folder.run(nobody))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("other.parquet: no row of log.csv has a match in it")
        .hasMessageContaining("its first is 'b0'");
  }

  @Test
  void ofFilesWithUnlikeTypesAreOne() {
    written(
        "log/1.parquet",
        "SELECT CAST(100 + i AS BIGINT) AS \"user\", i AS item, 10 + i AS time FROM range(4) t(i)");
    written(
        "log/2.parquet",
        "SELECT 20 + i AS time, CAST(100 + i AS DOUBLE) AS \"user\", CAST(i AS VARCHAR) AS item"
            + " FROM range(4) t(i)");
    written(
        "log/3.parquet",
        "SELECT CAST(i AS DECIMAL(10, 2)) AS item, 30 + i AS time, CAST(100 + i AS VARCHAR) AS"
            + " \"user\" FROM range(4) t(i)");
    try (Dataset data = folder.open(table(temp.resolve("log")))) {
      assertThat(ids(data.userTable())).containsExactly("100", "101", "102", "103");
      assertThat(ids(data.itemTable())).containsExactly("0", "1", "2", "3");
      assertThat(data.manifest().counts().allRows()).isEqualTo(12);
    }
  }

  @Test
  void ofCsvPartsOfUnlikeKindsAreTexts() {
    folder.file("log/a.csv", "user,item,time,pos", "u,a,1,1", "u,b,2,2", "u,c,3,3");
    folder.file("log/b.csv", "pos,user,item,time", "top,u,d,4", "left,u,e,5", "3,u,f,6");
    try (Dataset data = folder.open(folder.table(temp.resolve("log")).context("pos"))) {
      assertThat(data.interactions(Split.TRAIN).context("pos").numeric()).isFalse();
      assertThat(contexts(data, "pos").values()).doesNotContain(0.0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CAST(i + 17850 AS DOUBLE); 17850 17851 17852 17853",
        "CAST(i + 17850 AS FLOAT); 17850 17851 17852 17853",
        "CAST(i + 9007199254740988 AS DOUBLE); 9007199254740988 9007199254740989 9007199254740990"
            + " 9007199254740991",
        "CAST(i AS DOUBLE) + 0.5; 0.5 1.5 2.5 3.5",
        "CAST(i AS DECIMAL(12, 3)); 0 1 2 3",
        "CAST(i AS DECIMAL(12, 3)) + 0.5; 0.5 1.5 2.5 3.5",
        "CAST(i + 10 AS DECIMAL(10, 0)); 10 11 12 13",
        "CAST(-9223372036854775807 + i AS BIGINT); -9223372036854775807 -9223372036854775806"
            + " -9223372036854775805 -9223372036854775804",
        "CAST(18446744073709551612 + i AS UBIGINT); 18446744073709551612 18446744073709551613"
            + " 18446744073709551614 18446744073709551615",
        "CAST('0' || i AS VARCHAR); 00 01 02 03",
        "DATE '2024-01-01' + CAST(i AS INTEGER); 2024-01-01 2024-01-02 2024-01-03 2024-01-04",
        "CAST(['a', 'b', 'c', 'd'][i + 1] AS ENUM('a', 'b', 'c', 'd')); a b c d",
        "CAST('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1' || i AS UUID);"
            + " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10 a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            + " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12 a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13"
      })
  void ofTypedColumnsAreWrittenInOneWay(String user, String texts) {
    Path log =
        written(
            "log.parquet",
            "SELECT %s AS \"user\", i AS item, i AS time FROM range(4) t(i)".formatted(user));
    assertThat(users(table(log))).containsExactlyInAnyOrder(texts.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CAST(9007199254740992 + i AS BIGINT); false",
        "CAST(9007199254740992 + i AS DECIMAL(20, 0)); false",
        "0.123456789012345670::DECIMAL(38, 18) + i * 0.000000000000000001; false",
        "CAST(i AS DECIMAL(38, 0)); true",
        "CAST(i AS DECIMAL(12, 2)) + 0.1; true"
      })
  void ofContextsStayApart(String shop, boolean numeric) {
    Path log =
        written(
            "log.parquet",
            "SELECT 'u' || i %% 2 AS \"user\", i AS item, i AS time, %s AS shop FROM range(8) t(i)"
                .formatted(shop));
    try (Dataset data = folder.open(table(log).context("shop"))) {
      assertThat(data.interactions(Split.TRAIN).context("shop").numeric()).isEqualTo(numeric);
      assertThat(contexts(data, "shop").values()).doesNotHaveDuplicates();
    }
  }

  @Test
  void ofFloatsAreAbsentWhereThereIsNoNumber() {
    Path log =
        written(
            "log.parquet",
            "SELECT CASE i WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN NULL ELSE i END AS \"user\", i AS"
                + " item, i AS time FROM range(8) t(i)");
    ImportSummary summary = folder.run(table(log).maxBadRows(2));
    assertThat(summary.dropped()).containsExactly(Map.entry("user is absent", 2L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740994", "'inf'", "1e300", "-1e17"})
  void ofFloatsThatHaveLostDigitsAreBadRows(String value) {
    Path log =
        written(
            "log.parquet",
            "SELECT CASE i WHEN 5 THEN CAST(%s AS DOUBLE) ELSE i END AS \"user\", i AS item, i AS time FROM range(8) t(i)"
                .formatted(value));
    assertThatThrownBy(() -> folder.run(table(log)))
        .hasMessageContaining("1: user is a floating-point number that has lost digits")
        .hasMessageContaining("log.parquet row 6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[i, i + 1]; is a list (BIGINT[]); unnest",
        "{'a': i, 'b': 2}; holds several values; item.FIELD",
        "MAP {'a': i}; holds several values; item.FIELD",
        "encode('x' || i); holds bytes (BLOB); decode(item)"
      })
  void areSingleValues(String item, String problem, String hint) {
    Path log =
        written(
            "log.parquet",
            "SELECT i AS \"user\", %s AS item, i AS time FROM range(8) t(i)".formatted(item));
    assertThatThrownBy(() -> folder.run(table(log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column item: 'item' of log.parquet " + problem)
        .hasMessageContaining(hint);
    folder.assertNothingLeft();
  }

  @Test
  void maySpeakThroughAnExpressionOverBytesAndStructs() {
    Path log =
        written(
            "log.parquet",
            "SELECT {'a': i} AS \"user\", encode('x' || i) AS item, i AS time FROM range(4) t(i)");
    try (Dataset data =
        folder.open(table(log).column("user", "\"user\".a").column("item", "decode(item)"))) {
      assertThat(ids(data.userTable())).containsExactly("0", "1", "2", "3");
      assertThat(ids(data.itemTable())).containsExactly("x0", "x1", "x2", "x3");
    }
  }

  @Test
  void ofSignedAndUnsignedHashesAreIds() {
    String[] hashes = {"-8845298781299428018", "-1", "18446744073709551615", "5"};
    assertThat(users(table(rows(hashes)))).containsExactlyInAnyOrder(hashes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "nan", "NULL", "null", "\\N", "None", "N/A", "NA", "<NA>", "#N/A", "nil"})
  void areAbsentWhereAWordStandsForNone(String word) {
    ImportRequest.Builder request = table(rows("u", "v", "w", "x", word));
    assertThatThrownBy(() -> folder.run(request))
        .hasMessageContaining("1: user is absent: the word " + word + " means null (--null-words)")
        .hasMessageContaining("log.csv line 6");
    assertThat(users(request.nullWords())).hasSize(5).contains(word);
    folder = new ImportFolder(temp.resolve("json"));
    Path json =
        folder.file(
            "log.json",
            "{\"user\": \"u\", \"item\": 1, \"time\": 1}",
            "{\"user\": \"v\", \"item\": 2, \"time\": 2}",
            "{\"user\": \"w\", \"item\": 3, \"time\": 3}",
            "{\"user\": \"x\", \"item\": 3, \"time\": 4}",
            "{\"user\": \"%s\", \"item\": 3, \"time\": 5}".formatted(word.replace("\\", "\\\\")));
    assertThat(users(table(json).maxBadRows(1))).containsExactly("u", "v", "w", "x");
  }

  @Test
  void ofWordsForNoneAreMissingInContextsAndFeatures() {
    folder.file("items.csv", "item,brand,price", "a,NA,1", "b,x,NaN", "c,y,3", "d,y,4", "NULL,z,1");
    Path log =
        csv("user,item,time,place,n", "u,a,1,fr,1", "u,b,2,NA,2", "v,c,3,de,NaN", "v,d,4,fr,3");
    ImportSummary summary =
        folder.run(
            table(log)
                .items("items.csv")
                .itemFeature("categorical:brand")
                .itemFeature("numeric:price")
                .context("place")
                .context("n"));
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(ids(data.itemTable())).containsExactly("a", "b", "c", "d");
      assertThat(contexts(data, "place"))
          .containsExactlyInAnyOrderEntriesOf(Map.of("a", 2.0, "b", 0.0, "c", 1.0, "d", 2.0));
      assertThat(data.interactions(Split.TRAIN).context("n").numeric()).isTrue();
      assertThat(contexts(data, "n").get("c")).isEqualTo(Double.NaN);
      assertThat(data.itemTable().feature("brand").code(0)).isZero();
      assertThat(data.itemTable().feature("price").value(1)).isNaN();
    }
    assertThat(summary.notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains("context place: 1 row holds a word for null and counts as missing"))
        .anySatisfy(
            note -> assertThat(note).contains("'brand': 1 value is a word for null").contains("NA"))
        .anySatisfy(
            note -> assertThat(note).contains("items.csv: left out 1 row that has no item"));
  }

  @Test
  void thatDifferOnlyBySpacesAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,a,1",
            "u,b,2",
            "u,c,3",
            "u ,a,4",
            "\u00a0u,b,5",
            "v ,c,6");
    folder.file("items.csv", "item,title", "a,A", "b ,B");
    ImportRequest.Builder request = folder.table(log).items("items.csv").itemName("title");
    List<String> notes = folder.run(request).notes();
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("2 users differ from others only by spaces around the id")
                    .contains("trim(COLUMN)"))
        .anySatisfy(note -> assertThat(note).startsWith("1 item differs from another only by"));
    folder.clear();
    assertThat(folder.run(folder.table(folder.log())).notes())
        .noneMatch(note -> note.contains("spaces"));
  }
}
