package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is trained is the same, bit for bit, on any number of threads. */
class ThreadsTest {
  private static final int ITEMS = 2400;

  /** More in the nightly build. */
  private static final int STEPS = Integer.getInteger("twotower.threads.steps", 6);

  @TempDir private Path folder;
  private Dataset data;

  /** Batches of more users and items than one chunk holds. */
  @BeforeEach
  void write() {
    Random random = new Random(3);
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 14_000; row++) {
      builder.row(Split.TRAIN, row % 1500, random.nextInt(ITEMS), row, row);
    }
    List<String> names = IntStream.range(0, 13).mapToObj(node -> "node " + node).toList();
    int[] parents = IntStream.range(0, 13).map(node -> (node - 1) / 3).toArray();
    parents[0] = -1;
    int[] leaves = IntStream.range(0, ITEMS).map(item -> 4 + item % 9).toArray();
    data = builder.items(ITEMS).tree(parents, names, leaves).write(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    data.close();
    Devices.useThreads(0);
  }

  private Map<String, float[]> train(int threads, String settings) {
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "batchSize=2048", "dim=16", "layout=iid", "threads=" + threads)
            .with("user.embedding=16", "item.embedding=16", "user.hidden=[24]", "item.hidden=[24]")
            .with(settings.split(" "));
    Devices.useThreads(threads);
    Map<String, float[]> trained = new LinkedHashMap<>();
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      long epoch = 0;
      planner.resume(new SamplerPosition(epoch, 0));
      PlannedBatch batch = planner.newBatch();
      TrainingStep step = new TrainingStep(model);
      for (int i = 0; i < STEPS; i++) {
        if (!planner.next(batch)) {
          planner.resume(new SamplerPosition(++epoch, 0));
          assertThat(planner.next(batch)).isTrue();
        }
        assertThat(step.run(batch).finite()).isTrue();
      }
      model.weights().forEach((name, array) -> trained.put(name, array.toFloatArray()));
      model.optimizerState().forEach((name, array) -> trained.put(name, array.toFloatArray()));
    }
    return trained;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine=dedup user.history.length=5 optimizer.clipNorm=0.01",
        "engine=dense loss.queue=600 loss.queueWarmup=1 optimizer.tables=lazy-adam",
        "engine=dense user.history.length=5",
        "engine=dedup loss.queue=600 loss.queueWarmup=1",
        "user.history.length=5 user.history.pooling=transformer user.history.heads=2",
        "engine=dedup tree.lambda=0.1 tree.batchSize=700 tree.batches=random"
      })
  void weightsDoNotDependOnTheirNumber(String settings) {
    Map<String, float[]> one = train(1, settings);
    for (int threads : new int[] {2, 3, 8}) {
      Map<String, float[]> several = train(threads, settings);
      one.forEach(
          (name, values) ->
              assertThat(several.get(name)).as("%s, %d threads", name, threads).isEqualTo(values));
    }
  }
}
