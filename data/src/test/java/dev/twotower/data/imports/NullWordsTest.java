package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.NullWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NullWordsTest {
  @TempDir private Path scratch;

  @Test
  void noWordAndNoBlankTextIsTakenForAnIdAtFirstSight() {
    List<List<String>> lists =
        List.of(
            NullWords.USUAL,
            List.of("N", "NA", "NAN", "n\u00e4", "0", "00", "-1", "z", "u\ud83d\ude00", "Z~"),
            List.of());
    try (QuerySession session = new QuerySession(scratch)) {
      for (List<String> words : lists) {
        session.run("CREATE OR REPLACE TABLE texts (text VARCHAR)");
        for (String word : words) {
          for (String text : new String[] {word, " " + word, word + " ", word + "x", "x" + word}) {
            session.run("INSERT INTO texts VALUES (" + QuerySession.literal(text) + ")");
          }
        }
        session.run("INSERT INTO texts VALUES (''), ('  '), (NULL)");
        assertThat(
                session.texts(
                    "SELECT text FROM texts WHERE %s AND (%s OR coalesce(trim(text), '') = '')"
                        .formatted(NullWords.none("text", words), NullWords.in("text", words))))
            .isEmpty();
        session.run(
            "CREATE OR REPLACE TABLE texts AS SELECT unnest(['1', '42', 'A1', 'Q', 'abc', 'user_7',"
                + " 'item-7', 'x y']) AS text");
        assertThat(
                session.number("SELECT count(*) FROM texts WHERE " + NullWords.none("text", words)))
            .isGreaterThanOrEqualTo(7);
      }
    }
  }

  @Test
  void clientsSpreadsheetsAndServersHaveWordsOfTheirOwn() {
    ImportFolder folder = new ImportFolder(scratch);
    String[] words = {"(null)", "<null>", "[NULL]", "#VALUE!", "#REF!", "#DIV/0!", "-", "?"};
    StringBuilder log = new StringBuilder("user,item,time\nu,a,1\nu,b,2\nu,c,3\n");
    for (String word : words) {
      log.append(word).append(",a,4\n");
    }
    Path file = folder.write("log.csv", log.toString());
    ImportSummary summary = folder.run(folder.table(file).maxBadRows(words.length));
    assertThat(summary.manifest().counts().users()).isOne();
    for (String word : words) {
      assertThat(summary.manifest().provenance().dropped())
          .containsEntry("user is absent: the word " + word + " means null (--null-words)", 1L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "nan", "NULL", "null", "\\N", "None", "N/A", "NA", "<NA>", "#N/A", "nil"})
  void anIdThatIsAWordIsAbsent(String word) {
    ImportFolder folder = new ImportFolder(scratch);
    ImportRequest.Builder request = folder.tableByTime(folder.idLog("u", "v", "w", "x", word));
    assertThatThrownBy(() -> folder.run(request))
        .hasMessageContaining("1: user is absent: the word " + word + " means null (--null-words)")
        .hasMessageContaining("log.csv line 6");
    assertThat(folder.users(request.nullWords())).hasSize(5).contains(word);
    ImportFolder other = new ImportFolder(scratch.resolve("json"));
    Path json =
        other.file(
            "log.json",
            "{\"user\": \"u\", \"item\": 1, \"time\": 1}",
            "{\"user\": \"v\", \"item\": 2, \"time\": 2}",
            "{\"user\": \"w\", \"item\": 3, \"time\": 3}",
            "{\"user\": \"x\", \"item\": 3, \"time\": 4}",
            "{\"user\": \"%s\", \"item\": 3, \"time\": 5}".formatted(word.replace("\\", "\\\\")));
    assertThat(other.users(other.tableByTime(json).maxBadRows(1)))
        .containsExactly("u", "v", "w", "x");
  }

  @Test
  void contextsAndFeaturesThatAreWordsAreMissing() {
    ImportFolder folder = new ImportFolder(scratch);
    folder.file("items.csv", "item,brand,price", "a,NA,1", "b,x,NaN", "c,y,3", "d,y,4", "NULL,z,1");
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,place,n",
            "u,a,1,fr,1",
            "u,b,2,NA,2",
            "v,c,3,de,NaN",
            "v,d,4,fr,3");
    ImportSummary summary =
        folder.run(
            folder
                .tableByTime(log)
                .items("items.csv")
                .itemFeature("categorical:brand")
                .itemFeature("numeric:price")
                .context("place")
                .context("n"));
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(ImportFolder.ids(data.itemTable())).containsExactly("a", "b", "c", "d");
      assertThat(ImportFolder.contexts(data, "place"))
          .containsExactlyInAnyOrderEntriesOf(Map.of("a", 2.0, "b", 0.0, "c", 1.0, "d", 2.0));
      assertThat(data.interactions(Split.TRAIN).context("n").numeric()).isTrue();
      assertThat(ImportFolder.contexts(data, "n").get("c")).isEqualTo(Double.NaN);
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
}
