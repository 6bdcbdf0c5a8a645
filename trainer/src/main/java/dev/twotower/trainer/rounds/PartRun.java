package dev.twotower.trainer.rounds;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.FeatureConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.tower.Carried;
import dev.twotower.trainer.tower.TowerInputs;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A run's model for the users of a part: its towers and shared tables, and these users' rows.
 * Scores equal those of the whole model, bit for bit. It has the engine to itself until it is
 * closed.
 */
public final class PartRun implements AutoCloseable {
  private final EngineTurn turn;
  private final RunConfig config;
  private final Dataset data;
  private final TwoTowerModel model;

  private interface Weights {
    void fill(TwoTowerModel model) throws IOException;
  }

  private PartRun(RunConfig config, Dataset data, Carried ofLog, Weights weights)
      throws IOException, InterruptedException {
    this.turn = EngineTurn.take();
    this.config = config;
    this.data = data;
    TwoTowerModel made = null;
    try {
      Devices.useThreads(config.threads());
      made = TwoTowerModel.create(data, config, Devices.resolve(config.device()));
      made.carry(ofLog);
      weights.fill(made);
      this.model = made;
    } catch (IOException | RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      turn.close();
      throw e;
    }
  }

  /**
   * The model of a finished run.
   *
   * @param ofLog what the whole log says of requests
   * @throws BadDataException when a file of the run is not as it was written, or the run was
   *     trained on another data set
   */
  public static PartRun of(PartedDataset data, Path run, int part, Carried ofLog)
      throws IOException, InterruptedException {
    RunDirectory directory = RunDirectory.open(run);
    check(data, directory);
    RunConfig config = directory.config();
    return new PartRun(
        config,
        config.view(data).part(part, config.trainOn()),
        ofLog,
        model ->
            directory.loadPart(
                model,
                ModelArrays.userTables(model),
                data.users(part),
                data.manifest().counts().users()));
  }

  /**
   * Checks that a run is of a data set of parts.
   *
   * @throws BadDataException when it was trained on another
   * @throws IllegalArgumentException when it continues another run
   */
  public static void check(PartedDataset data, RunDirectory run) {
    ModelCard card = run.checkedCard();
    String checksum = RunDirectory.checksum(data.directory());
    if (!checksum.equals(card.datasetChecksum())) {
      throw new BadDataException(
          "data set '%s' has checksum %s, the run was trained on %s; name that one with --data"
              .formatted(data.directory(), checksum, card.datasetChecksum()));
    }
    if (run.origin().isPresent()) {
      throw new IllegalArgumentException(
          "the run at '%s' continues another (train --from), which is known for whole data sets only; use 'twotower' for it"
              .formatted(run.path()));
    }
  }

  /**
   * The model as it is after a round.
   *
   * @param run directory of the run
   * @param round 1 or more
   * @param ofLog what the whole log says of requests
   */
  public static PartRun ofRound(
      PartedDataset data,
      RunConfig config,
      RoundPlan plan,
      Path run,
      int round,
      int part,
      Carried ofLog)
      throws IOException, InterruptedException {
    return new PartRun(
        config,
        config.view(data).part(part, config.trainOn()),
        ofLog,
        model -> new Round(data, config, plan, run, ofLog).fill(model, round, part));
  }

  /**
   * What the whole log says of requests, for models of its parts; nothing, and no pass over the
   * log, where the user tower reads none of their values.
   *
   * @throws BadDataException where a feature of requests has two values in one request
   */
  public static Carried ofLog(PartedDataset data, RunConfig config) {
    if (config.user().features().stream().noneMatch(FeatureConfig::ofRequest)) {
      return Carried.NOTHING;
    }
    try (Dataset whole = Dataset.open(data.directory())) {
      return TowerInputs.Sources.ofRequests(config.view(whole), config.user());
    }
  }

  public RunConfig config() {
    return config;
  }

  /** The part as the run learned from it. */
  public Dataset data() {
    return data;
  }

  /** Scores the part's users as of a split; close it before this. */
  public ModelScorer scorer(Split split) {
    return new ModelScorer(model, data, split);
  }

  @Override
  public void close() {
    try (turn) {
      model.close();
    }
  }
}
