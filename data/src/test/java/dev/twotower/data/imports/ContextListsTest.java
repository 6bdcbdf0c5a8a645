package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.describe.Description;
import dev.twotower.data.describe.FeatureShape;
import dev.twotower.data.disk.Checksum;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts whose values are lists: the words of a query, several shops. */
class ContextListsTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  /** Six requests; queries that differ in case and marks alone are one list. */
  private Path log() {
    return folder.file(
        "log.csv",
        "user,item,time,visit,text,shops,type",
        "a,x,1,1,Red shoes,north|south,buy",
        "a,y,2,1,Red shoes,north|south,view",
        "a,z,3,2,\"shoes, red!\",south,buy",
        "a,x,4,3,red  SHOES,,buy",
        "b,y,5,4,??,south | south,buy",
        "b,z,6,5,,NULL,buy",
        "b,x,7,6,blue shoes,north|south,buy");
  }

  private ImportRequest.Builder request(Path log) {
    return folder.tableByTime(log).column("request", "visit").column("event", "type");
  }

  private static List<List<String>> lists(Dataset data, String name) {
    FeatureColumn column = RequestFeatures.of(data).feature("context." + name);
    assertThat(column.kind()).isEqualTo(FeatureKind.MULTI);
    return IntStream.range(0, data.requests())
        .mapToObj(request -> Arrays.stream(column.codes(request)).mapToObj(column::text).toList())
        .toList();
  }

  @Test
  void wordsAndValuesAreThoseOfTheRequest() {
    ImportSummary summary =
        folder.run(request(log()).context("query=text:words").context("shops:multi"));
    assertThat(summary.notes())
        .contains(
            "context query: 3 words in 3 different texts",
            "context shops: 2 values in 2 different texts");
    try (Dataset data = Dataset.open(folder.target())) {
      Feedback uses =
          new Feedback(Map.of("buy", Feedback.Use.positive(1), "view", Feedback.Use.SHOWN));
      for (Dataset seen :
          List.of(
              data,
              data.reading(uses),
              data.reading(uses).trainedOn(TrainSplits.TRAIN_AND_VALIDATION))) {
        assertThat(lists(seen, "query"))
            .containsExactly(
                List.of("red", "shoes"),
                List.of("shoes", "red"),
                List.of("red", "shoes"),
                List.of(),
                List.of(),
                List.of("blue", "shoes"));
        assertThat(lists(seen, "shops"))
            .containsExactly(
                List.of("north", "south"),
                List.of("south"),
                List.of(),
                List.of("south"),
                List.of(),
                List.of("north", "south"));
        RequestFeatures.of(seen).check(List.of("context.query", "context.shops"));
        ContextColumn rows = seen.interactions(Split.TRAIN).context("query");
        assertThat(rows.lists().orElseThrow().words()).isTrue();
      }
      FeatureColumn query = RequestFeatures.of(data).feature("context.query");
      assertThat(query.values("Blue, shoes")).containsExactly("blue", "shoes");
      assertThat(RequestFeatures.of(data).feature("context.shops").values("North Sea"))
          .containsExactly("North Sea");
      assertThatThrownBy(() -> query.code(0)).isInstanceOf(IllegalStateException.class);
      assertThat(Description.of(data, List.of(2)).contextLists())
          .extracting(FeatureShape::name, FeatureShape::values, FeatureShape::missing)
          .containsExactly(tuple("context.query", 3, 2 / 6.0), tuple("context.shops", 2, 2 / 6.0));
      // Rows have one code for a list, so masks compare whole lists.
      Interactions train = data.interactions(Split.TRAIN);
      ContextColumn codes = train.context("query");
      assertThat(codes.numeric()).isFalse();
      assertThat(codes.cardinality()).isEqualTo(4);
      assertThat(codes.value(0)).isEqualTo(codes.value(1)).isNotEqualTo(codes.value(2));
      assertThat(codes.text((int) codes.value(2))).isEqualTo("shoes red");
    }
  }

  /** What a file of lists has needs no bar, nor is one taken apart at. */
  @Test
  void aListColumnIsAsItIs() {
    Path log =
        folder.written(
            "log.parquet",
            "SELECT 'a' AS \"user\", 'i' || n AS item, n AS time, n AS visit, CASE n % 3 WHEN 0"
                + " THEN ['Red', 'x|y'] WHEN 1 THEN [NULL, 'Red'] ELSE [] END AS tags FROM range(9)"
                + " t(n)");
    folder.run(folder.tableByTime(log).column("request", "visit").context("tags:multi"));
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(lists(data, "tags").subList(0, 4))
          .containsExactly(List.of("Red", "x|y"), List.of("Red"), List.of(), List.of("Red", "x|y"));
    }
    ImportFolder other = new ImportFolder(temp.resolve("other"));
    assertThatThrownBy(() -> other.run(other.tableByTime(log).context("tags")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--context tags: 'tags' of log.parquet is a list (VARCHAR[])")
        .hasMessageContaining("allowed as :multi, as in --context tags:multi");
  }

  @Test
  void listsThatDifferWithinARequestAreNoFeature() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,visit,text",
            "a,x,1,1,red shoes",
            "a,y,2,1,RED shoes",
            "b,z,3,2,red shoes",
            "b,x,4,2,blue shoes",
            "b,y,5,3,lamp");
    folder.run(folder.tableByTime(log).column("request", "visit").context("query=text:words"));
    try (Dataset data = Dataset.open(folder.target())) {
      RequestFeatures requests = RequestFeatures.of(data);
      assertThatThrownBy(() -> requests.check(List.of("context.query")))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("request 1 of user 'b' has 'red shoes' and 'blue shoes'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b:words", "=text:words"})
  void kindsAreNamedWhereAContextIsNone(String context) {
    assertThatThrownBy(() -> folder.run(folder.table(folder.log()).context(context)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--context is '" + context + "'")
        .hasMessageContaining("NAME[=COLUMN][:numeric|:categorical|:multi|:words]");
  }

  @Test
  void aDamagedListIsNamed() throws Exception {
    folder.run(request(log()).context("query=text:words"));
    Path file = folder.target().resolve("context-lists-0.arrow");
    String before = Checksum.sha256(Files.readAllBytes(file));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Dataset.open(folder.target()))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("context-lists-0.arrow")
        .hasMessageContaining(before);
  }
}
