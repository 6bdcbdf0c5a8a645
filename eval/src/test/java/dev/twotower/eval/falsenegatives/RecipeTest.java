package dev.twotower.eval.falsenegatives;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecipeTest {
  @Test
  void readsLargeLogsInPiecesOfEightRowsAndSmallOnesInShorter() {
    assertThat(Recipe.of(1_000_000, 100, 40_000, false))
        .isEqualTo(new Recipe(Recipe.layout(4096), Recipe.masks(false, 100, 40_000), 4096));
    assertThat(Recipe.of(1_000_000, 100, 40_000, false).arm())
        .isEqualTo("requests:100000:8/identity+engaged");
    assertThat(Recipe.of(1_000_000, 100, 40_000, true).arm())
        .isEqualTo("requests:100000:8/identity+user");
    assertThat(Recipe.of(2_500, 20, 300, false))
        .extracting(Recipe::arm, Recipe::batchSize)
        .containsExactly("requests:100000:2/identity+engaged", 128);
    assertThat(Recipe.of(60, 5, 30, false))
        .extracting(Recipe::arm, Recipe::batchSize)
        .containsExactly("requests:100000:1/identity+engaged", 32);
  }

  @Test
  void keepsNegativesWhereUsersHadHalfOfTheItems() {
    assertThat(Recipe.of(5_000, 49, 100, false).arm()).endsWith("/identity+engaged");
    assertThat(Recipe.of(5_000, 50, 100, false).arm()).endsWith("/identity+user");
  }
}
