package dev.twotower.trainer.contrastive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.tree.CategoryTree;
import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MislabellingTest {
  private static CategoryTree tree(int items, int leaves) {
    int[] parent = new int[leaves];
    String[] names = new String[leaves];
    int[] node = new int[items];
    for (int leaf = 0; leaf < leaves; leaf++) {
      parent[leaf] = -1;
      names[leaf] = "c" + leaf;
    }
    for (int item = 0; item < items; item++) {
      node[item] = item % 10 == 9 ? -1 : item / 3 % leaves;
    }
    return CategoryTree.of(parent, names, node);
  }

  @Property
  void movesExactlyTheShareToOtherCategoriesAndGrowingSharesContainEachOther(
      @ForAll long seed,
      @ForAll @IntRange(min = 20, max = 300) int items,
      @ForAll @IntRange(min = 2, max = 12) int leaves,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    CategoryTree tree = tree(items, leaves);
    BitSet moved = moved(tree, Mislabelling.of("tree.mislabelled", tree, share, seed));
    int labelled = items - items / 10;
    assertThat(moved.cardinality()).isEqualTo((int) Math.round(share * labelled));
    BitSet half = moved(tree, Mislabelling.of("tree.mislabelled", tree, share / 2, seed));
    half.andNot(moved);
    assertThat(half.isEmpty()).isTrue();
  }

  private static BitSet moved(CategoryTree before, CategoryTree after) {
    assertThat(after.nodes()).isEqualTo(before.nodes());
    BitSet moved = new BitSet();
    for (int item = 0; item < before.items(); item++) {
      moved.set(item, before.nodeOf(item) != after.nodeOf(item));
      if (before.nodeOf(item) == before.root()) {
        assertThat(after.nodeOf(item)).isEqualTo(after.root());
      }
    }
    return moved;
  }

  @Test
  void refusesATreeInWhichNothingCanBeWrong() {
    CategoryTree one =
        CategoryTree.of(new int[] {-1, 0}, new String[] {"r", "a"}, new int[] {1, 1});
    assertThat(Mislabelling.of("tree.mislabelled", one, 0, 1)).isSameAs(one);
    assertThatThrownBy(() -> Mislabelling.of("tree.mislabelled", one, 0.1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mislabelled is 0.1")
        .hasMessageContaining("allowed here: 0");
  }
}
