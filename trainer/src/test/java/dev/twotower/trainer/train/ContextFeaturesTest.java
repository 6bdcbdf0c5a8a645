package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.TowerInputs;
import dev.twotower.trainer.tower.Towers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** User towers that read what is known at the request. */
class ContextFeaturesTest {
  @TempDir private static Path folder;
  private static Dataset data;

  @BeforeAll
  static void write() {
    data = DeviceLog.write(folder.resolve("data"));
  }

  @AfterAll
  static void close() {
    data.close();
  }

  private static RunConfig config(String settings) {
    return DeviceLog.config(("epochs=1 batchSize=120 " + settings).split(" "));
  }

  @Test
  void aUserHasAnInputForEachRequestAndKeepsItsNegativesToItself() {
    RunConfig config = config("user.features=[id,context.device] layout=sorted");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      PlannedBatch batch = planner.newBatch();
      assertThat(planner.next(batch)).isTrue();
      assertThat(batch.index.requests()).isGreaterThan(batch.index.users());
      assertThat(batch.inputs.users().size()).isEqualTo(batch.index.requests());
      long[] devices = batch.touchedRows.get("user.context.device");
      assertThat(devices).containsExactlyInAnyOrder(1, 2, 3);
      assertThat(batch.touchedRows.get("user")).hasSize(batch.index.users());
    }
  }

  /** Numbers of requests are standardised over the requests of the training split. */
  @Test
  void numbersAreStandardisedOverRequests() {
    RunConfig config = config("user.features=[id,context.hour]");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      double sum = 0;
      double squares = 0;
      int count = 0;
      for (int request = 0; request < data.requests(); request++) {
        if (data.trainCounts().hasRequest(request)) {
          double hour = model.sources().requests().feature("context.hour").value(request);
          sum += hour;
          squares += hour * hour;
          count++;
        }
      }
      double mean = sum / count;
      float[] standard = model.sources().standards().get("user.context.hour");
      assertThat(count).isEqualTo(DeviceLog.USERS * 7);
      assertThat(standard[0]).isCloseTo((float) mean, within(1e-4f));
      assertThat(standard[1])
          .isCloseTo((float) (1 / Math.sqrt(squares / count - mean * mean)), within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.features=[id,context.device,context.hour] layout=requests:16",
        "user.features=[context.device] layout=iid masks=identity+user+context:device",
        "user.features=[id,context.device] user.hidden=[8] user.history.length=3 layout=sorted"
            + " masks=identity+user+engaged optimizer.rowSteps=aligned optimizer.rowStepsOf=both"
      })
  void bothEnginesTakeTheSameSteps(String settings) {
    List<Double> dedup = losses(settings + " engine=dedup");
    List<Double> dense = losses(settings + " engine=dense");
    for (int step = 0; step < dedup.size(); step++) {
      assertThat(dense.get(step)).as("step %d", step).isCloseTo(dedup.get(step), offset(2e-3));
    }
  }

  private List<Double> losses(String settings) {
    RunConfig config = config(settings);
    List<Double> losses = new ArrayList<>();
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      TrainingStep step = new TrainingStep(model);
      PlannedBatch batch = planner.newBatch();
      while (planner.next(batch)) {
        losses.add(step.run(batch).loss());
      }
    }
    assertThat(losses).hasSizeGreaterThan(5);
    return losses;
  }

  @Test
  void closedTowersAgreeWithTheGraph() {
    RunConfig config =
        config("user.features=[id,context.device,context.hour] user.hidden=[8] layout=sorted");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      PlannedBatch batch = planner.newBatch();
      assertThat(planner.next(batch)).isTrue();
      Towers closed = model.towers(model.manager(), Devices.workers(1));
      assertThat(closed).isInstanceOf(ClosedTowers.class);
      Map<String, float[]> found = pass(model, closed, batch);
      pass(model, model.graphTowers(), batch)
          .forEach(
              (name, values) ->
                  assertThat(found.get(name)).as(name).containsExactly(values, offset(2e-5f)));
    }
  }

  private static Map<String, float[]> pass(TwoTowerModel model, Towers towers, PlannedBatch batch) {
    try (NDManager step = model.manager().newSubManager()) {
      towers.forward(step, batch.inputs, batch.touchedRows);
      towers.backward(towers.users().mul(2).sub(1), towers.items().mul(3).sub(1));
      return Map.of(
          "users", towers.users().toFloatArray(),
          "devices", towers.rowGradients().get("user.context.device").toFloatArray(),
          "ids", towers.rowGradients().get("user").toFloatArray(),
          "dense", towers.denseGradient().toFloatArray());
    }
  }

  @Test
  void namesThatAreNoneAreListedTogether() {
    assertThatThrownBy(
            () ->
                RunSettings.of(
                        Optional.empty(),
                        List.of(
                            "user.features=[id,context.devise]",
                            "item.features=[id,context.device]"))
                    .on(data))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("user.features[1]: received 'context.devise'; allowed: ")
        .hasMessageContaining("context.device")
        .hasMessageContaining("item.features[1]: received 'context.device'; allowed: ")
        .hasMessageContaining("items are the same in all requests");
  }

  @Test
  void aRequestHasOneValue() {
    try (Dataset mixed =
        new DatasetBuilder()
            .categoricalContext("device", DeviceLog.DEVICES)
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 1)
            .row(Split.TRAIN, 0, 1, 0, 2, 1f, 2)
            .row(Split.TRAIN, 1, 1, 1, 2, 1f, 2)
            .write(folder.resolve("mixed"))) {
      RunConfig config = config("user.features=[context.device]");
      assertThatThrownBy(() -> TwoTowerModel.create(mixed, config, Device.cpu()))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("request 0 of user 'u0' has 'web' and 'ios'");
    }
  }

  /** A code that no training request has is unknown, as one of users is. */
  @Test
  void codesOfOtherSplitsAreUnknown() {
    try (Dataset held =
        new DatasetBuilder()
            .categoricalContext("device", DeviceLog.DEVICES)
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 1)
            .row(Split.TRAIN, 1, 1, 1, 2, 1f, 2)
            .row(Split.TEST, 1, 0, 2, 3, 1f, 3)
            .write(folder.resolve("held"))) {
      RunConfig config = config("user.features=[context.device]");
      try (TwoTowerModel model = TwoTowerModel.create(held, config, Device.cpu())) {
        TowerInputs inputs = new TowerInputs(model.sources(), new Histories(List.of()));
        inputs.clear(3, 0);
        inputs.addUser(0, 0, 9, true);
        inputs.addUser(1, 2, 9, true);
        inputs.addUser(1, TowerInputs.NO_REQUEST, 9, true);
        long unknown = model.tables().get("user.context.device").ids();
        assertThat(inputs.touchedRows().get("user.context.device")).containsExactly(1, unknown);
      }
    }
  }
}
