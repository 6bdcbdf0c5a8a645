package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.optimizer.Temperature;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two parts and three rows. Both touched row 0, whose accumulator was 4, and row 1, whose was 0;
 * part 1 alone touched row 2.
 */
class AddedChangesTest {
  private static final Temperature.State TEMPERATURE = new Temperature.State(0, 0, 0, 0);
  private static final String TABLE = "table.item";
  private static final String SQUARES = TABLE + ".optimizer.accumulator";

  @TempDir Path run;

  /** 4 + 4 + 4 = 12: each change of row 0 counts sqrt(8/12); of row 1 sqrt(1/4) and sqrt(3/4). */
  @Test
  void underAdagradAChangeCountsAsTheSquaresOfAllPartsAllow() throws IOException {
    float[][] merged = merged(RoundPlan.Merge.SUM, true, TABLE);
    double each = Math.sqrt(8.0 / 12);
    assertThat(merged[0][0]).isCloseTo((float) (1 + each), within(1e-6f));
    assertThat(merged[0][1]).isCloseTo((float) (1 + 2 * each), within(1e-6f));
    assertThat(merged[1][0]).isCloseTo(0.5f, within(1e-6f));
    assertThat(merged[1][1]).isCloseTo((float) Math.sqrt(0.75), within(1e-6f));
    assertThat(merged[2]).containsExactly(6, 5);
    assertThat(merged(RoundPlan.Merge.SUM, true, SQUARES))
        .isDeepEqualTo(new float[][] {{12}, {4}, {10}});
  }

  @Test
  void withoutAccumulatorsAChangeCountsInFull() throws IOException {
    assertThat(merged(RoundPlan.Merge.SUM, false, TABLE))
        .isDeepEqualTo(new float[][] {{2, 3}, {1, 1}, {6, 5}});
  }

  /** Part 0 took 1 step with each row, part 1 took 3. */
  @Test
  void theMeanIsWeightedBySteps() throws IOException {
    assertThat(merged(RoundPlan.Merge.MEAN, true, TABLE))
        .isDeepEqualTo(new float[][] {{1.25f, 2.5f}, {0.25f, 0.75f}, {6, 5}});
  }

  private float[][] merged(RoundPlan.Merge rule, boolean adagrad, String array) throws IOException {
    Path at = run.resolve(rule + "-" + adagrad + "-" + array);
    RoundFiles files = new RoundFiles(at);
    RoundPlan plan =
        new RoundPlan(2, 1, RoundPlan.LogQ.LOG, rule, RoundPlan.Batches.LOG, "checksum");
    try (NDManager manager = NDManager.newBaseManager()) {
      Arrays before = new Arrays(manager, adagrad, new float[][] {{1, 1}, {0, 0}, {5, 5}}, 4, 0, 9);
      RoundFiles.write(
          files.shared(0),
          folder -> {
            SafetensorsFile.write(
                before.all().entrySet().stream()
                    .map(each -> new ArrayMatrix(each.getKey(), each.getValue()))
                    .toList(),
                Map.of(),
                folder.resolve(RoundFiles.TABLES));
            Json.INDENTED.writeValue(
                folder.resolve(RoundFiles.STATE).toFile(),
                new SharedState(0, 0, 0, TEMPERATURE, 0, 0));
          });
      part(
          files,
          0,
          new Arrays(manager, adagrad, new float[][] {{2, 1}, {1, 0}, {5, 5}}, 8, 1, 9),
          new long[] {0, 1});
      part(
          files,
          1,
          new Arrays(manager, adagrad, new float[][] {{1, 3}, {0, 1}, {6, 5}}, 8, 3, 10),
          new long[] {0, 1, 2, 0, 1, 2, 0, 1, 2});
    }
    new RoundMerge(plan, at).merge(1, List.of(report(0), report(1)));
    return SafetensorsFile.read(files.shared(1).resolve(RoundFiles.TABLES), array);
  }

  private static PartReport report(int part) {
    return new PartReport(part, 1, 0, 1, 10, 0, 0, TEMPERATURE, 0, 0);
  }

  private static void part(RoundFiles files, int part, Arrays left, long[] rows)
      throws IOException {
    RoundFiles.write(
        files.part(1, part),
        folder -> {
          Touched touched = new Touched(Map.of("item", 3));
          touched.add(Map.of("item", rows));
          touched.write(folder.resolve(RoundFiles.TOUCHED), left.all());
        });
  }

  /** The table and, under Adagrad, its accumulators. */
  private record Arrays(Map<String, NDArray> all) {
    Arrays(NDManager manager, boolean adagrad, float[][] rows, float... squares) {
      this(
          adagrad
              ? Map.of(
                  TABLE,
                  manager.create(rows),
                  SQUARES,
                  manager.create(squares).reshape(squares.length, 1))
              : Map.of(TABLE, manager.create(rows)));
    }
  }
}
