package dev.twotower.data.imports;

import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.message.Amount;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Features of categories that hold numbers, nearly another one each time. */
final class NumberedCategories {
  /** Below so many values, that each has its own says nothing. */
  private static final int LEAST_VALUES = 20;

  /** From so many of ten values that occur once, a feature of categories tells nothing apart. */
  private static final int SINGLE_OF_TEN = 9;

  private NumberedCategories() {}

  /**
   * A hint at what such a feature may be meant to be.
   *
   * @param role {@code item} or {@code user}
   * @param texts the feature's value of each, null for none
   */
  static Optional<String> note(String role, FeatureOption option, List<String> texts) {
    long present = texts.stream().filter(Objects::nonNull).count();
    if (option.kind() != FeatureKind.CATEGORICAL || present < LEAST_VALUES) {
      return Optional.empty();
    }
    Set<String> distinct = new HashSet<>(texts);
    distinct.remove(null);
    if (10L * distinct.size() < SINGLE_OF_TEN * present
        || !distinct.stream().allMatch(text -> Float.isFinite(FeatureNumbers.parse(text)))) {
      return Optional.empty();
    }
    return Optional.of(
        "%1$s feature '%2$s': %3$s of %4$s are categories of their own, and all are numbers; if their size tells something, give --%1$s-feature numeric:COLUMN"
            .formatted(
                role,
                option.name(),
                Amount.of(distinct.size(), "value"),
                Amount.of(present, role)));
  }
}
