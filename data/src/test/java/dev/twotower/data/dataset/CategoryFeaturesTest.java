package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CategoryFeaturesTest {
  @TempDir private Path folder;

  /** food > fruit > apples; home. Items: apples, fruit itself, home, none. */
  private static DatasetBuilder builder() {
    return new DatasetBuilder()
        .row(Split.TRAIN, 0, 0, 0, 0)
        .tree(
            new int[] {-1, 0, 1, -1},
            List.of("food", "fruit", "apples", "home"),
            new int[] {2, 1, 3, -1});
  }

  @Test
  void anItemHasTheCategoriesAboveItAndOneForEachLevel() {
    try (Dataset data = builder().write(folder.resolve("data"))) {
      EntityTable items = CategoryFeatures.of(data);
      FeatureColumn path = items.feature("category");
      assertThat(path.kind()).isEqualTo(FeatureKind.MULTI);
      assertThat(texts(path, 0)).containsExactly("food", "food > fruit", "food > fruit > apples");
      assertThat(texts(path, 1)).containsExactly("food", "food > fruit");
      assertThat(texts(path, 2)).containsExactly("home");
      assertThat(texts(path, 3)).isEmpty();
      String[][] levels = {
        {"food", "food", "home", ""},
        {"food > fruit", "food > fruit", "", ""},
        {"food > fruit > apples", "", "", ""}
      };
      for (int level = 0; level < 3; level++) {
        FeatureColumn column = items.feature("category." + (level + 1));
        assertThat(column.kind()).isEqualTo(FeatureKind.CATEGORICAL);
        assertThat(column.cardinality()).isEqualTo(path.cardinality());
        for (int item = 0; item < 4; item++) {
          assertThat(column.text(column.code(item))).isEqualTo(levels[level][item]);
        }
      }
      assertThat(items.feature("category")).isSameAs(path);
      assertThat(items.features())
          .extracting(FeatureColumn::name)
          .containsExactly("category", "category.1", "category.2", "category.3");
      assertThat(items.id(2)).isEqualTo("i2");
      assertThat(items.index("i3")).hasValue(3);
    }
  }

  private static List<String> texts(FeatureColumn column, int item) {
    return Arrays.stream(column.codes(item)).mapToObj(column::text).toList();
  }

  @Test
  void aColumnOfTheDataSetGoesFirst() {
    DatasetBuilder builder =
        builder().itemFeature(MemoryFeature.categorical("category", List.of("a", "b", "a", "b")));
    try (Dataset data = builder.write(folder.resolve("data"))) {
      FeatureColumn column = CategoryFeatures.of(data).feature("category");
      assertThat(column.kind()).isEqualTo(FeatureKind.CATEGORICAL);
      assertThat(column.text(column.code(1))).isEqualTo("b");
    }
  }

  @Test
  void namesTheFeaturesThereAre() {
    try (Dataset data = builder().write(folder.resolve("data"))) {
      assertThatThrownBy(() -> CategoryFeatures.of(data).feature("category.4"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no feature 'category.4'")
          .hasMessageContaining("[category, category.1, category.2, category.3]");
    }
    try (Dataset flat =
        new DatasetBuilder().row(Split.TRAIN, 0, 0, 0, 0).write(folder.resolve("flat"))) {
      assertThat(CategoryFeatures.of(flat)).isSameAs(flat.itemTable());
    }
  }
}
