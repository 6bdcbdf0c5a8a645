package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.NullWords;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
