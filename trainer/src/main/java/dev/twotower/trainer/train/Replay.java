package dev.twotower.trainer.train;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.json.Json;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Examines a batch that a run could not be trained on: loads the newest checkpoint before it,
 * repeats the steps in between (none if the run wrote a checkpoint when it failed), and examines
 * the batch with the weights of that moment. The run is not changed.
 */
public final class Replay {
  private final Dataset data;
  private final Path file;
  private final long step;
  private final long[] rows;

  private Replay(Dataset data, Path file, long step, long[] rows) {
    this.data = data;
    this.file = file;
    this.step = step;
    this.rows = rows;
  }

  /**
   * Examines a saved batch.
   *
   * @param out the run's directory
   * @param file a {@code failed-batch-STEP.json} of the run
   * @param options extensions that the run was trained with; a listener for the steps between
   * @throws BadDataException when the file is damaged or belongs to another run or data set
   */
  public static BatchExamination of(Dataset data, Path out, Path file, Training.Options options)
      throws IOException, InterruptedException {
    JsonNode saved = read(file);
    JsonNode numbers = saved.path("rows");
    long[] rows = new long[numbers.size()];
    Arrays.setAll(rows, at -> numbers.get(at).asLong(-1));
    long step = saved.path("step").asLong(0);
    if (step < 1 || rows.length == 0) {
      throw new BadDataException(
          "%s holds no batch of a run: it has no step or no rows; name a %sSTEP.json that training wrote"
              .formatted(file, FailedBatch.PREFIX));
    }
    try (EngineTurn turn = EngineTurn.take()) {
      RunDirectory run = RunDirectory.open(out);
      RunConfig config = run.config();
      return new Replay(config.view(data), file, step, rows).run(run, config, options);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return Json.PLAIN.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s is not JSON: %s; name a %sSTEP.json that training wrote"
              .formatted(file, e.getOriginalMessage(), FailedBatch.PREFIX),
          e);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private BatchExamination run(RunDirectory run, RunConfig config, Training.Options options)
      throws IOException {
    Devices.useThreads(config.threads());
    Device device = Devices.resolve(config.device());
    Extensions own = options.extensions();
    try (TwoTowerModel model = TwoTowerModel.create(data, config, device, own.heads())) {
      Optional<Origin> origin = run.origin();
      origin.map(Origin::carried).ifPresent(model::carry);
      BatchPlanner planner = new BatchPlanner(data, config, model.sources(), own);
      TrainingStep training = new TrainingStep(model, own.losses());
      TrainedState state = new TrainedState(planner.newState(), training.remembered());
      Optional<Checkpoint> checkpoint = run.before(step, RunDirectory.checksum(data), model, state);
      if (checkpoint.isEmpty() && origin.isPresent()) {
        Inheritance.again(origin.get(), model, data, own).fill(state.planning());
        Devices.useThreads(config.threads());
      }
      planner.state().become(state.planning());
      planner.resume(checkpoint.map(Checkpoint::next).orElse(new SamplerPosition(0, 0)));
      PlannedBatch batch = planner.newBatch();
      long taken = checkpoint.map(Checkpoint::step).orElse(0L);
      next(planner, batch);
      for (; taken < step - 1; taken++) {
        if (!training.run(batch).finite()) {
          throw new BadDataException(
              "%s is of step %d, but step %d already fails; examine the file of that batch"
                  .formatted(file, step, taken + 1));
        }
        options.listener().step(taken + 1, step, 0);
        next(planner, batch);
      }
      if (!Arrays.equals(rows, Arrays.copyOf(batch.rows.rows(), batch.size()))) {
        throw new BadDataException(
            "%s holds other rows than step %d of the run at '%s' reads; name a file of this run"
                .formatted(file, step, run.path()));
      }
      return BatchExamination.of(model, training, step, batch);
    }
  }

  private static void next(BatchPlanner planner, PlannedBatch batch) {
    while (!planner.next(batch)) {
      planner.sampler().startEpoch(planner.sampler().position().epoch() + 1);
    }
  }
}
