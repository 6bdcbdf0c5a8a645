package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.optimizer.Temperature;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge needs of the heap does not grow with the parts. */
class MergeHeapTest {
  private static final int PARTS = 16;
  private static final int ROWS = 20_000;
  private static final Temperature.State TEMPERATURE = new Temperature.State(0, 0, 0, 0);

  @TempDir Path run;

  /** Five times the 2.6 MB of the tables, and what Java needs for itself. */
  @Test
  void sixteenPartsThatTouchedEveryRowFitInFiveTimesTheTables() throws Exception {
    RoundFiles files = new RoundFiles(run);
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> arrays =
          Map.of(
              "table.item",
              manager.ones(new Shape(ROWS, 32)),
              "table.item" + AdagradShares.ACCUMULATOR,
              manager.ones(new Shape(ROWS, 1)));
      RoundFiles.write(files.shared(0), folder -> begin(folder, arrays));
      for (int part = 0; part < PARTS; part++) {
        RoundFiles.write(
            files.part(1, part),
            folder -> {
              Touched touched = new Touched(Map.of("item", ROWS));
              touched.add(Map.of("item", LongStream.range(0, ROWS).toArray()));
              touched.write(folder.resolve(RoundFiles.TOUCHED), arrays);
            });
      }
    }
    Process merge =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx30m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Merge.class.getName(),
                run.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(merge.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(merge.waitFor()).as(said).isZero();
    assertThat(files.has(1)).isTrue();
  }

  private static void begin(Path folder, Map<String, NDArray> arrays) throws IOException {
    SafetensorsFile.write(
        arrays.entrySet().stream()
            .map(each -> new ArrayMatrix(each.getKey(), each.getValue()))
            .toList(),
        Map.of(),
        folder.resolve(RoundFiles.TABLES));
    Json.INDENTED.writeValue(
        folder.resolve(RoundFiles.STATE).toFile(), new SharedState(0, 0, 0, TEMPERATURE, 0, 0));
  }

  /** The process with the small heap. */
  static final class Merge {
    private Merge() {}

    public static void main(String[] args) throws IOException {
      List<PartReport> reports = new ArrayList<>();
      for (int part = 0; part < PARTS; part++) {
        reports.add(new PartReport(part, 1, 0, 1, 10, 0, 0, TEMPERATURE, 0, 0));
      }
      RoundPlan plan =
          new RoundPlan(
              PARTS, 1, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");
      new RoundMerge(plan, Path.of(args[0])).merge(1, reports);
    }
  }
}
