package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of columns that have a type: each value is written in one way, or refused. */
class TypedIdsTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  @Test
  void joinWholeFloatsWithNumbersAndTexts() {
    folder.written(
        "prices.parquet",
        "SELECT CAST(i AS DOUBLE) AS item, 'p' || i AS price FROM range(17, 21) t(i)");
    ImportRequest.Builder request =
        folder
            .tableByTime(folder.idLog("17", "18", "19", "20"))
            .join("prices.parquet")
            .context("price");
    assertThat(folder.run(request).notes()).allMatch(note -> note.contains("1970"));
    folder = new ImportFolder(temp.resolve("second"));
    Path other =
        folder.written(
            "other.parquet",
            "SELECT CAST('b' || i AS VARCHAR) AS item, i AS price FROM range(4) t(i)");
    ImportRequest.Builder nobody =
        folder.tableByTime(folder.idLog("17", "18", "19", "20")).join(other.toString());
    assertThatThrownBy(() -> folder.run(nobody))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("other.parquet: no row of log.csv has a match in it")
        .hasMessageContaining("its first is 'b0'");
  }

  @Test
  void ofFilesWithUnlikeTypesAreOne() {
    folder.written(
        "log/1.parquet",
        "SELECT CAST(100 + i AS BIGINT) AS \"user\", i AS item, 10 + i AS time FROM range(4) t(i)");
    folder.written(
        "log/2.parquet",
        "SELECT 20 + i AS time, CAST(100 + i AS DOUBLE) AS \"user\", CAST(i AS VARCHAR) AS item"
            + " FROM range(4) t(i)");
    folder.written(
        "log/3.parquet",
        "SELECT CAST(i AS DECIMAL(10, 2)) AS item, 30 + i AS time, CAST(100 + i AS VARCHAR) AS"
            + " \"user\" FROM range(4) t(i)");
    try (Dataset data = folder.open(folder.tableByTime(temp.resolve("log")))) {
      assertThat(ImportFolder.ids(data.userTable())).containsExactly("100", "101", "102", "103");
      assertThat(ImportFolder.ids(data.itemTable())).containsExactly("0", "1", "2", "3");
      assertThat(data.manifest().counts().allRows()).isEqualTo(12);
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
        folder.written(
            "log.parquet",
            "SELECT %s AS \"user\", i AS item, i AS time FROM range(4) t(i)".formatted(user));
    assertThat(folder.users(folder.tableByTime(log))).containsExactlyInAnyOrder(texts.split(" "));
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
        folder.written(
            "log.parquet",
            "SELECT 'u' || i %% 2 AS \"user\", i AS item, i AS time, %s AS shop FROM range(8) t(i)"
                .formatted(shop));
    try (Dataset data = folder.open(folder.tableByTime(log).context("shop"))) {
      assertThat(data.interactions(Split.TRAIN).context("shop").numeric()).isEqualTo(numeric);
      assertThat(ImportFolder.contexts(data, "shop").values()).doesNotHaveDuplicates();
    }
  }

  @Test
  void ofFloatsAreAbsentWhereThereIsNoNumber() {
    Path log =
        folder.written(
            "log.parquet",
            "SELECT CASE i WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN NULL ELSE i END AS \"user\", i AS"
                + " item, i AS time FROM range(8) t(i)");
    ImportSummary summary = folder.run(folder.tableByTime(log).maxBadRows(2));
    assertThat(summary.dropped()).containsExactly(Map.entry("user is absent", 2L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740992", "9007199254740994", "'inf'", "1e300", "-1e17"})
  void ofFloatsThatHaveLostDigitsAreBadRows(String value) {
    Path log =
        folder.written(
            "log.parquet",
            "SELECT CASE i WHEN 5 THEN CAST(%s AS DOUBLE) ELSE i END AS \"user\", i AS item, i AS time FROM range(8) t(i)"
                .formatted(value));
    assertThatThrownBy(() -> folder.run(folder.tableByTime(log)))
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
        folder.written(
            "log.parquet",
            "SELECT i AS \"user\", %s AS item, i AS time FROM range(8) t(i)".formatted(item));
    assertThatThrownBy(() -> folder.run(folder.tableByTime(log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column item: 'item' of log.parquet " + problem)
        .hasMessageContaining(hint);
    folder.assertNothingLeft();
  }

  @Test
  void maySpeakThroughAnExpressionOverBytesAndStructs() {
    Path log =
        folder.written(
            "log.parquet",
            "SELECT {'a': i} AS \"user\", encode('x' || i) AS item, i AS time FROM range(4) t(i)");
    try (Dataset data =
        folder.open(
            folder.tableByTime(log).column("user", "\"user\".a").column("item", "decode(item)"))) {
      assertThat(ImportFolder.ids(data.userTable())).containsExactly("0", "1", "2", "3");
      assertThat(ImportFolder.ids(data.itemTable())).containsExactly("x0", "x1", "x2", "x3");
    }
  }
}
