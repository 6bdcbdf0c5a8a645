package dev.twotower.data.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CategoryTreeBuilderTest {
  @Test
  void parentTableInAnyOrder() {
    var tree =
        new CategoryTreeBuilder(2)
            .category("12", "7", "milk")
            .category("7", "", "dairy")
            .category("7", null, "dairy")
            .category("8", null, null)
            .item(0, "12")
            .item(1, "8")
            .build();
    assertThat(tree.path(tree.nodeOf(0))).containsExactly("dairy", "milk");
    assertThat(tree.path(tree.nodeOf(1))).containsExactly("8");
    assertThat(tree.itemDistance(0, 1)).isEqualTo(CategoryTree.UNRELATED);
  }

  @Test
  void pathsOfAnyLength() {
    var tree =
        new CategoryTreeBuilder(5)
            .path(0, List.of("food", "other"))
            .path(1, List.of("drink", "other"))
            .path(2, Arrays.asList("food", null))
            .path(3, Arrays.asList(" ", null))
            .path(4, List.of("food", "other"))
            .build();
    assertThat(tree.nodeOf(0)).isNotEqualTo(tree.nodeOf(1)).isEqualTo(tree.nodeOf(4));
    assertThat(tree.path(tree.nodeOf(1))).containsExactly("drink", "other");
    assertThat(tree.path(tree.nodeOf(2))).containsExactly("food");
    assertThat(tree.nodeOf(3)).isEqualTo(tree.root());
    assertThat(tree.itemDistance(0, 2)).isEqualTo(1);
  }

  @Test
  void aGapInAPathIsNamed() {
    assertThatThrownBy(() -> new CategoryTreeBuilder(9).path(8, Arrays.asList("food", "", "milk")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("item 8")
        .hasMessageContaining("level 2 is blank above 'milk'");
  }

  @Test
  void orphansAreNamed() {
    var builder = new CategoryTreeBuilder(1).category("12", "7", "milk").item(0, "12");
    assertThatThrownBy(builder::build)
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("category 'milk' (id '12') names parent '7'");
  }

  @Test
  void itemsOfUnknownCategoriesAreNamed() {
    var builder = new CategoryTreeBuilder(2).category("7", null, "dairy").item(1, "99");
    assertThatThrownBy(builder::build)
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("item 1 names category '99'");
  }

  @Test
  void cyclesAreSpelledOut() {
    var builder = new CategoryTreeBuilder(0).category("a", "b", "A").category("b", "a", "B");
    assertThatThrownBy(builder::build)
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("A < B < A");
  }

  @Test
  void twoParentsAreRefused() {
    assertThatThrownBy(
            () -> new CategoryTreeBuilder(0).category("a", "x", "A").category("a", "y", "A"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("category 'a' has two parents, 'x' and 'y'");
    assertThatThrownBy(
            () -> new CategoryTreeBuilder(0).category("a", "x", "A").category("a", " ", "A"))
        .hasMessageContaining("category 'a' has two parents, 'x' and none");
    assertThatThrownBy(() -> new CategoryTreeBuilder(0).category("", null, "A"))
        .hasMessage("a category has no id (parent none, name 'A')");
  }

  @Test
  void anEmptyTaxonomyIsRefused() {
    assertThatThrownBy(() -> new CategoryTreeBuilder(3).build())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("no category");
  }
}
