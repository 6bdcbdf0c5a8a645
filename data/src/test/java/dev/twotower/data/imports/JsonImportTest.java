package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.source.BadRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonImportTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private Path log(String... items) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < items.length; i++) {
      lines.add("{\"user\": \"u\", \"item\": %s, \"time\": %d}".formatted(items[i], i));
    }
    return folder.file("log.jsonl", lines.toArray(String[]::new));
  }

  private static List<String> items(Dataset data) {
    EntityTable items = data.itemTable();
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < items.size(); n++) {
      ids.add(items.id(n));
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "\"A0EE\" \"a0ee\" \"1:05\" \"01:05:00\"; A0EE a0ee 1:05 01:05:00",
        "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A10\" \"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\""
            + " \"{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12}\"; A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A10"
            + " A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 {A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12}",
        "\"2024-1-5\" \"2024-01-05\" \"2024-01-05T00:00:00Z\"; 2024-1-5 2024-01-05"
            + " 2024-01-05T00:00:00Z",
        "\"007\" 7 \"7.0\" 8; 007 7 7.0 8",
        "1.0 2 3e0 1e3; 1 2 3 1000",
        "1E3 1e400 2e400 -1e400; 1000 1e400 2e400 -1e400",
        "1.50 2.25 3; 1.5 2.25 3",
        "12345678901234567890123 12345678901234567890124 18446744073709551615;"
            + " 12345678901234567890123 12345678901234567890124 18446744073709551615",
        "-9223372036854775808 -9223372036854775807 3; -9223372036854775808 -9223372036854775807 3",
        "true false \"TRUE\"; true false TRUE",
        "\"é\" \"\\u0065\" \"a\\\"b\"; é e a\"b"
      })
  void textsAreAsWrittenAndNumbersAreNumbers(String values, String ids) {
    try (Dataset data = folder.open(folder.table(log(values.split(" "))))) {
      assertThat(items(data)).containsExactlyInAnyOrder(ids.split(" "));
    }
  }

  @Test
  void nullsAndMissingFieldsAreAbsent() {
    folder.file(
        "log.jsonl",
        "{\"user\": \"u\", \"item\": 1, \"time\": 1}",
        "{\"user\": \"u\", \"item\": null, \"time\": 2}",
        "{\"user\": \"u\", \"time\": 3}",
        "{\"user\": \"u\", \"item\": \"\", \"time\": 3}",
        "{\"user\": \"u\", \"item\": 2, \"time\": 4}",
        "{\"user\": \"u\", \"item\": 3, \"time\": 5}");
    ImportSummary summary = folder.run(folder.table(temp.resolve("log.jsonl")).maxBadRows(3));
    assertThat(summary.dropped()).containsEntry("item is absent", 3L);
    assertThat(summary.examples()).extracting(BadRow::line).containsExactly(2L, 3L, 4L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2]", "{\"id\": 1}"})
  void listsAndObjectsAreNoIdsHoweverFew(String value) {
    assertThatThrownBy(() -> folder.run(folder.table(log("1", "2", "3", value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column item: 'item' ");
    folder.assertNothingLeft();
  }

  @Test
  void fieldsOfObjectsAreNamed() {
    String[] rows = new String[4];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          "{\"who\": {\"id\": \"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A10\", \"age\": 3}, \"item\": %d, \"time\": \"2024-01-0%dT00:00:00Z\", \"tags\": [\"x\", \"y\"]}"
              .formatted(i, i + 1);
    }
    // An array of objects is read as lines of them are.
    Path log = folder.write("log.json", "[" + String.join(",\n", rows) + "]");
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .column("user", "who.id")
                .where("who.age > 2 AND item < 3")
                .itemFeature("multi:tags"))) {
      assertThat(data.userTable().id(0)).isEqualTo("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A10");
      assertThat(items(data)).containsExactly("0", "1", "2");
      assertThat(data.itemTable().feature("tags").codes(0)).hasSize(2);
      assertThat(data.interactions(Split.TRAIN).rows()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNoObjectIsRefused() {
    assertThatThrownBy(() -> folder.run(folder.table(folder.file("log.json", "[1, 2, 3]"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.json");
    assertThatThrownBy(() -> folder.run(folder.table(folder.file("log.json", "{\"user\": "))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.json cannot be read");
  }

  @Test
  void namesThatDifferOnlyInCaseAreRefused() {
    String row = "{\"user\": \"a\", \"item\": \"i\", \"time\": 1, \"%s\": \"x\"}";
    assertThatThrownBy(
            () -> folder.run(folder.table(folder.file("log.json", row.formatted("User")))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("has the columns 'user' and 'User', which differ only in case");
    folder.assertNothingLeft();
    String[] rows = new String[4];
    java.util.Arrays.fill(rows, row.formatted("user_1"));
    Path log = folder.file("log.json", rows);
    try (Dataset data = folder.open(folder.table(log).column("user", "user_1"))) {
      assertThat(data.userTable().id(0)).isEqualTo("x");
    }
  }

  @Test
  void aMarkOfUtf8IsNoPartOfTheFirstRecord() {
    String lines =
        """
        {"user":"u","item":"a","time":1}
        {"user":"u","item":"b","time":2}
        {"user":"u","item":"c","time":3}
        """;
    for (String text : List.of(lines, "[" + lines.strip().replace("\n", ",") + "]")) {
      Path log = folder.write("log.json", "\ufeff" + text);
      try (Dataset data = folder.open(folder.table(log))) {
        assertThat(data.manifest().counts().allRows()).isEqualTo(3);
      }
      folder.clear();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{\"data\": [%s]}; w.json is one object, and its records are the list data in it; jq -c"
            + " '.data[]' ",
        "{\"n\": 1, \"ids\": [1, [2]], \"a\": {\"b\": 1}, \"x\": {\"my rows\": [%s]}};"
            + " the list x > my rows in it; jq -c '.x.\"my rows\"[]' ",
        "{\"0\": %2$s, \"1\": %2$s}; whose values are the records; jq -c '.[]' ",
        "{\"user\": {\"0\": 1, \"1\": 2}, \"item\": {\"0\": 1, \"1\": 2}, \"time\": {\"0\": 1,"
            + " \"1\": 2}}; all values of a column together; orient='records', lines=True",
        "{\"user\": [1, 2], \"item\": [1, 2], \"time\": [1, 2]}; all values of a column together;"
            + " orient='records', lines=True"
      })
  void anObjectThatHoldsAllRecordsIsToldHowToWriteThem(String json, String what, String how) {
    String record = "{\"user\": \"u\", \"item\": \"a\", \"time\": 1}";
    Path log = folder.file("w.json", json.formatted(record + ", " + record, record));
    folder
        .assertUsage(folder.table(log))
        .message()
        .containsOnlyOnce(what)
        .contains(how)
        .doesNotContain("--header");
  }

  @Test
  void anObjectThatHoldsMoreThanDuckDbReadsAtOnce() {
    String record =
        "{\"user\": \"%s\", \"item\": \"a\", \"time\": 1}".formatted("u".repeat(1 << 10));
    Path log =
        folder.file(
            "w.json",
            "{\"rows\": [" + String.join(",", Collections.nCopies(17 << 10, record)) + "]}");
    folder
        .assertBadData(folder.table(log))
        .hasMessageContaining("w.json is one object, and its records are the list rows in it");
  }

  @Test
  void aSingleRecordIsOneOfItsOwn() {
    Path items =
        folder.file(
            "items.json", "{\"item\": \"a\", \"price\": 2, \"tags\": [{\"t\": 1}, {\"t\": 2}]}");
    try (Dataset data =
        folder.open(
            folder
                .table(log("\"a\"", "\"b\"", "\"c\""))
                .items(items.toString())
                .itemFeature("numeric:price"))) {
      assertThat(items(data)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void idsThatAreNumbersWhoseLastDigitsAreLostAreNoted() {
    String price = "\"a\", \"price\": 1e300";
    assertThat(
            folder
                .run(
                    folder.table(
                        log("9007199254740993.0", "9007199254740992.0", "9007199254740993", price)))
                .notes())
        .filteredOn(note -> note.contains("2^53"))
        .singleElement(as(InstanceOfAssertFactories.STRING))
        .startsWith("column 'item' of log.jsonl has 1 number of 2^53 or more with a point")
        .contains("such as 9007199254740992.0: of these several become one");
  }

  @Test
  void idsThatAreNumbersBeyondAllWholeTypesAreReadAndNoted() {
    List<String> notes =
        folder.run(folder.table(log("1e30", "6.02e32", "-1e30", "1e300", "7"))).notes();
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("column 'item' of log.jsonl has 4 numbers of 2^53 or more"));
  }
}
