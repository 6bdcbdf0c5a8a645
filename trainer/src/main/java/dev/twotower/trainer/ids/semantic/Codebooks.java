package dev.twotower.trainer.ids.semantic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a level's codes are used.
 *
 * @param level from 1
 * @param size codes there are
 * @param used codes that some item has at this level
 * @param utilisation used / size
 * @param perplexity exponential of the entropy of the codes' shares: the number of equally used
 *     codes with the same entropy
 */
public record Codebooks(int level, int size, int used, double utilisation, double perplexity) {
  static List<Codebooks> of(SemanticIds ids) {
    List<Codebooks> levels = new ArrayList<>();
    for (int level = 0; level < ids.levels(); level++) {
      int[] counts = new int[ids.sizes().get(level)];
      for (int[] code : ids.codes()) {
        counts[code[level]]++;
      }
      int used = (int) Arrays.stream(counts).filter(count -> count > 0).count();
      double entropy = 0;
      for (int count : counts) {
        double share = (double) count / ids.rows();
        entropy -= count == 0 ? 0 : share * Math.log(share);
      }
      levels.add(
          new Codebooks(
              level + 1, counts.length, used, (double) used / counts.length, Math.exp(entropy)));
    }
    return levels;
  }
}
