package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.TextWords;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTokensTest {
  private static final BigInteger MASK = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  @Test
  void wordsAreLettersAndDigitsInLowerCaseOnceEach() {
    assertThat(TextWords.of("Café-Crème 2%, café")).containsExactly("café", "crème", "2");
    assertThat(TextWords.of(null)).isEmpty();
    assertThat(TextWords.of(" ?! ")).isEmpty();
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

  /** Exported models depend on it, so it must stay what docs/serving.md says. */
  @ParameterizedTest
  @ValueSource(strings = {"organic", "a", "caf\u00e9", "2000"})
  void bucketsAreThoseThatServingDocuments(String word) {
    BigInteger hashed = mix(BigInteger.ZERO);
    for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
      hashed = mix(hashed.xor(BigInteger.valueOf(each & 0xff)));
    }
    assertThat(NameTokens.bucket(word, 8191))
        .isEqualTo(hashed.mod(BigInteger.valueOf(8191)).intValue());
  }

  private static BigInteger mix(BigInteger value) {
    BigInteger z = value.add(new BigInteger("9E3779B97F4A7C15", 16)).and(MASK);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("BF58476D1CE4E5B9", 16)).and(MASK);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94D049BB133111EB", 16)).and(MASK);
    return z.xor(z.shiftRight(31));
  }

  private static List<Integer> set(int[] codes) {
    return Arrays.stream(codes).boxed().collect(Collectors.toList());
  }
}
