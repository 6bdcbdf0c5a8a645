package dev.twotower.trainer.ids.quantize;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How often each code was used since the last {@link #clear}. */
final class CodeUse {
  private final long[][] counts;
  private long items;

  CodeUse(List<Integer> sizes) {
    counts = new long[sizes.size()][];
    Arrays.setAll(counts, level -> new long[sizes.get(level)]);
  }

  /** Counts a batch's codes, level by level. */
  void add(int[][] codes) {
    for (int level = 0; level < codes.length; level++) {
      for (int code : codes[level]) {
        counts[level][code]++;
      }
    }
    items += codes[0].length;
  }

  /** Codes used less than {@code share} of what they would be if all were used alike. */
  int[] rare(int level, double share) {
    double least = share * items / counts[level].length;
    return IntStream.range(0, counts[level].length)
        .filter(code -> counts[level][code] < least)
        .toArray();
  }

  /** Share of a level's codes that were used. */
  double utilisation(int level) {
    long used = Arrays.stream(counts[level]).filter(count -> count > 0).count();
    return (double) used / counts[level].length;
  }

  void clear() {
    items = 0;
    for (long[] level : counts) {
      Arrays.fill(level, 0);
    }
  }
}
