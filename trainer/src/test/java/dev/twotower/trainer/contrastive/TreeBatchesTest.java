package dev.twotower.trainer.contrastive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.data.sampling.tree.ParentChoice;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.TreeConfig;
import dev.twotower.trainer.config.TreeConfig.Batches;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeBatchesTest {
  private static final int ITEMS = 240;
  private static final int REQUESTS = 60;

  /** Four branches of three leaves; leaf l of branch b is node 4 + 3 b + l, with 20 items. */
  private static final CategoryTree TREE =
      CategoryTree.of(
          IntStream.range(0, 16).map(node -> node < 4 ? -1 : (node - 4) / 3).toArray(),
          IntStream.range(0, 16).mapToObj(node -> "c" + node).toArray(String[]::new),
          IntStream.range(0, ITEMS).map(item -> 4 + item % 12).toArray());

  @TempDir private Path folder;
  private Dataset data;

  /** Request r holds items 3 r to 3 r + 2 and nothing else, so co-engaged pairs are known. */
  @BeforeEach
  void writeData() {
    DatasetBuilder builder = new DatasetBuilder().items(ITEMS);
    for (int request = 0; request < REQUESTS; request++) {
      for (int row = 0; row < 3; row++) {
        builder.row(Split.TRAIN, request / 2, 3 * request + row, request, request);
      }
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  private static TreeConfig config(Batches batches, double coEngagement, double mislabelled) {
    return new TreeConfig(
        1,
        64,
        0.1,
        "1/0.5/0",
        batches,
        0.5,
        4,
        ParentChoice.UNIFORM,
        0,
        0,
        coEngagement,
        0.75,
        mislabelled);
  }

  private TreeBatches batches(TreeConfig config, long seed) {
    return new TreeBatches(config, TREE, Optional.of(data.interactions(Split.TRAIN)), seed);
  }

  @ParameterizedTest
  @CsvSource({"HIERARCHICAL, 0", "RANDOM, 0", "HIERARCHICAL, 0.5", "RANDOM, 0.25", "RANDOM, 1"})
  void aBatchDependsOnSeedAndNumberAlone(Batches kind, double coEngagement) {
    TreeConfig config = config(kind, coEngagement, 0);
    TreeBatches forwards = batches(config, 7);
    TreeBatches backwards = batches(config, 7);
    TreeBatches other = batches(config, 8);
    TreeBatch[] batch = IntStream.range(0, 12).mapToObj(forwards::at).toArray(TreeBatch[]::new);
    boolean differs = false;
    for (int number = 11; number >= 0; number--) {
      TreeBatch again = backwards.at(number);
      assertThat(again.items()).isEqualTo(batch[number].items());
      for (int i = 0; i < again.items().length; i++) {
        for (int j = 0; j < again.items().length; j++) {
          assertThat(again.targets().weight(i, j)).isEqualTo(batch[number].targets().weight(i, j));
        }
      }
      differs |= !Arrays.equals(other.at(number).items(), again.items());
    }
    assertThat(differs).isTrue();
  }

  /** Pairs of a request weigh 0.75 at least, all others what the tree says. */
  @ParameterizedTest
  @CsvSource({"HIERARCHICAL, 0.5", "RANDOM, 0.25", "RANDOM, 0"})
  void targetsComeFromTheTreeAndRaisedByRequests(Batches kind, double coEngagement) {
    TreeBatches batches = batches(config(kind, coEngagement, 0), 3);
    int raised = 0;
    for (int number = 0; number < 8; number++) {
      TreeBatch batch = batches.at(number);
      int[] items = batch.items();
      assertThat(items).doesNotHaveDuplicates();
      assertThat(items).hasSizeBetween(40, 64);
      for (int i = 0; i < items.length; i++) {
        for (int j = 0; j < items.length; j++) {
          float weight = batch.targets().weight(i, j);
          float expected = tree(items[i], items[j]);
          if (i == j || weight == expected) {
            continue;
          }
          assertThat(items[i] / 3).isEqualTo(items[j] / 3);
          assertThat(weight).isEqualTo(0.75f).isGreaterThan(expected);
          raised++;
        }
      }
    }
    assertThat(raised > 0).isEqualTo(coEngagement > 0);
  }

  private static float tree(int a, int b) {
    return switch (TREE.itemDistance(a, b)) {
      case 0 -> 1;
      case 1 -> 0.5f;
      default -> 0;
    };
  }

  @Test
  void coEngagementAloneLeavesTheTreeOut() {
    TreeBatches batches = batches(config(Batches.HIERARCHICAL, 1, 0), 3);
    for (int number = 0; number < 4; number++) {
      TreeBatch batch = batches.at(number);
      int[] items = batch.items();
      // 32 pairs of 60 requests with 3 items each.
      assertThat(items).hasSizeBetween(20, 64);
      for (int i = 0; i < items.length; i++) {
        boolean partner = false;
        for (int j = 0; j < items.length; j++) {
          float weight = batch.targets().weight(i, j);
          partner |= weight > 0;
          assertThat(weight).isIn(-1f, 0f, 0.75f);
          assertThat(weight == 0.75f && items[i] / 3 != items[j] / 3).isFalse();
        }
        assertThat(partner).isTrue();
      }
    }
  }

  @Test
  void reportsWhatTheBatchesSinceTheLastReportWereMadeOf() {
    TreeBatches hierarchical = batches(config(Batches.HIERARCHICAL, 0, 0), 3);
    TreeBatches random = batches(config(Batches.RANDOM, 0, 0), 3);
    for (int number = 0; number < 30; number++) {
      hierarchical.at(number);
      random.at(number);
    }
    Composition.Report drawn = hierarchical.report();
    assertThat(drawn.batches()).isEqualTo(30);
    assertThat(drawn.items()).isEqualTo(30 * 64);
    assertThat(drawn.batchesLackingAClass()).isZero();
    assertThat(drawn.categoryCoverage()).isEqualTo(1);
    // A twelfth of random pairs is of one leaf; a parent's share of half raises that.
    Composition.Report chance = random.report();
    assertThat(chance.sameLeaf()).isBetween(0.06, 0.1);
    assertThat(drawn.sibling()).isGreaterThan(1.2 * chance.sibling());
    assertThat(hierarchical.report().batches()).isZero();
    for (int number = 0; number < 30; number++) {
      hierarchical.count(number);
    }
    assertThat(hierarchical.report()).isEqualTo(drawn);
  }

  @Test
  void mislabelledItemsAreDrawnAndWeighedByTheirWrongCategory() {
    TreeBatches batches = batches(config(Batches.RANDOM, 0, 0.4), 5);
    CategoryTree wrong = Mislabelling.of("tree.mislabelled", TREE, 0.4, 5);
    TreeBatch batch = batches.at(0);
    int differences = 0;
    for (int i = 0; i < batch.items().length; i++) {
      for (int j = 0; j < i; j++) {
        int a = batch.items()[i];
        int b = batch.items()[j];
        boolean same = wrong.nodeOf(a) == wrong.nodeOf(b);
        assertThat(batch.targets().weight(i, j) == 1).isEqualTo(same);
        differences += same == (TREE.nodeOf(a) == TREE.nodeOf(b)) ? 0 : 1;
      }
    }
    assertThat(differences).isPositive();
  }

  @Test
  void saysWhatIsMissingForCoEngagement() {
    TreeConfig config = config(Batches.RANDOM, 0.5, 0);
    assertThatThrownBy(() -> new TreeBatches(config, TREE, Optional.empty(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tree.coEngagement is 0.5")
        .hasMessageContaining("allowed here: 0");
    DatasetBuilder single = new DatasetBuilder().items(ITEMS);
    for (int row = 0; row < 50; row++) {
      single.row(Split.TRAIN, row, row, row, row);
    }
    try (Dataset lonely = single.write(folder.resolve("lonely"))) {
      TreeBatches batches =
          new TreeBatches(config, TREE, Optional.of(lonely.interactions(Split.TRAIN)), 1);
      assertThatThrownBy(() -> batches.at(0))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("two different items")
          .hasMessageContaining("--session-gap");
    }
  }

  @Test
  void refusesBatchesTheTreeCannotFill() {
    TreeConfig large =
        new TreeConfig(
            1, 512, 0.1, "1/0.5/0", Batches.RANDOM, 0.5, 4, ParentChoice.UNIFORM, 0, 0, 0, 1, 0);
    assertThatThrownBy(() -> batches(large, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tree.batchSize")
        .hasMessageContaining("512")
        .hasMessageContaining("240");
  }
}
