package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.FeatureColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NameTokensTest {
  @Test
  void wordsAreLettersAndDigitsInLowerCaseOnceEach() {
    assertThat(NameTokens.tokens("Café-Crème 2%, café")).containsExactly("café", "crème", "2");
    assertThat(NameTokens.tokens(null)).isEmpty();
    assertThat(NameTokens.tokens(" ?! ")).isEmpty();
  }

  @Test
  void equalWordsShareACodeWhereverTheyAre() {
    FeatureColumn tokens =
        NameTokens.feature(Arrays.asList("red apple", "green apple", null, "Red"), 1 << 16);
    assertThat(tokens.cardinality()).isEqualTo((1 << 16) + 1);
    assertThat(set(tokens.codes(0))).hasSize(2).doesNotContain(0);
    assertThat(set(tokens.codes(3))).hasSize(1).isSubsetOf(set(tokens.codes(0)));
    assertThat(set(tokens.codes(0))).containsAnyElementsOf(set(tokens.codes(1)));
    assertThat(tokens.codes(2)).isEmpty();
    assertThat(tokens.text(tokens.codes(3)[0])).isEqualTo("red");
  }

  @Test
  void fewBucketsHoldAllWords() {
    FeatureColumn tokens = NameTokens.feature(List.of("a b c d e f g h"), 2);
    assertThat(set(tokens.codes(0))).isSubsetOf(1, 2);
    assertThat(tokens.codes(0)).doesNotHaveDuplicates();
  }

  private static List<Integer> set(int[] codes) {
    return Arrays.stream(codes).boxed().collect(Collectors.toList());
  }
}
