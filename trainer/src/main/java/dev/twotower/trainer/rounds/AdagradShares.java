package dev.twotower.trainer.rounds;

import dev.twotower.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
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

  private final String accumulator;

  /** Each row's accumulator with the increases of all parts. */
  private final double[] after;

  private AdagradShares(String accumulator, double[] after) {
    this.accumulator = accumulator;
    this.after = after;
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
    for (Path change : changes) {
      Part part = read(change, accumulator);
      for (int at = 0; at < part.rows.length; at++) {
        int row = part.rows[at];
        after[row] += part.values[at] - before[row][0];
      }
    }
    return Optional.of(new AdagradShares(accumulator, after));
  }

  /** Shares of the rows that a part touched, in their order. */
  float[] of(Path change) throws IOException {
    Part part = read(change, accumulator);
    float[] shares = new float[part.rows.length];
    for (int at = 0; at < shares.length; at++) {
      double all = after[part.rows[at]];
      shares[at] = all > 0 ? (float) Math.sqrt(part.values[at] / all) : 1;
    }
    return shares;
  }

  private static Part read(Path change, String accumulator) throws IOException {
    Part part = new Part();
    Touched.read(change, Set.of(accumulator), part);
    return part;
  }

  /** A part's accumulators, and the rows they are of, ascending. */
  private static final class Part implements Touched.Reader {
    private final Map<String, int[]> tables = new HashMap<>();
    private int[] rows = new int[0];
    private float[] values = new float[0];

    @Override
    public void table(String table, int[] touched, int[] steps) {
      tables.put(table, touched);
    }

    @Override
    public void row(String array, String table, int at, float[] value) {
      if (at == 0) {
        rows = tables.get(table);
        values = new float[rows.length];
      }
      values[at] = value[0];
    }
  }
}
