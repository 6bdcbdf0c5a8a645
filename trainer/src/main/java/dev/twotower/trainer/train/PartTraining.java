package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.candidates.OtherRows;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Carried;
import dev.twotower.trainer.tower.TowerInputs;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Training in pieces: so many batches now, the rest later, possibly in another process, with the
 * engine and the batches of {@link Training}. Who uses it fills {@link #model} and {@link #state}
 * with what an earlier piece left, and keeps them afterwards. It has the engine to itself until it
 * is closed.
 */
public final class PartTraining implements AutoCloseable {
  private final EngineTurn turn;
  private final TwoTowerModel model;
  private final BatchPlanner planner;
  private final TrainingStep step;
  private final TrainedState trained;

  private PartTraining(
      EngineTurn turn,
      Dataset data,
      Dataset counted,
      RunConfig config,
      Optional<OtherRows> others,
      Carried ofLog) {
    this.turn = turn;
    Devices.useThreads(config.threads());
    this.model = TwoTowerModel.create(data, config, Devices.resolve(config.device()));
    model.carry(ofLog);
    this.planner = new BatchPlanner(counted, config, model.sources(), others);
    this.step = new TrainingStep(model);
    this.trained = new TrainedState(planner.newState(), step.remembered());
  }

  /**
   * What was trained.
   *
   * @param next where the next batch comes from
   * @param steps steps taken
   * @param rows rows trained on
   * @param loss sum over the rows of the batches' mean losses
   * @param seconds time in steps
   */
  public record Piece(SamplerPosition next, long steps, long rows, double loss, double seconds) {}

  /**
   * Makes a new model, and what is needed to train it.
   *
   * @param data what the model is made for
   * @param counted the same rows, with the counts that the sampling correction uses
   * @param others rows of the same batches that are not there, counted like rows
   * @param ofLog what the whole log says of requests ({@link TowerInputs.Sources#ofRequests})
   * @throws IllegalArgumentException when the configuration does not fit the data
   */
  public static PartTraining of(
      Dataset data, Dataset counted, RunConfig config, Optional<OtherRows> others, Carried ofLog)
      throws InterruptedException {
    Trainable.checkPart(data, config, others.isPresent());
    EngineTurn turn = EngineTurn.take();
    try {
      return new PartTraining(turn, data, counted, config, others, ofLog);
    } catch (RuntimeException | Error e) {
      turn.close();
      throw e;
    }
  }

  /**
   * Refuses settings that a part of a data set has too few rows for: a batch size, a warm-up. It
   * reads the sizes of parts alone, so it goes before the first piece of any.
   *
   * @param shared whether a batch is of all parts together
   * @throws IllegalArgumentException naming the part and the setting, and what is allowed
   */
  public static void requireRows(PartedDataset data, RunConfig config, boolean shared) {
    Trainable.requireRows(config.view(data), config, shared);
  }

  /**
   * A part's rows of a batch that is of all parts together.
   *
   * @param own rows of the part
   * @param all rows of all parts
   */
  public static int share(int batchSize, long own, long all) {
    return Math.toIntExact(Math.round((double) batchSize * own / all));
  }

  public TwoTowerModel model() {
    return model;
  }

  /** What batches trained on have left beside the model. */
  public RunState state() {
    return trained;
  }

  /** Batches in an epoch; an estimate for layouts whose batches vary in size. */
  public long batchesPerEpoch() {
    return planner.sampler().batchesPerEpoch();
  }

  /**
   * Trains from a place up to another, or to the end of the epoch.
   *
   * @param from where the first batch comes from
   * @param end the batch of the epoch to stop before
   * @param seen hears of every batch trained on; it is reused afterwards
   * @throws ArithmeticException when a loss or gradient is not finite; nothing of that batch is
   *     kept
   */
  public Piece train(SamplerPosition from, long end, Consumer<PlannedBatch> seen)
      throws IOException, InterruptedException {
    planner.state().become(trained.planning());
    SamplerPosition next = from;
    long steps = 0;
    long rows = 0;
    double loss = 0;
    long start = System.nanoTime();
    if (from.batch() >= end) {
      return new Piece(from, 0, 0, 0, 0);
    }
    try (BatchPipeline pipeline = new BatchPipeline(planner, from, from.epoch() + 1)) {
      while (next.epoch() == from.epoch() && next.batch() < end) {
        PlannedBatch batch = pipeline.take();
        if (batch == null) {
          next = new SamplerPosition(next.epoch() + 1, 0);
          break;
        }
        TrainingStep.Result result = step.run(batch);
        if (!result.finite()) {
          throw new ArithmeticException(
              "the loss or its gradient is not finite in batch %d of epoch %d; lower optimizer.tableLearningRate or raise loss.temperature"
                  .formatted(next.batch(), next.epoch()));
        }
        steps++;
        rows += batch.size();
        loss += batch.perRow(result.loss()) * batch.size();
        next = batch.after;
        trained.planning().observe(batch.index);
        seen.accept(batch);
        pipeline.giveBack(batch);
      }
    }
    return new Piece(next, steps, rows, loss, (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    try (turn) {
      model.close();
    }
  }
}
