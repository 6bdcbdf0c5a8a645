package dev.twotower.data.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CategoryTreeTest {
  /**
   *
   *
   * <pre>
   * food            drink
   *   dairy           tea (item 4)
   *     milk (0, 1)
   *     cheese (2)
   *   bread (3)
   * </pre>
   */
  private static final CategoryTree SHOP =
      CategoryTree.of(
          new int[] {-1, -1, 0, 2, 2, 0, 1},
          new String[] {"food", "drink", "dairy", "milk", "cheese", "bread", "tea"},
          new int[] {3, 3, 4, 5, 6, -1});

  @Test
  void distancesFollowTheDefinition() {
    assertThat(SHOP.itemDistance(0, 1)).as("same leaf").isZero();
    assertThat(SHOP.itemDistance(0, 2)).as("siblings").isEqualTo(1);
    // The deeper of milk (depth 3) and bread (depth 2) is two edges below food.
    assertThat(SHOP.itemDistance(0, 3)).as("uncle").isEqualTo(2);
    assertThat(SHOP.itemDistance(0, 4)).as("only the root").isEqualTo(CategoryTree.UNRELATED);
    assertThat(SHOP.itemDistance(5, 0)).as("no category").isEqualTo(CategoryTree.UNRELATED);
    assertThat(SHOP.distance(2, 3)).as("parent").isEqualTo(1);
  }

  @Test
  void readsBackWhatItWasGiven() {
    assertThat(SHOP.unnamedRoot()).isTrue();
    assertThat(SHOP.root()).isEqualTo(7);
    assertThat(SHOP.path(3)).containsExactly("food", "dairy", "milk");
    assertThat(SHOP.children(0)).containsExactly(2, 5);
    assertThat(SHOP.itemsUnder(0)).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(SHOP.ownItemCount(0)).isZero();
    assertThat(SHOP.ownItemCount(SHOP.root())).isEqualTo(1);
    assertThat(SHOP.height()).isEqualTo(3);
    assertThat(SHOP.leaf(6)).isTrue();
    assertThat(SHOP.leaf(0)).isFalse();
  }

  @Test
  void writtenOutAndReadAgainItIsTheSame() {
    int[] parent = IntStream.range(0, SHOP.nodes()).map(SHOP::parent).toArray();
    String[] names = IntStream.range(0, SHOP.nodes()).mapToObj(SHOP::name).toArray(String[]::new);
    int[] items = IntStream.range(0, SHOP.items()).map(SHOP::nodeOf).toArray();
    var again = CategoryTree.of(parent, names, items);
    assertThat(again.root()).isEqualTo(SHOP.root());
    assertThat(again.unnamedRoot()).isTrue();
    assertThat(again.findings()).isEqualTo(SHOP.findings());
    assertThat(again.path(3)).isEqualTo(SHOP.path(3));
  }

  @Test
  void aSingleTopIsTheRoot() {
    var tree =
        CategoryTree.of(new int[] {-1, 0, 0}, new String[] {"all", "a", "b"}, new int[] {1, 1, 2});
    assertThat(tree.root()).isZero();
    assertThat(tree.nodes()).isEqualTo(3);
    assertThat(tree.itemDistance(0, 1)).isZero();
    assertThat(tree.itemDistance(0, 2)).isEqualTo(CategoryTree.UNRELATED);
    assertThat(tree.path(1)).containsExactly("all", "a");
    assertThat(tree.findings()).isEmpty();
  }

  @Property
  void agreesWithBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int nodes,
      @ForAll @IntRange(max = 40) int items,
      @ForAll @IntRange(min = 1, max = 60) int reach,
      @ForAll @IntRange(min = 1, max = 4) int tops) {
    var tree = RandomTrees.tree(seed, nodes, items, reach, Math.min(tops, nodes));
    for (int a = 0; a < tree.nodes(); a++) {
      List<Integer> up = climb(tree, a);
      assertThat(tree.depth(a)).isEqualTo(up.size() - 1);
      for (int level = 0; level < up.size(); level++) {
        assertThat(tree.ancestorAt(a, level)).isEqualTo(up.get(up.size() - 1 - level));
      }
      for (int b = 0; b < tree.nodes(); b++) {
        List<Integer> shared = climb(tree, b);
        assertThat(tree.under(a, b)).isEqualTo(up.contains(b));
        shared.retainAll(up);
        int meet = shared.get(0);
        assertThat(tree.lca(a, b)).isEqualTo(meet);
        int edges = Math.max(up.indexOf(meet), climb(tree, b).indexOf(meet));
        assertThat(tree.distance(a, b))
            .isEqualTo(meet == tree.root() ? CategoryTree.UNRELATED : edges);
      }
      int node = a;
      int[] under =
          IntStream.range(0, items)
              .filter(item -> climb(tree, tree.nodeOf(item)).contains(node))
              .toArray();
      int[] found = tree.itemsUnder(a);
      for (int i = 0; i < found.length; i++) {
        assertThat(tree.item(a, i)).isEqualTo(found[i]);
        assertThat(tree.item(tree.root(), tree.itemOffset(a) + i)).isEqualTo(found[i]);
        assertThat(tree.nodeOf(found[i]) == a).isEqualTo(i < tree.ownItemCount(a));
      }
      Arrays.sort(found);
      assertThat(found).isEqualTo(under);
      assertThat(tree.children(a))
          .isEqualTo(
              IntStream.range(0, tree.nodes()).filter(n -> tree.parent(n) == node).toArray());
    }
  }

  @Test
  void aChainOfAMillionIsNoTrouble() {
    int nodes = 1_000_000;
    int[] parent = IntStream.range(-1, nodes - 1).toArray();
    String[] names = new String[nodes];
    Arrays.fill(names, "link");
    var tree = CategoryTree.of(parent, names, new int[] {nodes - 1, 10});
    assertThat(tree.height()).isEqualTo(nodes - 1);
    long sum = 0;
    for (int i = 0; i < 100_000; i++) {
      sum += tree.lca(nodes - 1 - i, i + 1);
    }
    // The lower number is the ancestor: 1 + 2 + ... + 100,000.
    assertThat(sum).isEqualTo(100_000L * 100_001 / 2);
    assertThat(tree.itemDistance(0, 1)).isEqualTo(nodes - 11);
  }

  @Test
  void cyclesAreSpelledOut() {
    assertThatThrownBy(
            () ->
                CategoryTree.of(
                    new int[] {-1, 3, 1, 2}, new String[] {"top", "a", "b", "c"}, new int[] {0}))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("category 'a' (node 1) is its own ancestor: a < c < b < a");
    assertThatThrownBy(() -> CategoryTree.of(new int[] {0}, new String[] {"self"}, new int[] {0}))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("self < self");
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatThrownBy(
            () -> CategoryTree.of(new int[] {-1, 7}, new String[] {"top", "lost"}, new int[] {0}))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("'lost' (node 1) names parent 7; allowed: 0..1");
    assertThatThrownBy(
            () -> CategoryTree.of(new int[] {-1}, new String[] {"top"}, new int[] {0, 4}))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("item 1 hangs on category node 4");
    assertThatThrownBy(() -> CategoryTree.of(new int[0], new String[0], new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 parents");
  }

  @Test
  void findingsNameNodesAndItems() {
    assertThat(SHOP.findings())
        .extracting(TreeFinding::flaw)
        .containsExactly(TreeFlaw.SEVERAL_ROOTS, TreeFlaw.UNCATEGORISED_ITEM);
    assertThat(SHOP.findings().get(0).message()).contains("'food', 'drink'");
    assertThat(SHOP.findings().get(1).message()).contains("'item 5'");
    var empty =
        CategoryTree.of(
            new int[] {-1, 0, 0, 2, 2},
            new String[] {"all", "full", "hollow", "x", "y"},
            new int[] {1});
    assertThat(empty.findings())
        .containsExactly(
            new TreeFinding(
                TreeFlaw.EMPTY_BRANCH,
                1,
                "1 category holds no item: 'all > hollow'; batches skip them"));
  }

  /** The node and its ancestors, upwards. */
  private static List<Integer> climb(CategoryTree tree, int node) {
    var up = new ArrayList<Integer>();
    for (int at = node; at != -1; at = tree.parent(at)) {
      up.add(at);
    }
    return up;
  }

  @Test
  void otherItemsHangOnTheSameCategories() {
    CategoryTree tree = RandomTrees.tree(3, 40, 100, 10, 3);
    int[] turned = new int[100];
    for (int item = 0; item < 100; item++) {
      turned[item] = tree.nodeOf(99 - item);
    }
    CategoryTree other = tree.withItems(turned);
    assertThat(other.nodes()).isEqualTo(tree.nodes());
    assertThat(other.root()).isEqualTo(tree.root());
    for (int item = 0; item < 100; item++) {
      assertThat(other.nodeOf(item)).isEqualTo(tree.nodeOf(99 - item));
      assertThat(other.path(other.nodeOf(item))).isEqualTo(tree.path(tree.nodeOf(99 - item)));
    }
  }
}
