package dev.twotower.trainer.rounds;

import dev.twotower.data.json.Json;
import dev.twotower.trainer.optimizer.Temperature;
import dev.twotower.trainer.tensor.FloatMatrix;
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
 * Merges what the parts changed in a round (package description has the rules). Holds one array and
 * a sum of its touched rows in double precision at a time.
 */
public final class RoundMerge {
  private final RoundFiles files;
  private final RoundPlan plan;

  public RoundMerge(RoundPlan plan, Path run) {
    this.plan = plan;
    this.files = new RoundFiles(run);
  }

  /** The numbers beside the shared arrays, after a round. */
  public SharedState state(int round) {
    RoundFiles.check(files.shared(round));
    return Round.read(files.shared(round), SharedState.class);
  }

  /**
   * Merges a round; what is there already is taken as it is.
   *
   * @param reports of all parts, in their order
   */
  public SharedState merge(int round, List<PartReport> reports) throws IOException {
    if (files.has(round)) {
      return state(round);
    }
    SharedState before = state(round - 1);
    Path tables = files.shared(round - 1).resolve(RoundFiles.TABLES);
    for (PartReport report : reports) {
      RoundFiles.check(files.part(round, report.part()));
    }
    SharedState after =
        new SharedState(
            round,
            before.steps() + reports.stream().mapToLong(PartReport::steps).sum(),
            before.rows() + reports.stream().mapToLong(PartReport::rows).sum(),
            temperature(before, reports),
            Math.max(
                before.denseSteps(),
                reports.stream().mapToLong(PartReport::denseSteps).max().orElse(0)),
            before.seconds() + reports.stream().mapToDouble(PartReport::seconds).sum());
    List<FloatMatrix> merged = new ArrayList<>();
    for (String array : SafetensorsFile.names(tables)) {
      merged.add(new Heap(array, merge(round, reports, tables, array)));
    }
    RoundFiles.write(
        files.shared(round),
        folder -> {
          SafetensorsFile.write(merged, Map.of("format", "pt"), folder.resolve(RoundFiles.TABLES));
          Json.INDENTED.writeValue(folder.resolve(RoundFiles.STATE).toFile(), after);
        });
    return after;
  }

  private record Heap(String name, float[][] values) implements FloatMatrix {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public int dimension() {
      return values.length == 0 ? 0 : values[0].length;
    }

    @Override
    public void read(int from, int count, float[] into) {
      for (int row = 0; row < count; row++) {
        System.arraycopy(values[from + row], 0, into, row * dimension(), dimension());
      }
    }
  }

  private static Temperature.State temperature(SharedState before, List<PartReport> reports) {
    Temperature.State was = before.temperature();
    List<PartReport> moved =
        reports.stream().filter(report -> !report.temperature().equals(was)).toList();
    if (moved.isEmpty()) {
      return was;
    }
    if (moved.size() == 1) {
      return moved.get(0).temperature();
    }
    double rows = moved.stream().mapToLong(PartReport::rows).sum();
    double log = 0;
    double mean = 0;
    double variance = 0;
    long steps = 0;
    for (PartReport report : moved) {
      double share = report.rows() / rows;
      log += share * report.temperature().logInverse();
      mean += share * report.temperature().mean();
      variance += share * report.temperature().variance();
      steps = Math.max(steps, report.temperature().steps());
    }
    return new Temperature.State(log, mean, variance, steps);
  }

  /** How values of several parts become one. */
  private enum Rule {
    MEAN,
    INCREASES,
    LARGEST
  }

  private Rule rule(String array) {
    if (array.endsWith(AdagradShares.ACCUMULATOR)) {
      return Rule.INCREASES;
    }
    if (array.endsWith(".optimizer.steps")) {
      return Rule.LARGEST;
    }
    boolean weights = !array.contains(".optimizer.") && !array.startsWith("dense");
    return weights && plan.merge() == RoundPlan.Merge.SUM ? Rule.INCREASES : Rule.MEAN;
  }

  private float[][] merge(int round, List<PartReport> reports, Path tables, String array)
      throws IOException {
    float[][] values = SafetensorsFile.read(tables, array);
    Sums sums = new Sums(values, rule(array));
    List<PartReport> worked = reports.stream().filter(report -> report.steps() > 0).toList();
    List<Path> changes =
        worked.stream()
            .map(report -> files.part(round, report.part()).resolve(RoundFiles.TOUCHED))
            .toList();
    Optional<AdagradShares> shares =
        sums.rule == Rule.INCREASES ? AdagradShares.of(tables, array, changes) : Optional.empty();
    for (int part = 0; part < worked.size(); part++) {
      Path change = changes.get(part);
      Optional<float[]> own =
          shares.isPresent() ? Optional.of(shares.get().of(change)) : Optional.empty();
      Touched.read(change, Set.of(array), sums.of(worked.get(part).rows(), own));
    }
    sums.finish();
    return values;
  }

  /** Sums of one array's rows over the parts. */
  private static final class Sums {
    private final float[][] values;
    private final Rule rule;

    /** Of the parts that touched a row; the value itself where one alone did. */
    private final double[][] sums;

    private final double[] weights;

    /** Parts that touched the row. */
    private final int[] parts;

    Sums(float[][] values, Rule rule) {
      this.values = values;
      this.rule = rule;
      this.sums = new double[values.length][];
      this.weights = new double[values.length];
      this.parts = new int[values.length];
    }

    /**
     * @param shares what a part's changes of its rows count, where they are added; empty: in full
     */
    Touched.Reader of(long rowsOfPart, Optional<float[]> shares) {
      Map<String, int[]> rows = new LinkedHashMap<>();
      Map<String, int[]> counts = new LinkedHashMap<>();
      return new Touched.Reader() {
        @Override
        public void table(String table, int[] touched, int[] steps) {
          rows.put(table, touched);
          counts.put(table, steps);
        }

        @Override
        public void row(String array, String table, int at, float[] value) {
          int row = table.isEmpty() ? 0 : rows.get(table)[at];
          double steps = table.isEmpty() ? rowsOfPart : counts.get(table)[at];
          double share = shares.isPresent() ? shares.get()[at] : 1;
          add(row, rule == Rule.INCREASES ? share : steps, value);
        }
      };
    }

    private void add(int row, double weight, float[] value) {
      parts[row]++;
      if (parts[row] == 1) {
        sums[row] = new double[value.length];
        for (int i = 0; i < value.length; i++) {
          sums[row][i] = value[i];
        }
        weights[row] = weight;
        return;
      }
      double[] sum = sums[row];
      float[] before = values[row];
      for (int i = 0; i < value.length; i++) {
        double first = parts[row] == 2 ? term(sum[i], before[i], weights[row]) : sum[i];
        double term = term(value[i], before[i], weight);
        sum[i] = rule == Rule.LARGEST ? Math.max(first, term) : first + term;
      }
      weights[row] += weight;
    }

    /** What a part's value adds to the sum. */
    private double term(double value, float before, double weight) {
      return switch (rule) {
        case MEAN -> weight * value;
        case INCREASES -> weight * (value - before);
        case LARGEST -> value;
      };
    }

    void finish() {
      for (int row = 0; row < values.length; row++) {
        for (int i = 0; i < values[row].length && parts[row] > 0; i++) {
          values[row][i] = (float) (parts[row] == 1 ? sums[row][i] : merged(row, i));
        }
      }
    }

    private double merged(int row, int i) {
      return switch (rule) {
        case MEAN -> sums[row][i] / weights[row];
        case INCREASES -> values[row][i] + sums[row][i];
        case LARGEST -> sums[row][i];
      };
    }
  }
}
