package dev.twotower.eval.ranking;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The users evaluated, cut by training rows (package description).
 *
 * @param trainRows training rows of each
 * @param earlier whether the vector of the user at a position comes from an earlier model alone;
 *     empty where the model continues none
 */
record UserSlices(long[] trainRows, Optional<IntPredicate> earlier) {
  /** By name, whether the user at a position belongs to the slice; each belongs to one. */
  Map<String, IntPredicate> named() {
    Map<String, IntPredicate> named = new LinkedHashMap<>();
    long median = median();
    IntPredicate known = earlier.orElse(position -> false);
    named.put("users:light", i -> trainRows[i] > 0 && trainRows[i] <= median);
    named.put("users:heavy", i -> trainRows[i] > median);
    named.put("users:new", i -> trainRows[i] == 0 && !known.test(i));
    if (earlier.isPresent()) {
      named.put("users:earlier", i -> trainRows[i] == 0 && known.test(i));
    }
    return named;
  }

  /** Of those that have rows. */
  private long median() {
    long[] sorted = Arrays.stream(trainRows).filter(count -> count > 0).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
  }
}
