package dev.twotower.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.bench.BenchSettings.Part;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.config.RunConfig.Engine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchTest {
  private static final int BATCH = 512;
  private static final int REQUESTS = 32;

  private static Rates rates;

  @TempDir private Path folder;

  private static BenchSettings settings(Part part, Engine engine, int history, int itemRows) {
    return settings(part, engine, LossConfig.Form.SOFTMAX, history, itemRows);
  }

  private static BenchSettings settings(
      Part part, Engine engine, LossConfig.Form form, int history, int itemRows) {
    return new BenchSettings(
        part,
        engine,
        form,
        BATCH,
        REQUESTS,
        2,
        1000,
        itemRows,
        16,
        history,
        List.of(8),
        "identity+user",
        "sorted",
        4,
        "cpu",
        Precision.FLOAT32,
        0,
        1);
  }

  private BenchReport run(BenchSettings settings, String log) throws Exception {
    return run(settings, log, Optional.empty());
  }

  /** No longer warmed up than the steps that it takes at least, and the rates measured once. */
  private BenchReport run(BenchSettings settings, String log, Optional<Path> save)
      throws Exception {
    return Bench.run(settings, folder.resolve(log), save, phase -> {}, 0, BenchTest::rates);
  }

  private static Rates rates(NDManager manager) {
    if (rates == null) {
      rates = Rates.measure(manager);
    }
    return rates;
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void measuresEachPartOfAStep(Part part) throws Exception {
    BenchReport report = run(settings(part, Engine.DEDUP, 5, 1000), "log");
    assertThat(report.stepMillis().min()).isPositive();
    assertThat(report.stepMillis().median())
        .isBetween(report.stepMillis().min(), report.stepMillis().max());
    assertThat(report.examplesPerSecond())
        .isCloseTo(BATCH / report.stepMillis().median() * 1000, within(1e-6));
    // Batches are cut at a random row, so the first and the last request may be parts.
    assertThat(report.distinctRequests()).isBetween((double) REQUESTS, REQUESTS + 1.0);
    assertThat(report.distinctItems()).isBetween(100.0, (double) BATCH);
    List<String> parts =
        switch (part) {
          case LOSS -> List.of("plan", "loss", "rest");
          case STEP -> List.of("read", "plan", "towers", "loss", "tables", "rest");
          case END_TO_END -> List.of("wait", "towers", "loss", "tables", "rest");
        };
    assertThat(report.partMillis().keySet()).containsExactlyElementsOf(parts);
    assertThat(report.partMillis().values()).allMatch(millis -> millis >= 0);
    assertThat(report.outsideMillis().keySet())
        .containsExactlyElementsOf(
            switch (part) {
              case LOSS -> List.of("read");
              case STEP -> List.of();
              case END_TO_END -> List.of("read", "plan");
            });
    // They add up to the steps in the middle, those around the median.
    assertThat(report.partMillis().values().stream().mapToDouble(Double::doubleValue).sum())
        .isBetween(report.stepMillis().min() - 1e-6, report.stepMillis().max() + 1e-6);
    assertThat(report.lossQueries()).isEqualTo(report.distinctRequests());
    assertThat(report.lossColumns()).isEqualTo(report.distinctItems());
    // A history belongs to the request, so the tower sees each of them.
    assertThat(report.userInputs()).isEqualTo(report.distinctRequests());
    assertThat(report.engineCalls()).isGreaterThan(20);
    assertThat(report.floor().millis()).isPositive();
    assertThat(report.waitShare() == null).isEqualTo(part != Part.END_TO_END);
  }

  @Test
  void theFloorCountsTheEnginesOwnMatrix() throws Exception {
    BenchReport dense = run(settings(Part.LOSS, Engine.DENSE, 0, 1000), "a");
    BenchReport dedup = run(settings(Part.LOSS, Engine.DEDUP, 0, 1000), "b");
    assertThat(dense.floor().lossFlops()).isEqualTo(6.0 * BATCH * BATCH * 16);
    assertThat(dedup.floor().lossFlops()).isLessThan(dense.floor().lossFlops() / 10);
  }

  /** Both weigh the rows first, which takes the engine more work. */
  @Test
  void measuresEveryFormOfTheLoss() throws Exception {
    Map<LossConfig.Form, Integer> calls = new EnumMap<>(LossConfig.Form.class);
    for (LossConfig.Form form : LossConfig.Form.values()) {
      BenchReport report = run(settings(Part.LOSS, Engine.DEDUP, form, 0, 1000), form.name());
      calls.put(form, report.engineCalls());
    }
    assertThat(calls.get(LossConfig.Form.TOP_K)).isGreaterThan(calls.get(LossConfig.Form.SOFTMAX));
    assertThat(calls.get(LossConfig.Form.BILATERAL))
        .isGreaterThan(calls.get(LossConfig.Form.SOFTMAX));
  }

  @Test
  void leavesTheLogForOtherPrograms() throws Exception {
    Path saved = folder.resolve("saved");
    run(settings(Part.STEP, Engine.DEDUP, 5, 50_000), "log", Optional.of(saved));
    List<Integer> users = ints(saved.resolve("user.i32"));
    List<Integer> items = ints(saved.resolve("item.i32"));
    List<Integer> requests = ints(saved.resolve("request.i32"));
    assertThat(users).hasSize(RequestLog.BATCHES * BATCH).isSorted();
    assertThat(requests).hasSize(users.size()).isSorted();
    assertThat(requests.get(requests.size() - 1)).isEqualTo(RequestLog.BATCHES * REQUESTS - 1);
    assertThat(items).hasSize(users.size()).allMatch(item -> item % 50 == 0 && item < 50_000);
    assertThat(items.subList(0, BATCH / REQUESTS)).doesNotHaveDuplicates();
    List<Integer> histories = ints(saved.resolve("history.i32"));
    assertThat(histories).hasSize(RequestLog.BATCHES * REQUESTS * 5);
    // The second request of the first user saw the first one's rows, most recent first.
    int perRequest = BATCH / REQUESTS;
    for (int i = 0; i < 5; i++) {
      assertThat(histories.get(5 + i)).isEqualTo(items.get(perRequest - 1 - i));
    }
  }

  private static List<Integer> ints(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> values = new ArrayList<>();
    while (bytes.hasRemaining()) {
      values.add(bytes.getInt());
    }
    return values;
  }

  @Test
  void callsAreCountedOnceHoweverTheyNest() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.ones(new Shape(4, 4));
      int calls =
          EngineCalls.count(
              () -> {
                x.matMul(x);
                x.exp();
                x.addi(x);
              });
      // matmul calls mm, which is not counted; nothing else nests.
      assertThat(calls).isEqualTo(3);
    }
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> settings(Part.LOSS, Engine.DENSE, 0, 999))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--item-rows: received 999; allowed: 1000");
    assertThatThrownBy(() -> Part.parse("towers"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("towers")
        .hasMessageContaining("end-to-end");
  }
}
