package dev.twotower.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.sampling.tree.HierarchicalOptions;
import dev.twotower.data.sampling.tree.ParentChoice;
import dev.twotower.trainer.config.TreeConfig.Batches;
import org.junit.jupiter.api.Test;

class TreeConfigTest {
  private static TreeConfig config(int batchSize, int cap, double coEngagement, Batches batches) {
    return new TreeConfig(
        0.1,
        batchSize,
        0.1,
        "1/0.5/0",
        batches,
        0.5,
        4,
        ParentChoice.SIZE,
        cap,
        0.25,
        coEngagement,
        1,
        0);
  }

  @Test
  void aBatchIsSharedBetweenTreeAndPairs() {
    assertThat(config(256, 0, 0, Batches.HIERARCHICAL).byTree()).isEqualTo(256);
    assertThat(config(256, 0, 0.25, Batches.HIERARCHICAL).byTree()).isEqualTo(192);
    assertThat(config(255, 0, 0.5, Batches.RANDOM).byTree()).isEqualTo(127);
    assertThat(config(256, 0, 1, Batches.HIERARCHICAL).byTree()).isZero();
    assertThat(config(255, 0, 1, Batches.RANDOM).byTree()).isZero();
  }

  @Test
  void describesHierarchicalBatches() {
    assertThat(config(256, 0, 0.5, Batches.HIERARCHICAL).hierarchical())
        .isEqualTo(
            new HierarchicalOptions(
                128, 0.5, 4, ParentChoice.SIZE, HierarchicalOptions.UNCAPPED, 0.25));
    assertThat(config(256, 9, 0, Batches.HIERARCHICAL).hierarchical().categoryCap()).isEqualTo(9);
  }

  @Test
  void listsEverythingThatIsWrong() {
    assertThatThrownBy(
            () ->
                new TreeConfig(
                    Double.NaN,
                    2,
                    0,
                    "0.5/1",
                    Batches.RANDOM,
                    1,
                    1,
                    ParentChoice.SIZE,
                    1,
                    -0.1,
                    1.1,
                    0,
                    2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("lambda: received NaN")
        .hasMessageContaining("batchSize: received 2; allowed: whole number from 6")
        .hasMessageContaining("temperature: received 0.0")
        .hasMessageContaining("schedule: schedule is '0.5/1'; allowed: weights")
        .hasMessageContaining("rho: received 1.0; allowed: number above 0 and at most 0.99")
        .hasMessageContaining("itemsPerSlot: received 1")
        .hasMessageContaining("categoryCap: received 1; allowed: 0 for no limit, or 2 and up")
        .hasMessageContaining("nearShare: received -0.1")
        .hasMessageContaining("coEngagement: received 1.1")
        .hasMessageContaining("coEngagementWeight: received 0.0")
        .hasMessageContaining("mislabelled: received 2.0");
  }

  @Test
  void saysWhenSettingsTogetherLeaveNoRoom() {
    assertThatThrownBy(() -> config(16, 0, 0.5, Batches.HIERARCHICAL))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("8 items with rho 0.5 leave 4 places under the parent");
    assertThat(config(16, 0, 0.5, Batches.RANDOM).byTree()).isEqualTo(8);
  }
}
