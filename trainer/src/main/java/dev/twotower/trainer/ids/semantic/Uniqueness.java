package dev.twotower.trainer.ids.semantic;

import java.util.stream.IntStream;

/**
 * How well IDs tell items apart.
 *
 * @param codes share of items whose code no other item has
 * @param ids share of items whose code and token no other item has
 * @param largest number of items with the most common code
 */
public record Uniqueness(double codes, double ids, int largest) {
  static Uniqueness of(SemanticIds all) {
    int[] codeCounts = counts(all.prefixes(all.levels()));
    int[] idCounts = counts(all.wholes());
    return new Uniqueness(
        alone(codeCounts, all.rows()),
        alone(idCounts, all.rows()),
        IntStream.of(codeCounts).max().orElse(0));
  }

  private static int[] counts(int[] numbers) {
    int[] counts = new int[numbers.length];
    for (int number : numbers) {
      counts[number]++;
    }
    return counts;
  }

  private static double alone(int[] counts, int rows) {
    return rows == 0 ? 1 : (double) IntStream.of(counts).filter(n -> n == 1).count() / rows;
  }
}
