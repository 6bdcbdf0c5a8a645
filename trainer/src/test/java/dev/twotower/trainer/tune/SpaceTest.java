package dev.twotower.trainer.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.config.RunConfig;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final RunConfig BASE = RunConfig.defaults();

  @Test
  void everyValueIsDrawnAndIsASetting() {
    Space space = Space.of(BASE, Set.of(), 100_000, 5_000);
    space
        .values()
        .forEach(
            (key, values) -> {
              for (String value : values) {
                assertThat(BASE.with(key + "=" + value)).isNotNull();
              }
            });
    for (String key : space.keys()) {
      assertThat(java.util.stream.IntStream.range(1, 300).mapToObj(n -> space.draw(1, n).get(key)))
          .as(key)
          .containsAll(space.values().get(key));
    }
  }

  @Test
  void aDrawDependsOnItsNumberAndOnNothingElseThatIsSearched() {
    Map<String, String> all = Space.of(BASE, Set.of(), 100_000, 5_000).draw(1, 5);
    Map<String, String> fewer = Space.of(BASE, Set.of("dim"), 100_000, 5_000).draw(1, 5);
    assertThat(fewer).doesNotContainKey("dim");
    assertThat(all).containsAllEntriesOf(fewer);
    assertThat(Space.of(BASE, Set.of(), 100_000, 5_000).draw(2, 5)).isNotEqualTo(all);
  }

  @Test
  void sizesFitTheLog() {
    Space tiny = Space.of(BASE, Set.of(), 900, 200);
    assertThat(tiny.values().get("batchSize")).containsExactly("8", "16", "32", "64", "128");
    assertThat(tiny.keys()).doesNotContain("loss.uniform");
    assertThat(Space.of(BASE, Set.of(), 10_000_000, 200).values().get("batchSize"))
        .containsExactly("512", "1024", "2048", "4096", "8192");
  }

  /** Above 2 / log(5,000) = 0.23, a top-k temperature of 2 pushes positives away. */
  @Test
  void temperaturesFitTheFormOfTheLoss() {
    RunConfig topK = BASE.with("loss.form=top-k", "loss.topK.temperature=2");
    assertThat(Space.of(topK, Set.of(), 100_000, 5_000).values().get("loss.temperature"))
        .containsExactly("0.05", "0.07", "0.1", "0.14", "0.2");
    assertThat(Space.of(BASE, Set.of(), 100_000, 5_000).values().get("loss.temperature"))
        .contains("0.28", "0.4");
  }

  @Test
  void theDenseRateIsSearchedWhereThereIsSomethingDense() {
    assertThat(Space.of(BASE, Set.of(), 900, 200).keys()).doesNotContain("optimizer.learningRate");
    assertThat(Space.of(BASE.with("item.hidden=[8]"), Set.of(), 900, 200).keys())
        .contains("optimizer.learningRate");
  }
}
