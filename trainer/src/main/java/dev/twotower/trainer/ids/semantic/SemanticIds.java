package dev.twotower.trainer.ids.semantic;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * A code for each item: one number per level, coarse to fine, and if asked for a token that counts
 * the items with the same code in row order.
 *
 * @param sizes codes of each level
 * @param codes rows x levels
 * @param tokens the token of each row, 0 for the first of its code; empty without tokens
 * @param tokenSize values a token may take; items beyond share the last
 */
public record SemanticIds(List<Integer> sizes, int[][] codes, int[] tokens, int tokenSize) {

  /**
   * Codes with tokens.
   *
   * @param tokenSize values a token may take, 0 for no token
   */
  public static SemanticIds of(List<Integer> sizes, int[][] codes, int tokenSize) {
    SemanticIds bare = new SemanticIds(sizes, codes, new int[0], 0);
    if (tokenSize == 0) {
      return bare;
    }
    int[] whole = bare.prefixes(sizes.size());
    int[] seen = new int[codes.length];
    int[] tokens = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      tokens[row] = Math.min(seen[whole[row]]++, tokenSize - 1);
    }
    return new SemanticIds(sizes, codes, tokens, tokenSize);
  }

  public int rows() {
    return codes.length;
  }

  public int levels() {
    return sizes.size();
  }

  /** The row's ID as text: numbers joined by '-', the token last. */
  public String text(int row) {
    StringJoiner text = new StringJoiner("-");
    for (int code : codes[row]) {
      text.add(Integer.toString(code));
    }
    if (tokens.length > 0) {
      text.add(Integer.toString(tokens[row]));
    }
    return text.toString();
  }

  /** Levels two rows share from the first on. */
  int sharedPrefix(int a, int b) {
    int level = 0;
    while (level < levels() && codes[a][level] == codes[b][level]) {
      level++;
    }
    return level;
  }

  /**
   * Numbers of the rows' prefixes of the given length, from 0 in order of first rows: equal
   * prefixes have equal numbers.
   */
  int[] prefixes(int length) {
    int[] numbers = new int[rows()];
    for (int level = 0; level < length; level++) {
      int current = level;
      numbers = numbered(numbers, IntStream.range(0, rows()).map(row -> codes[row][current]));
    }
    return numbers;
  }

  /** As {@link #prefixes} for the whole ID, token included. */
  int[] wholes() {
    int[] codesAlone = prefixes(levels());
    return tokens.length == 0 ? codesAlone : numbered(codesAlone, IntStream.of(tokens));
  }

  private static int[] numbered(int[] first, IntStream second) {
    Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
    int[] next = second.toArray();
    for (int row = 0; row < next.length; row++) {
      int fresh = numbers.size();
      next[row] = numbers.computeIfAbsent((long) first[row] << 32 | next[row], added -> fresh);
    }
    return next;
  }

  /** Rows in the order of their codes, so that rows of one prefix are adjacent. */
  int[] ordered() {
    return IntStream.range(0, rows())
        .boxed()
        .sorted((a, b) -> Arrays.compare(codes[a], codes[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
