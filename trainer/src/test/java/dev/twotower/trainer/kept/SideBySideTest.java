package dev.twotower.trainer.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideBySideTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 40})
  void givesWhatCameOfEachInTheirOrder(int atOnce) throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<SideBySide.Work<Integer>> works = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      int result = number;
      works.add(
          () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.sleep(2);
            now.decrementAndGet();
            return Optional.of(result);
          });
    }
    List<Integer> results = new SideBySide(atOnce).all(works).orElseThrow();
    assertThat(results).hasSize(20).isSorted().doesNotHaveDuplicates();
    assertThat(most.get()).isBetween(1, atOnce);
  }

  /** Each waits for the other, which would take for ever if one came after the other. */
  @Test
  void twoAreDoneAtTheSameTimeEachOnOneThread() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    SideBySide.Work<Boolean> work =
        () -> {
          both.countDown();
          boolean met = both.await(60, TimeUnit.SECONDS);
          Devices.useThreads(2);
          boolean one = JniUtils.getNumThreads() == 1 && Devices.threads(0) == 1;
          return Optional.of(met && one && !JniUtils.isGradMode());
        };
    JniUtils.setGradMode(false);
    assertThat(new SideBySide(2).all(List.of(work, work)).orElseThrow()).containsOnly(true);
  }

  @Test
  void aFailureStopsTheOthersAndIsThrownAsItWas() {
    SideBySide sides = new SideBySide(2);
    BooleanSupplier stop = sides.stop(() -> false);
    CountDownLatch begun = new CountDownLatch(1);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<SideBySide.Work<String>> works =
        List.of(
            () -> {
              begun.countDown();
              while (!stop.getAsBoolean()) {
                Thread.sleep(1);
              }
              seen.add("stopped");
              return Optional.empty();
            },
            () -> {
              begun.await();
              throw new IOException("no space left");
            },
            () -> {
              seen.add("begun all the same");
              return Optional.of("late");
            });
    assertThatThrownBy(() -> sides.all(works))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no space left");
    assertThat(seen).containsExactly("stopped");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void nothingBeginsAfterOneWasStopped(int atOnce) throws Exception {
    AtomicInteger begun = new AtomicInteger();
    List<SideBySide.Work<String>> works = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      works.add(
          () -> {
            begun.incrementAndGet();
            return Optional.empty();
          });
    }
    assertThat(new SideBySide(atOnce).all(works)).isEmpty();
    assertThat(begun.get()).isBetween(1, atOnce);
  }

  @Test
  void noneAtOnceIsRefused() {
    assertThatThrownBy(() -> new SideBySide(0)).hasMessageContaining("0 runs at once");
  }

  /**
   * Also those that record gradients, of which there is one set in a process: they wait for the
   * others.
   */
  @Test
  void runsHaveTheWeightsThatTheyHaveAlone() throws Exception {
    Path log = folder.resolve("data");
    Invocation.of("generate", "--to=" + log, "--users=60", "--items=200", "--rows=900");
    RunConfig closed =
        RunConfig.defaults()
            .with("epochs=2", "batchSize=64", "dim=4", "device=cpu", "user.history.length=3");
    List<RunConfig> configs =
        List.of(
            closed.with("seed=1"),
            closed.with("seed=2", "optimizer.tables=lazy-adam"),
            closed.with("seed=3", "user.history.pooling=attention"),
            closed.with("seed=4"));
    List<Map<String, float[]>> alone = weights(log, configs, 1);
    List<Map<String, float[]>> beside = weights(log, configs, 3);
    for (int run = 0; run < configs.size(); run++) {
      assertThat(beside.get(run).keySet()).isEqualTo(alone.get(run).keySet()).isNotEmpty();
      for (Map.Entry<String, float[]> each : alone.get(run).entrySet()) {
        assertThat(beside.get(run).get(each.getKey())).isEqualTo(each.getValue());
      }
    }
  }

  private List<Map<String, float[]>> weights(Path log, List<RunConfig> configs, int atOnce)
      throws Exception {
    try (Dataset data = Dataset.open(log)) {
      KeptRuns kept = new KeptRuns(data, RunsListener.SILENT, () -> false, configs.size());
      List<SideBySide.Work<Path>> works = new ArrayList<>();
      for (RunConfig config : configs) {
        Path path = folder.resolve(atOnce + "-" + config.seed());
        works.add(() -> kept.trained("", config, path).map(done -> path));
      }
      List<Map<String, float[]>> weights = new ArrayList<>();
      for (Path path : new SideBySide(atOnce).all(works).orElseThrow()) {
        try (TrainedRun run =
            TrainedRun.load(path, Optional.empty(), Optional.of(Devices.name(Device.cpu())))) {
          Map<String, float[]> tables = new TreeMap<>();
          run.model()
              .tables()
              .forEach((name, table) -> tables.put(name, table.weights().toFloatArray()));
          weights.add(tables);
        }
      }
      return weights;
    }
  }
}
