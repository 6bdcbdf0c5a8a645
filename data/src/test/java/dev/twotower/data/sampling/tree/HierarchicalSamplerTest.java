package dev.twotower.data.sampling.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.BadDataException;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.CategoryTreeBuilder;
import dev.twotower.data.tree.RandomTrees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HierarchicalSamplerTest {
  @Provide
  Arbitrary<HierarchicalOptions> options() {
    return Combinators.combine(
            Arbitraries.integers().between(12, 60),
            Arbitraries.of(0.4, 0.5, 0.7),
            Arbitraries.of(2, 3),
            Arbitraries.of(ParentChoice.class),
            Arbitraries.of(2, 5, HierarchicalOptions.UNCAPPED),
            Arbitraries.of(0.0, 0.0, 0.3, 0.6))
        .as(
            (size, rho, slot, choice, cap, near) ->
                new HierarchicalOptions(Math.max(size, 6 * slot), rho, slot, choice, cap, near));
  }

  /** Trees in which batches of sixty are usually possible. */
  @Provide
  Arbitrary<CategoryTree> trees() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(20, 120),
            Arbitraries.integers().between(150, 600),
            Arbitraries.integers().between(10, 120),
            Arbitraries.integers().between(3, 10))
        .as(RandomTrees::tree);
  }

  @Property
  void everyBatchKeepsThePromises(
      @ForAll("trees") CategoryTree tree,
      @ForAll("options") HierarchicalOptions options,
      @ForAll long seed) {
    HierarchicalSampler sampler = sampler(tree, options, seed);
    var batch = new ItemBatch(options.batchSize());
    while (sampler.next(batch)) {
      assertThat(batch.size()).isEqualTo(options.batchSize());
      assertThat(IntStream.range(0, batch.size()).map(i -> batch.items()[i]).distinct().count())
          .as("no product twice")
          .isEqualTo(batch.size());
      assertSlots(tree, options, batch);
      assertAllThreeClasses(tree, batch);
    }
    assertThat(batch.size()).isZero();
  }

  private static HierarchicalSampler sampler(
      CategoryTree tree, HierarchicalOptions options, long seed) {
    try {
      return new HierarchicalSampler(tree, options, seed);
    } catch (BadDataException | IllegalArgumentException impossible) {
      Assume.that(false);
      throw impossible;
    }
  }

  private static void assertSlots(CategoryTree tree, HierarchicalOptions options, ItemBatch batch) {
    Set<Integer> parents = new HashSet<>();
    for (int p = 0; p < batch.parents(); p++) {
      assertThat(parents.add(batch.parent(p))).isTrue();
    }
    Map<Integer, Integer> perCategory = new HashMap<>();
    Map<ItemBatch.Role, Integer> perRole = new HashMap<>();
    Set<Integer> firstChildren = new HashSet<>();
    assertThat(batch.slotEnd(batch.slots() - 1)).isEqualTo(batch.size());
    for (int slot = 0; slot < batch.slots(); slot++) {
      int category = batch.slotCategory(slot);
      int size = batch.slotEnd(slot) - batch.slotStart(slot);
      assertThat(size).isBetween(1, options.itemsPerSlot() + 1);
      for (int i = batch.slotStart(slot); i < batch.slotEnd(slot); i++) {
        assertThat(tree.nodeOf(batch.items()[i])).isEqualTo(category);
      }
      perCategory.merge(category, size, Integer::sum);
      perRole.merge(batch.slotRole(slot), size, Integer::sum);
      boolean kin =
          parents.stream().anyMatch(p -> tree.distance(p, category) != CategoryTree.UNRELATED);
      switch (batch.slotRole(slot)) {
        case RELATED -> assertThat(parents).contains(tree.parent(category));
        case NEAR -> {
          assertThat(kin).isTrue();
          assertThat(parents).doesNotContain(tree.parent(category));
        }
        case FAR -> assertThat(kin).as("unrelated shares no ancestor with a parent").isFalse();
      }
      if (tree.parent(category) == batch.parent(0)) {
        firstChildren.add(category);
      }
    }
    assertThat(firstChildren).as("children of the first parent").hasSizeGreaterThanOrEqualTo(2);
    int related = perRole.get(ItemBatch.Role.RELATED);
    if (related > options.related()) {
      int others =
          IntStream.range(0, tree.nodes())
              .filter(n -> n != tree.root() && !parents.contains(tree.parent(n)))
              .map(n -> Math.min(options.categoryCap(), tree.ownItemCount(n)))
              .sum();
      assertThat(batch.size() - related).as("all other items are in").isEqualTo(others);
    }
    assertThat(perRole.get(ItemBatch.Role.FAR)).isGreaterThanOrEqualTo(options.far());
    perCategory.forEach(
        (category, count) ->
            assertThat(count)
                .isLessThanOrEqualTo(Math.min(options.categoryCap(), tree.ownItemCount(category))));
    for (int slot = 0; slot < batch.slots(); slot++) {
      int category = batch.slotCategory(slot);
      // The last place of a role's share may be a single one; roles can come back for leftovers.
      boolean lastOfShare =
          slot + 1 == batch.slots() || batch.slotRole(slot + 1) != batch.slotRole(slot);
      if (batch.slotEnd(slot) - batch.slotStart(slot) == 1 && !lastOfShare) {
        assertThat(perCategory.get(category))
            .as("a slot of one leaves nothing of its category")
            .isEqualTo(Math.min(options.categoryCap(), tree.ownItemCount(category)));
      }
    }
  }

  private static void assertAllThreeClasses(CategoryTree tree, ItemBatch batch) {
    Set<Integer> distances = new HashSet<>();
    for (int a = 0; a < batch.size(); a++) {
      for (int b = 0; b < a; b++) {
        distances.add(tree.itemDistance(batch.items()[a], batch.items()[b]));
      }
    }
    assertThat(distances).contains(0, 1, CategoryTree.UNRELATED);
  }

  @Property
  void aBatchDependsOnItsNumberAlone(
      @ForAll("trees") CategoryTree tree,
      @ForAll("options") HierarchicalOptions options,
      @ForAll long seed) {
    HierarchicalSampler sampler = sampler(tree, options, seed);
    sampler.startEpoch(3);
    var positions = new ArrayList<SamplerPosition>();
    var batches = new ArrayList<int[]>();
    var batch = new ItemBatch(options.batchSize());
    positions.add(sampler.position());
    while (sampler.next(batch)) {
      batches.add(Arrays.copyOf(batch.items(), batch.size()));
      positions.add(sampler.position());
    }
    assertThat((long) batches.size()).isEqualTo(sampler.batchesPerEpoch());
    HierarchicalSampler other = sampler(tree, options, seed);
    for (int at = batches.size() - 1; at >= 0; at--) {
      other.resume(positions.get(at));
      other.next(batch);
      assertThat(Arrays.copyOf(batch.items(), batch.size())).isEqualTo(batches.get(at));
    }
    other.startEpoch(4);
    other.next(batch);
    assertThat(batch.items()).isNotEqualTo(batches.get(0));
  }

  @Property
  void compositionCountsEveryPair(
      @ForAll("trees") CategoryTree tree, @ForAll("options") HierarchicalOptions options) {
    int batchSize = options.batchSize();
    ItemSampler sampler = new UniformItemSampler(tree.items(), batchSize, 5);
    var composition = new Composition(tree);
    var batch = new ItemBatch(batchSize);
    Map<String, Double> pairs = new HashMap<>();
    double all = 0;
    while (sampler.next(batch)) {
      composition.add(batch);
      for (int a = 0; a < batch.size(); a++) {
        for (int b = 0; b < a; b++) {
          int distance = tree.itemDistance(batch.items()[a], batch.items()[b]);
          String kind =
              distance == CategoryTree.UNRELATED
                  ? "unrelated"
                  : distance == 0 ? "same" : distance == 1 ? "sibling" : "cousin";
          pairs.merge(kind, 1.0, Double::sum);
          all++;
        }
      }
    }
    var report = composition.report();
    assertThat(report.sameLeaf()).isCloseTo(pairs.getOrDefault("same", 0.0) / all, within(1e-12));
    assertThat(report.sibling()).isCloseTo(pairs.getOrDefault("sibling", 0.0) / all, within(1e-12));
    assertThat(report.cousin()).isCloseTo(pairs.getOrDefault("cousin", 0.0) / all, within(1e-12));
    assertThat(report.unrelated())
        .isCloseTo(pairs.getOrDefault("unrelated", 0.0) / all, within(1e-12));
    assertThat(report.itemCoverage())
        .isEqualTo((double) (tree.items() / batchSize * batchSize) / tree.items());
  }

  /** Three branches of one parent each, whose two leaves have 4, 16 and 64 items. */
  private static CategoryTree skewed() {
    var builder = new CategoryTreeBuilder(2 * (4 + 16 + 64));
    int item = 0;
    for (int size : new int[] {4, 16, 64}) {
      for (String leaf : List.of("a", "b")) {
        for (int i = 0; i < size; i++) {
          builder.path(item++, List.of("top" + size, leaf));
        }
      }
    }
    return builder.build();
  }

  @ParameterizedTest
  @EnumSource(ParentChoice.class)
  void parentsAreDrawnByTheirWeight(ParentChoice choice) {
    var tree = skewed();
    var sampler =
        new HierarchicalSampler(
            tree, new HierarchicalOptions(8, 0.5, 2, choice, HierarchicalOptions.UNCAPPED, 0), 1);
    var batch = new ItemBatch(8);
    Map<String, Integer> counts = new HashMap<>();
    int batches = 6000;
    for (int b = 0; b < batches; b++) {
      if (!sampler.next(batch)) {
        sampler.startEpoch(sampler.position().epoch() + 1);
        sampler.next(batch);
      }
      assertThat(batch.parents()).isEqualTo(1);
      counts.merge(tree.name(batch.parent(0)), 1, Integer::sum);
    }
    // Weights of 8, 32 and 128 items.
    double[] weights =
        switch (choice) {
          case UNIFORM -> new double[] {1, 1, 1};
          case SIZE -> new double[] {1, 4, 16};
          case INVERSE_SIZE -> new double[] {16, 4, 1};
          case SQRT_SIZE -> new double[] {1, 2, 4};
        };
    double total = Arrays.stream(weights).sum();
    // Standard error at most sqrt(0.25 / 6000) = 0.0065.
    assertThat(counts.get("top4") / (double) batches).isCloseTo(weights[0] / total, within(0.026));
    assertThat(counts.get("top16") / (double) batches).isCloseTo(weights[1] / total, within(0.026));
    assertThat(counts.get("top64") / (double) batches).isCloseTo(weights[2] / total, within(0.026));
    assertThat(ParentChoice.parse(choice.toString())).isEqualTo(choice);
  }

  @Test
  void reportsItsCompositionInWords() {
    var tree = skewed();
    var sampler = new HierarchicalSampler(tree, HierarchicalOptions.of(16), 1);
    var composition = new Composition(tree);
    var batch = new ItemBatch(16);
    for (int epoch = 0; epoch < 50; epoch++) {
      sampler.startEpoch(epoch);
      while (sampler.next(batch)) {
        composition.add(batch);
      }
    }
    var report = composition.report();
    assertThat(report.batchesLackingAClass()).isZero();
    assertThat(report.relatedItems()).isEqualTo(0.5);
    assertThat(report.farItems()).isEqualTo(0.5);
    assertThat(report.nearItems()).isZero();
    assertThat(report.categoryCoverage()).isEqualTo(1);
    assertThat(report.effectiveCategories()).isBetween(4.0, 6.0);
    assertThat(report.sameLeaf() + report.sibling() + report.cousin() + report.unrelated())
        .isCloseTo(1, within(1e-9));
    assertThat(report.toText())
        .contains("500 batches, 8,000 items drawn")
        .contains("under a parent 50.0 %, near 0.0 %, far 50.0 %")
        .contains("pairs: 0");
  }

  @Test
  void theCapHoldsBackALargeCategory() {
    var tree = skewed();
    var capped =
        new HierarchicalSampler(
            tree, new HierarchicalOptions(20, 0.5, 2, ParentChoice.SIZE, 4, 0), 1);
    var batch = new ItemBatch(20);
    while (capped.next(batch)) {
      Map<Integer, Integer> perCategory = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        perCategory.merge(tree.nodeOf(batch.items()[i]), 1, Integer::sum);
      }
      assertThat(perCategory.values()).allMatch(count -> count <= 4);
    }
  }

  @Test
  void aTreeOfOneBranchNamesTheParent() {
    var tree =
        CategoryTree.of(
            new int[] {-1, 0, 1, 1},
            new String[] {"all", "food", "milk", "bread"},
            IntStream.range(0, 40).map(item -> 2 + item % 2).toArray());
    assertThatThrownBy(() -> new HierarchicalSampler(tree, HierarchicalOptions.of(16), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parent 'all > food' has only 0 items that share no ancestor")
        .hasMessageContaining("needs 8");
  }

  @Test
  void aFlatTreeIsRefused() {
    var tree =
        CategoryTree.of(
            new int[] {-1, -1},
            new String[] {"milk", "bread"},
            IntStream.range(0, 40).map(item -> item % 2).toArray());
    assertThatThrownBy(() -> new HierarchicalSampler(tree, HierarchicalOptions.of(16), 1))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("no batch can hold sibling pairs")
        .hasMessageContaining("'milk'");
  }

  @Test
  void tooFewItemsAreRefused() {
    assertThatThrownBy(() -> new HierarchicalSampler(skewed(), HierarchicalOptions.of(200), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the tree has 168 items with a category");
  }

  @Test
  void everyMistakeIsListed() {
    assertThatThrownBy(() -> new HierarchicalOptions(3, 1, 1, ParentChoice.SIZE, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize is 3; allowed: 6 and up")
        .hasMessageContaining("rho is 1.0")
        .hasMessageContaining("itemsPerSlot is 1")
        .hasMessageContaining("categoryCap is 1")
        .hasMessageContaining("nearShare is NaN");
    assertThatThrownBy(() -> HierarchicalOptions.of(12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 items with rho 0.5 leave 6 places under the parent");
    assertThatThrownBy(() -> ParentChoice.parse("largest"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'largest'; allowed: uniform, size, inverse-size, sqrt-size");
    assertThatThrownBy(() -> new UniformItemSampler(10, 11, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch size 11; allowed: 2..10");
  }
}
