package dev.twotower.trainer.ids.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodebooksTest {
  @Test
  void countsUsedCodesAndHowEvenlyTheyAreUsed() {
    int[][] codes = {{0, 1}, {1, 1}, {2, 1}, {3, 0}};
    List<Codebooks> levels = Codebooks.of(SemanticIds.of(List.of(4, 4), codes, 0));
    assertThat(levels.get(0).utilisation()).isEqualTo(1);
    assertThat(levels.get(0).perplexity()).isCloseTo(4, within(1e-12));
    assertThat(levels.get(1).used()).isEqualTo(2);
    assertThat(levels.get(1).utilisation()).isEqualTo(0.5);
    // Shares 3/4 and 1/4: e^H = (4/3)^(3/4) 4^(1/4)
    assertThat(levels.get(1).perplexity())
        .isCloseTo(Math.pow(4.0 / 3, 0.75) * Math.pow(4, 0.25), within(1e-12));
  }
}
