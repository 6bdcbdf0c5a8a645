package dev.twotower.trainer.rounds;

import dev.twotower.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a part's change of a row counts when changes are added under Adagrad. A part divides its
 * gradients by the root of the squares that it has seen itself; one worker would have seen those of
 * all parts. With a the accumulator before the round and b_p a part's increase, a change counts
 *
 * <pre>
 *   sqrt((a + b_p) / (a + sum of b))
 * </pre>
 *
 * which is 1 where one part alone touched the row, near 1 once a is large, and in the first round,
 * where a is 0, keeps P equal changes from adding up to P times the step that Adagrad allows.
 */
final class AdagradShares {
  static final String ACCUMULATOR = ".optimizer.accumulator";

  private final List<float[]> ofParts;

  private AdagradShares(List<float[]> ofParts) {
    this.ofParts = ofParts;
  }

  /**
   * Reads the accumulators of a table's rows; empty where it has none.
   *
   * @param tables as they were before the round
   * @param changes of the parts that trained, in their order
   */
  static Optional<AdagradShares> of(Path tables, String table, List<Path> changes)
      throws IOException {
    String accumulator = table + ACCUMULATOR;
    if (!SafetensorsFile.names(tables).contains(accumulator)) {
      return Optional.empty();
    }
    float[][] before = SafetensorsFile.read(tables, accumulator);
    double[] after = new double[before.length];
    for (int row = 0; row < after.length; row++) {
      after[row] = before[row][0];
    }
    List<Part> parts = new ArrayList<>();
    for (Path change : changes) {
      Part part = new Part();
      Touched.read(change, Set.of(accumulator), part);
      part.values.forEach((row, value) -> after[row] += value - before[row][0]);
      parts.add(part);
    }
    List<float[]> shares = new ArrayList<>();
    for (Part part : parts) {
      float[] of = new float[part.values.size()];
      int at = 0;
      for (Map.Entry<Integer, Float> row : part.values.entrySet()) {
        double all = after[row.getKey()];
        of[at++] = all > 0 ? (float) Math.sqrt(row.getValue() / all) : 1;
      }
      shares.add(of);
    }
    return Optional.of(new AdagradShares(shares));
  }

  /**
   * Shares of the rows that a part touched, in their order.
   *
   * @param part its place among those that trained
   */
  float[] of(int part) {
    return ofParts.get(part);
  }

  /** A part's accumulators by row, ascending. */
  private static final class Part implements Touched.Reader {
    private final Map<Integer, Float> values = new LinkedHashMap<>();
    private final Map<String, int[]> rows = new LinkedHashMap<>();

    @Override
    public void table(String table, int[] touched, int[] steps) {
      rows.put(table, touched);
    }

    @Override
    public void row(String array, String table, int at, float[] value) {
      values.put(rows.get(table)[at], value[0]);
    }
  }
}
