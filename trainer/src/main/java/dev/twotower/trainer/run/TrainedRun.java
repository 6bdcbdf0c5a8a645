package dev.twotower.trainer.run;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.ProgramName;
import dev.twotower.eval.ranking.EarlierModel;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A finished run, loaded: its configuration, its data set and its model. On the same device, its
 * scores equal those at the time it was saved, bit for bit.
 */
public final class TrainedRun implements AutoCloseable {
  private final RunDirectory directory;
  private final RunConfig config;
  private final Dataset data;
  private final TwoTowerModel model;

  private TrainedRun(RunDirectory directory, RunConfig config, Dataset data, TwoTowerModel model) {
    this.directory = directory;
    this.config = config;
    this.data = data;
    this.model = model;
  }

  /**
   * Loads a run's model.
   *
   * @param dataDirectory where the data set is now; empty for where it was
   * @param device the device to load to, as in the configuration; empty for the configured one
   * @throws BadDataException when a file of the run is not as it was written, or the data set is
   *     another than the run was trained on
   */
  public static TrainedRun load(Path path, Optional<Path> dataDirectory, Optional<String> device)
      throws IOException {
    return load(path, dataDirectory, device, TwoTowerModel.Heads.BUILT_IN);
  }

  /** Loads a run that was trained with your own heads. */
  public static TrainedRun load(
      Path path, Optional<Path> dataDirectory, Optional<String> device, TwoTowerModel.Heads heads)
      throws IOException {
    RunDirectory directory = RunDirectory.open(path);
    ModelCard card = directory.checkedCard();
    RunConfig config = directory.config();
    Dataset data = Dataset.open(directory.data().at(dataDirectory));
    TwoTowerModel model = null;
    try {
      requireSame(data, card, path);
      data = config.view(data);
      Devices.useThreads(config.threads());
      model =
          TwoTowerModel.create(
              data, config, Devices.resolve(device.orElse(config.device())), heads);
      directory.origin().map(Origin::carried).ifPresent(model::carry);
      directory.loadModel(model);
      return new TrainedRun(directory, config, data, model);
    } catch (IOException | RuntimeException e) {
      if (model != null) {
        model.close();
      }
      data.close();
      throw e;
    }
  }

  /**
   * Refuses a run whose model {@link #load} could not make, without making it: to be known before
   * others are worked on for long. The files of the model are those that {@link
   * RunDirectory#checkedCard} looks at.
   *
   * @throws BadDataException when the data set is another than the run was trained on
   * @throws IllegalArgumentException when data set, settings and device do not go together
   */
  public static void requireLoadable(
      Path path, Optional<Path> dataDirectory, Optional<String> device) {
    RunDirectory directory = RunDirectory.open(path);
    RunConfig config = directory.config();
    try (Dataset data = Dataset.open(directory.data().at(dataDirectory))) {
      requireSame(data, directory.card(), path);
      TwoTowerModel.require(
          config.view(data), device.map(place -> config.with("device=" + place)).orElse(config));
    }
  }

  private static void requireSame(Dataset data, ModelCard card, Path path) {
    String checksum = RunDirectory.checksum(data);
    if (!checksum.equals(card.datasetChecksum())) {
      throw new BadDataException(
          "data set '%s' has checksum %s, the run was trained on %s; name that one with --data. To judge this run on other rows, train one on them and give: %s"
              .formatted(
                  data.directory(),
                  checksum,
                  card.datasetChecksum(),
                  ProgramName.command("evaluate --run NEW --against %s", path)));
    }
  }

  public RunDirectory directory() {
    return directory;
  }

  public RunConfig config() {
    return config;
  }

  /** The data set as the run learned from it. */
  public Dataset data() {
    return data;
  }

  public TwoTowerModel model() {
    return model;
  }

  /** What the model has from the run that it started from; empty where it started from nothing. */
  public Optional<EarlierModel> earlier() throws IOException {
    return directory
        .origin()
        .map(
            origin -> new EarlierModel(origin.fresh(), model.earlierUsers(), model.earlierItems()));
  }

  /** Scores users as of a split; close it before the run. */
  public ModelScorer scorer(Split split) {
    return new ModelScorer(model, data, split);
  }

  /** Evaluates the model on a split of its data set. */
  public EvaluationResult evaluate(RankingEvaluator evaluator, Split split) {
    try (ModelScorer scorer = scorer(split)) {
      return evaluator.evaluate(scorer);
    }
  }

  /** What to know of a run that is used before its training has ended; empty of one that has. */
  public Optional<String> notEnded() {
    Path path = directory.path();
    return RunDirectory.unfinished(path)
        ? Optional.of(
            "note: training of %s has not ended, and this is its best model so far: %s"
                .formatted(path, Unfinished.words(path, Optional.of(data.directory()))))
        : Optional.empty();
  }

  /** What to know where the model is ranked otherwise than its own settings say; else empty. */
  public Optional<String> rankedOtherwise(RankingOptions options) {
    return config.evaluation().rankSeen() == options.rankSeen()
        ? Optional.empty()
        : Optional.of(
            "note: evaluation.rankSeen is %s in %s, but all runs are ranked here with %s; --rank-seen or --no-rank-seen sets it for all"
                .formatted(!options.rankSeen(), directory.path(), options.rankSeen()));
  }

  @Override
  public void close() {
    model.close();
    data.close();
  }
}
