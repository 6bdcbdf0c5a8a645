package dev.twotower.trainer.ids.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

class AgreementTest {
  /** Two departments, 0 and 1, with two shelves each, 2 and 3, 4 and 5. */
  private static CategoryTree tree(int... leaf) {
    return CategoryTree.of(
        new int[] {-1, -1, 0, 0, 1, 1}, new String[] {"a", "b", "aa", "ab", "ba", "bb"}, leaf);
  }

  private static Agreement first(int[] codes, CategoryTree tree, int treeLevel) {
    int[][] rows = Arrays.stream(codes).mapToObj(code -> new int[] {code}).toArray(int[][]::new);
    return Agreement.of(SemanticIds.of(List.of(8), rows, 0), tree).stream()
        .filter(each -> each.treeLevel() == treeLevel)
        .findFirst()
        .orElseThrow();
  }

  @Example
  void codesThatAreTheCategoriesAgreeFully() {
    Agreement agreement = first(new int[] {7, 7, 3, 3}, tree(2, 3, 4, 5), 1);
    assertThat(agreement.normalisedMutualInformation()).isCloseTo(1, within(1e-12));
    assertThat(agreement.purity()).isEqualTo(1);
  }

  @Example
  void codesThatSayNothingOfTheCategoriesDoNotAgree() {
    Agreement agreement = first(new int[] {0, 1, 0, 1}, tree(2, 3, 4, 5), 1);
    assertThat(agreement.normalisedMutualInformation()).isZero();
    assertThat(agreement.purity()).isEqualTo(0.5);
  }

  @Example
  void aSmallCaseByHand() {
    // Code 0: department a twice; code 1: a once, b once. In nats:
    // H(code) = ln 2, H(department) = -3/4 ln 3/4 - 1/4 ln 1/4, H(both) = 1/2 ln 2 + 2/4 ln 4
    Agreement agreement = first(new int[] {0, 0, 1, 1}, tree(2, 3, 2, 4), 1);
    double department = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    double information = Math.log(2) + department - 1.5 * Math.log(2);
    assertThat(agreement.normalisedMutualInformation())
        .isCloseTo(2 * information / (Math.log(2) + department), within(1e-12));
    assertThat(agreement.purity()).isEqualTo(0.75);
  }

  @Example
  void itemsThatLieHigherThanALevelAreLeftOut() {
    // The last two items hang on department b itself.
    Agreement shelves = first(new int[] {0, 1, 2, 3}, tree(2, 3, 1, 1), 2);
    assertThat(shelves.items()).isEqualTo(2);
    assertThat(shelves.normalisedMutualInformation()).isCloseTo(1, within(1e-12));
    assertThat(first(new int[] {0, 1, 2, 3}, tree(2, 3, 1, 1), 1).items()).isEqualTo(4);
  }

  @Property(tries = 30)
  void namesOfCodesDoNotMatter(@ForAll @IntRange(max = 1000) int seed) {
    UniformRandomProvider random = Streams.stream(seed, "agreement-test");
    int[] codes = new int[50];
    int[] leaf = new int[50];
    for (int item = 0; item < 50; item++) {
      codes[item] = random.nextInt(8);
      leaf[item] = 2 + random.nextInt(4);
    }
    int[] other = PermutationSampler.natural(8);
    PermutationSampler.shuffle(random, other);
    int[] renamed = Arrays.stream(codes).map(code -> other[code]).toArray();
    Agreement one = first(codes, tree(leaf), 2);
    Agreement two = first(renamed, tree(leaf), 2);
    assertThat(one.normalisedMutualInformation())
        .isBetween(0.0, 1.0)
        .isCloseTo(two.normalisedMutualInformation(), within(1e-12));
    assertThat(one.purity()).isEqualTo(two.purity());
  }
}
