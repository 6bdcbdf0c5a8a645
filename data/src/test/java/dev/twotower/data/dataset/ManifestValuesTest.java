package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A manifest that its seal vouches for still cannot say what the files contradict. */
class ManifestValuesTest {
  @TempDir Path folder;
  private Path data;
  private Path manifest;

  @BeforeEach
  void write() {
    data = folder.resolve("data");
    manifest = data.resolve("dataset.json");
    new DatasetBuilder()
        .numericContext("price")
        .categoricalContext("device", List.of("phone", "desk"))
        .row(Split.TRAIN, 0, 1, 0, 5, 2f, 1.5, 1)
        .row(Split.TEST, 0, 2, 0, 6, 1f, 2.5, 2)
        .userFeature(MemoryFeature.categorical("land", List.of("fr")))
        .itemFeature(MemoryFeature.vector("words", new float[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}))
        .itemFeature(
            MemoryFeature.multi("tags", List.of(List.of("a", "b"), List.of(), List.of("b"))))
        .tree(new int[] {-1, 0}, List.of("all", "some"), new int[] {1, 1, 0})
        .write(data)
        .close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"users\" : 1,|\"users\" : -1,|counts.users is -1; expected 0 or more",
        "\"users\" : 1,|\"users\" : 2,|counts.users is 2; expected 1, the rows of users.arrow",
        "\"items\" : 3,|\"items\" : 4,|counts.items is 4; expected 3",
        "\"requests\" : 1,|\"requests\" : 7,|counts.requests is 7; expected 1",
        "\"train\" : 1,|\"train\" : 2,|counts.rows.train is 2; expected 1",
        "\"rowsPerBatch\" : 1048576|\"rowsPerBatch\" : 1073741824|schema.rowsPerBatch is"
            + " 1073741824; expected a power of two from 8 to 67108864",
        "\"rowsPerBatch\" : 1048576|\"rowsPerBatch\" : 12|schema.rowsPerBatch is 12",
        "\"cardinality\" : 2,|\"cardinality\" : 2147483647,|schema.userFeatures[0].cardinality is"
            + " 2147483647; expected 2, the codes of 'users.land'",
        "\"cardinality\" : 2,|\"cardinality\" : 1,|schema.userFeatures[0].cardinality is 1;"
            + " expected 2",
        "\"cardinality\" : 2,|\"cardinality\" : 0,|schema.userFeatures[0].cardinality is 0;"
            + " expected 1 or more",
        "\"dimension\" : 3,|\"dimension\" : 2,|feature.words: FixedSizeList(2)",
        "\"dimension\" : 3,|\"dimension\" : 0,|schema.itemFeatures[0].dimension is 0; expected 1 or"
            + " more",
        "\"vocabularyStart\" : 0|\"vocabularyStart\" : -5|vocabularyStart is -5; expected 0 or"
            + " more",
        "\"vocabularyStart\" : 3|\"vocabularyStart\" : 4|schema.userFeatures[0].vocabularyStart is"
            + " 4; expected the row of vocabulary.arrow that holds code 0 of 'users.land'",
        "\"numeric\" : true|\"numeric\" : false|schema.context[0].cardinality is 0; expected 1 or"
            + " more",
        "\"weights\" : true|\"weights\" : false|dataset.json declares column 5",
        "\"tree\" : true|\"tree\" : false|schema.tree is false; expected true, as taxonomy.arrow is"
            + " listed",
        "\"name\" : \"price\"|\"name\" : \"device\"|schema.context[1].name is device; expected a"
            + " name not used before",
        "\"name\" : \"price\"|\"name\" : \"prices\"|context.prices",
        "\"kind\" : \"MULTI\"|\"kind\" : \"MANY\"|schema.itemFeatures[1].kind is \"MANY\"; expected"
            + " one of [CATEGORICAL",
        "\"split\" : \"test\"|\"split\" : \"train\"|part-test-0.arrow follows 1 rows",
        "\"split\" : \"test\"|\"split\" : null|split is null; expected a split",
        "interactions/part-train-0.arrow|../part-train-0.arrow|path is ../part-train-0.arrow;"
            + " expected a file inside the directory",
        "interactions/part-train-0.arrow|interactions/part-test-0.arrow|expected each file once",
        "\"items.arrow\"|\"item\\u0000.arrow\"|expected a file inside the directory",
        "\"items.arrow\"|\"other.arrow\"|other.arrow is missing",
        "\"weights\" : true|\"weights\" : 1|schema.weights is 1; expected true or false",
        "\"weights\" : true|\"weights\" : null|schema.weights is null",
        "\"weights\" : true,||schema.weights",
        "\"weights\" : true|\"weights\" : true, \"wieghts\" : 1|schema.wieghts is unknown; allowed:"
            + " [",
        "\"weights\" : true|\"weights\" : true, \"weights\" : false|Duplicate field 'weights'",
        "\"users\" : 1,|\"users\" : \"1\",|counts.users is \"1\"; expected a whole number of 32"
            + " bits",
        "\"users\" : 1,|\"users\" : 1.5,|counts.users",
        "\"users\" : 1,|\"users\" : 99999999999,|counts.users",
        "\"options\" : { }|\"options\" : [ ]|provenance.options is []; expected an object",
        "\"repeatedItems\" : 0|\"repeatedItems\" : 1|overlaps[0].repeatedItems is 1; expected 0 to"
            + " 0",
        "\"ownFuture\" : 0|\"ownFuture\" : -1|overlaps[0].ownFuture is -1; expected 0 to 0",
        "\"overlaps\" : [ {|\"overlaps\" : [ {\"split\" : \"test\", \"rows\" : 1, \"repeatedItems\""
            + " : 0, \"dividedRequests\" : 0, \"ownFuture\" : 0, \"sameMoment\" : 0 }, {|overlaps"
            + " is [test, validation, test]; expected none, or of [validation, test]",
      })
  void aWrongValueIsNamed(String from, String to, String message) throws IOException {
    edit(from, to == null ? "" : to);
    assertRefused(message);
  }

  private void edit(String from, String to) throws IOException {
    String json = Files.readString(manifest);
    assertThat(json).contains(from);
    int at = json.indexOf(from);
    seal(json.substring(0, at) + to + json.substring(at + from.length()));
  }

  private void seal(String json) throws IOException {
    Files.writeString(manifest, json);
    Seal.write(data);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Dataset.open(data).close())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining(message)
        .satisfies(refused -> assertThat(refused.getMessage().length()).isLessThan(800));
  }

  @Test
  void everyFieldThatIsNullOrOfAnotherKindIsNamed() throws IOException {
    String json = Files.readString(manifest);
    for (String field : List.of("counts", "schema", "provenance", "files", "context", "rows")) {
      String opening = "\"" + field + "\" : ";
      int at = json.indexOf(opening) + opening.length();
      for (String value : List.of("null", "7", "\"x\"", "[ 3 ]")) {
        char open = json.charAt(at);
        seal(json.substring(0, at) + value + json.substring(end(json, at, open)));
        assertRefused(field);
      }
    }
    for (String text : List.of("", "null", "[]", "7", "{", "{}", json + "7", "\ufeff" + json)) {
      seal(text);
      assertRefused("dataset.json cannot be read: ");
    }
  }

  private static int end(String json, int at, char open) {
    char close = open == '{' ? '}' : ']';
    int depth = 0;
    for (int i = at; ; i++) {
      depth += json.charAt(i) == open ? 1 : json.charAt(i) == close ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
  }
}
