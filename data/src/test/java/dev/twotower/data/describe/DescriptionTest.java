package dev.twotower.data.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionTest {
  @TempDir Path folder;

  /** Two users, three items of which one is never trained on, three requests. */
  private Dataset small() {
    return new DatasetBuilder()
        .row(Split.TRAIN, 0, 0, 0, 10)
        .row(Split.TRAIN, 0, 1, 0, 11)
        .row(Split.TRAIN, 0, 0, 1, 20)
        .row(Split.TRAIN, 1, 0, 2, 30)
        .row(Split.TEST, 1, 2, 2, 31)
        .tree(new int[] {-1, 0, 0}, List.of("all", "a", "b"), new int[] {1, 1, -1})
        .write(folder.resolve("data"));
  }

  @Test
  void saysHowOftenItHasRead() {
    List<Integer> passes = new ArrayList<>();
    List<Integer> sizes = List.of(2, 4);
    try (Dataset data = small()) {
      Description.of(data, sizes, passes::add, Clock.systemUTC());
    }
    assertThat(passes).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(Description.passes(sizes)).isEqualTo(8);
  }

  @Test
  void saysWhenTheRowsAreAndWhatComesOnce() {
    long day = 86_400_000_000L;
    try (Dataset data =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 0, 0, 0)
            .row(Split.TRAIN, 0, 0, 1, 2 * day)
            .row(Split.TRAIN, 1, 1, 2, 3 * day + 1)
            .row(Split.TEST, 0, 2, 1, 2 * day + 60_000_000)
            .write(folder.resolve("data"))) {
      Description description = Description.of(data, List.of());
      assertThat(description.times())
          .isEqualTo(
              new Times(
                  "1970-01-01T00:00:00Z",
                  "1970-01-04T00:00:00.000001Z",
                  4,
                  new Spread(3, 4 / 3.0, 1, 1, 1, 1, 2, 2, 2, 2),
                  "1970-01-03",
                  List.of(1L, 0L, 2L, 1L)));
      assertThat(description.once()).isEqualTo(new Description.Once(1, 2, 2));
      assertThat(description.repeats())
          .as("1 of 3 training rows")
          .isCloseTo(1 / 3.0, within(1e-15));
      assertThat(description.notes()).isEmpty();
    }
  }

  @Test
  void countsByHand() {
    try (Dataset data = small()) {
      var description = Description.of(data, List.of(2, 4, 100));
      assertThat(description.splits().get("train"))
          .isEqualTo(new Description.SplitCounts(4, 2, 2, 3));
      assertThat(description.splits().get("validation"))
          .isEqualTo(new Description.SplitCounts(0, 0, 0, 0));
      assertThat(description.splits().get("test"))
          .isEqualTo(new Description.SplitCounts(1, 1, 1, 1));
      // 3 distinct pairs of 2 x 3.
      assertThat(description.sparsity()).isEqualTo(0.5);
      assertThat(description.rowsPerUser().mean()).isEqualTo(2);
      assertThat(description.rowsPerUser().max()).isEqualTo(3);
      assertThat(description.requestsPerUser().max()).isEqualTo(2);
      assertThat(description.rowsPerRequest())
          .isEqualTo(new Spread(3, 4 / 3.0, 1, 1, 1, 1, 2, 2, 2, 2));
      assertThat(description.popularity().itemsWithoutRows()).isEqualTo(1);
      // Rows 0, 1, 3 of three items: the top one has 3 of 4.
      assertThat(description.popularity().topPercentShare()).isEqualTo(0.75);
      assertThat(description.popularity().gini()).isCloseTo(0.5, within(1e-12));
      assertThat(description.tree().leaves()).isEqualTo(2);
      assertThat(description.tree().nodesPerLevel()).containsExactly(2);
      assertThat(description.tree().itemsWithoutCategory()).isEqualTo(1);
      assertThat(description.tree().findings()).hasSize(2);
      // Two layouts, two mask sets, and two of the three batch sizes fit.
      assertThat(description.expected()).hasSize(8);
    }
  }

  @Test
  void isReadyForJson() throws Exception {
    try (Dataset data = small()) {
      var json = JsonMapper.builder().build().valueToTree(Description.of(data, List.of(2)));
      assertThat(json.at("/splits/train/rows").asLong()).isEqualTo(4);
      assertThat(json.at("/rowsPerUser/median").asLong()).isEqualTo(1);
      assertThat(json.at("/expected/0/layout").asText()).isEqualTo("iid");
      assertThat(json.at("/expected/0/falseNegativeRate").isNumber()).isTrue();
      assertThat(json.at("/tree/depth").asInt()).isEqualTo(1);
    }
  }

  @Test
  void refusesABatchOfOne() {
    try (Dataset data = small()) {
      assertThatThrownBy(() -> Description.of(data, List.of(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("batch size 1");
    }
  }
}
