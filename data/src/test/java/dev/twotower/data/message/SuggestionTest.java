package dev.twotower.data.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name that is meant; of two, the one fewer slips away. */
class SuggestionTest {
  private static final List<String> KNOWN = List.of("item", "title", "batchSize", "no-identity");

  @ParameterizedTest
  @CsvSource({
    "titel, title",
    "itme, item",
    "batch-size, batchSize",
    "batchsze, batchSize",
    "no-identiyt, no-identity",
    "tree, ''",
    "price, ''"
  })
  void neighboursThatChangedPlacesAreOneSlip(String given, String meant) {
    assertThat(Suggestion.nearest(given, KNOWN).orElse("")).isEqualTo(meant);
  }
}
