package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  @TempDir Path folder;

  @Test
  void rowsComeBackInStorageOrderWithOffsetsPerSplit() {
    try (Dataset data =
        new DatasetBuilder()
            .row(Split.TRAIN, 1, 3, 0, 20)
            .row(Split.TRAIN, 0, 2, 7, 11)
            .row(Split.TRAIN, 0, 1, 7, 10)
            .row(Split.TEST, 0, 4, 9, 30)
            .row(Split.VALIDATION, 1, 0, 0, 21)
            .users(3)
            .items(6)
            .write(folder.resolve("data"))) {
      assertThat(data.users()).isEqualTo(3);
      assertThat(data.items()).isEqualTo(6);
      assertThat(data.requests()).isEqualTo(3);
      assertThat(data.manifest().counts().allRows()).isEqualTo(5);

      Interactions train = data.interactions(Split.TRAIN);
      assertThat(train.rows()).isEqualTo(3);
      assertThat(new int[] {train.user(0), train.user(1), train.user(2)}).containsExactly(0, 0, 1);
      assertThat(new int[] {train.item(0), train.item(1), train.item(2)}).containsExactly(1, 2, 3);
      assertThat(new int[] {train.request(0), train.request(2)}).containsExactly(0, 2);
      assertThat(train.time(1)).isEqualTo(11);
      assertThat(train.weight(1)).isEqualTo(1f);
      assertThat(new long[] {train.userStart(0), train.userEnd(0)}).containsExactly(0, 2);
      assertThat(new long[] {train.userStart(1), train.userEnd(1)}).containsExactly(2, 3);
      assertThat(new long[] {train.userStart(2), train.userEnd(2)}).containsExactly(3, 3);
      // Request 1 is user 0's second, with a test row only.
      assertThat(new long[] {train.requestStart(1), train.requestEnd(1)}).containsExactly(2, 2);

      Interactions test = data.interactions(Split.TEST);
      assertThat(test.rows()).isEqualTo(1);
      assertThat(test.request(0)).isEqualTo(1);
      assertThat(new long[] {test.requestStart(1), test.requestEnd(1)}).containsExactly(0, 1);
      assertThat(new long[] {test.userStart(1), test.userEnd(1)}).containsExactly(1, 1);
      assertThat(data.interactions(Split.VALIDATION).request(0)).isEqualTo(2);
    }
  }

  @Test
  void anAbsentSplitHasNoRows() {
    try (Dataset data =
        new DatasetBuilder().row(Split.TRAIN, 0, 0, 0, 0).write(folder.resolve("data"))) {
      Interactions validation = data.interactions(Split.VALIDATION);
      assertThat(validation.rows()).isZero();
      assertThat(validation.userStart(0)).isEqualTo(validation.userEnd(0));
    }
  }

  @Test
  void weightsAndContextColumnsComeBack() {
    try (Dataset data =
        new DatasetBuilder()
            .numericContext("hour")
            .categoricalContext("geo", List.of("fr", "de"))
            .row(Split.TRAIN, 0, 0, 0, 0, 2.5f, 13.25, 2)
            .row(Split.TRAIN, 0, 1, 0, 1, 1f, -1, 0)
            .write(folder.resolve("data"))) {
      Interactions train = data.interactions(Split.TRAIN);
      assertThat(train.weight(0)).isEqualTo(2.5f);
      assertThat(train.contextColumns()).containsExactly("hour", "geo");
      assertThat(train.context("hour").numeric()).isTrue();
      assertThat(train.context("hour").value(0)).isEqualTo(13.25);
      assertThat(train.context("geo").numeric()).isFalse();
      assertThat(train.context("geo").value(0)).isEqualTo(2);
      assertThat(train.context("geo").value(1)).isZero();
      assertThatThrownBy(() -> train.context("query"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'query'")
          .hasMessageContaining("[hour, geo]");
    }
  }

  @Test
  void everyKindOfFeatureComesBackAcrossBatches() {
    int items = 20;
    List<String> years = numbers(items, i -> i % 3 == 0 ? null : "y" + i % 3);
    List<List<String>> genres = numbers(items, i -> numbers(i % 4, g -> "g" + (i + g)));
    float[] prices = new float[items];
    float[][] vectors = new float[items][2];
    for (int i = 0; i < items; i++) {
      prices[i] = i == 4 ? Float.NaN : i / 2f;
      vectors[i] = new float[] {i, -i};
    }
    List<FeatureColumn> written =
        List.of(
            MemoryFeature.categorical("year", years),
            MemoryFeature.multi("genres", genres),
            MemoryFeature.numeric("price", prices),
            MemoryFeature.vector("text", vectors));
    DatasetBuilder builder =
        new DatasetBuilder().row(Split.TRAIN, 0, 0, 0, 0).items(items).rowsPerBatch(8);
    written.forEach(builder::itemFeature);
    try (Dataset data = builder.write(folder.resolve("data"))) {
      EntityTable table = data.itemTable();
      assertThat(table.features().stream().map(FeatureColumn::name))
          .containsExactly("year", "genres", "price", "text");
      FeatureColumn year = table.feature("year");
      FeatureColumn genre = table.feature("genres");
      float[] vector = new float[2];
      for (int i = 0; i < items; i++) {
        assertThat(year.text(year.code(i))).isEqualTo(years.get(i) == null ? "" : years.get(i));
        assertThat(Arrays.stream(genre.codes(i)).mapToObj(genre::text).toList())
            .isEqualTo(genres.get(i));
        assertThat(table.feature("price").value(i)).isEqualTo(Float.valueOf(prices[i]));
        table.feature("text").vector(i, vector);
        assertThat(vector).containsExactly(vectors[i]);
      }
      assertThat(year.cardinality()).isEqualTo(3);
      assertThatThrownBy(() -> year.value(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'year' is CATEGORICAL and has no number");
      assertThatThrownBy(() -> year.text(3))
          .hasMessageContaining("code 3 of feature 'year'; allowed: 0 to 2");
      assertThatThrownBy(() -> table.feature("color"))
          .hasMessageContaining("[year, genres, price, text]");
    }
  }

  @Test
  void entitiesAreFoundByIdAndFallBackToItAsAName() {
    try (Dataset data =
        new DatasetBuilder()
            .row(Split.TRAIN, 19, 1, 0, 0)
            .itemNames(Arrays.asList("Zürich \uD83C\uDF55", null))
            .rowsPerBatch(8)
            .write(folder.resolve("data"))) {
      for (int user = 0; user < 20; user++) {
        assertThat(data.userTable().index("u" + user)).hasValue(user);
      }
      assertThat(data.userTable().index("u")).isEmpty();
      assertThat(data.userTable().index("u20")).isEmpty();
      assertThat(data.userTable().name(3)).isEqualTo("u3");
      assertThat(data.itemTable().name(0)).isEqualTo("Zürich \uD83C\uDF55");
      assertThat(data.itemTable().name(1)).isEqualTo("i1");
    }
  }

  @Test
  void theTreeComesBack() {
    try (Dataset data =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 1, 0, 0)
            .tree(
                new int[] {-1, 0, 0, 1},
                List.of("shop", "food", "tools", "fruit"),
                new int[] {3, 2, -1})
            .write(folder.resolve("data"))) {
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.items()).isEqualTo(data.items()).isEqualTo(3);
      assertThat(tree.path(tree.nodeOf(0))).containsExactly("shop", "food", "fruit");
      assertThat(tree.name(tree.nodeOf(1))).isEqualTo("tools");
      assertThat(tree.nodeOf(2)).isEqualTo(tree.root());
    }
  }

  @Test
  void aDataSetWithoutATreeSaysSo() {
    try (Dataset data =
        new DatasetBuilder().row(Split.TRAIN, 0, 0, 0, 0).write(folder.resolve("data"))) {
      assertThat(data.tree()).isEmpty();
    }
  }

  private static <T> List<T> numbers(int count, IntFunction<T> make) {
    return IntStream.range(0, count)
        .mapToObj(make)
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
