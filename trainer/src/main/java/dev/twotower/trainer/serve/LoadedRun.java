package dev.twotower.trainer.serve;

import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A run's model beside the data set it was trained on. Close it to free both. */
public final class LoadedRun implements AutoCloseable {
  private final Path path;
  private final RunConfig config;
  private final ModelCard card;
  private final Dataset data;
  private final TwoTowerModel model;

  private LoadedRun(
      Path path, RunConfig config, ModelCard card, Dataset data, TwoTowerModel model) {
    this.path = path;
    this.config = config;
    this.card = card;
    this.data = data;
    this.model = model;
  }

  /**
   * Loads a run.
   *
   * @param path directory of the run
   * @param moved where its data set lies now; empty when it did not move
   * @param device {@code auto}, {@code cpu} or {@code gpu:N}; empty for the run's own
   * @throws IllegalArgumentException when there is no run, or its data set is not where it was
   * @throws BadDataException when the run has no model yet, or the data set is another one
   */
  public static LoadedRun open(Path path, Optional<Path> moved, Optional<String> device)
      throws IOException {
    RunDirectory run = RunDirectory.open(path);
    RunConfig config = run.config();
    ModelCard card = run.card();
    Path directory = moved.orElse(Path.of(card.dataset()));
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "the run's data set is not at '%s'; name the place where it lies now with --data"
              .formatted(directory));
    }
    Dataset data = Dataset.open(directory);
    TwoTowerModel model = null;
    try {
      String found = RunDirectory.checksum(data);
      if (!found.equals(card.datasetChecksum())) {
        throw new BadDataException(
            "'%s' is not the data set the run at '%s' was trained on: its manifest has SHA-256 %s, expected %s"
                .formatted(directory, path, found, card.datasetChecksum()));
      }
      Devices.useThreads(config.threads());
      model = TwoTowerModel.create(data, config, Devices.resolve(device.orElse(config.device())));
      run.loadModel(model);
      return new LoadedRun(path, config, card, data, model);
    } catch (IOException | RuntimeException failure) {
      if (model != null) {
        model.close();
      }
      data.close();
      throw failure;
    }
  }

  public Path path() {
    return path;
  }

  public RunConfig config() {
    return config;
  }

  public ModelCard card() {
    return card;
  }

  public Dataset data() {
    return data;
  }

  /** Scores users as of a split; close it before the run. */
  public ModelScorer scorer(Split split) {
    return new ModelScorer(model, data, split);
  }

  /** Evaluates the model on the full catalogue (design 5). */
  public EvaluationResult evaluate(RankingOptions options) {
    RankingEvaluator evaluator = new RankingEvaluator(Training.rankingData(data), options);
    try (ModelScorer scorer = scorer(options.split())) {
      return evaluator.evaluate(scorer);
    }
  }

  @Override
  public void close() {
    try (data) {
      model.close();
    }
  }
}
