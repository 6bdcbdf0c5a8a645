package dev.twotower.trainer.train;

import ai.djl.engine.Engine;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * What a run leaves in its directory while it is trained: lines of its log, checkpoints, the model
 * with its card, and a batch that could not be trained on.
 */
final class RunOutput {
  private final RunDirectory run;
  private final Dataset data;
  private final String dataset;
  private final Training.Options options;
  private final TwoTowerModel model;
  private final RunConfig config;
  private final TrainedState trained;
  private final TrainingProgress progress;
  private final Optional<Inheritance> inherited;

  /**
   * Into a directory of its own.
   *
   * @param dataset checksum of the data set
   * @param trained what checkpoints hold beside the model
   * @param inherited what the run has from another
   */
  RunOutput(
      RunDirectory run,
      Dataset data,
      String dataset,
      Training.Options options,
      TwoTowerModel model,
      TrainedState trained,
      TrainingProgress progress,
      Optional<Inheritance> inherited) {
    this.run = run;
    this.data = data;
    this.dataset = dataset;
    this.options = options;
    this.model = model;
    this.config = model.config();
    this.trained = trained;
    this.progress = progress;
    this.inherited = inherited;
  }

  void log(Map<String, ?> line) throws IOException {
    run.log(line);
    options.listener().logged(line);
  }

  /** Writes what the run is resumed from. */
  void saveCheckpoint(SamplerPosition next, long waitNanos) throws IOException {
    run.save(
        progress.checkpoint(next, waitNanos, model),
        dataset,
        model,
        trained,
        config.checkpoint().keep());
  }

  /**
   * Keeps the model as it is, and where the run writes checkpoints what training continues from.
   *
   * @param value the stop metric; null where nothing has chosen the model
   */
  void saveModel(Double value) throws IOException {
    run.saveModel(
        card(value), model, options.checkpoints() ? Optional.of(trained) : Optional.empty());
  }

  /**
   * Nothing has changed: where the run writes checkpoints, the state that meets this batch is one,
   * so that the batch can be looked at without the steps before it.
   */
  IllegalStateException fail(
      TrainingStep step, PlannedBatch batch, SamplerPosition position, long waitNanos)
      throws IOException {
    if (options.checkpoints()) {
      saveCheckpoint(position, waitNanos);
    }
    return FailedBatch.save(
        run,
        config,
        data.directory(),
        dataset,
        position,
        batch,
        BatchExamination.of(model, step, progress.step() + 1, batch));
  }

  /** Marks the run as ended, and says how. */
  TrainingResult end(boolean interrupted) throws IOException {
    if (!interrupted) {
      run.end();
    }
    Continued from = inherited.isPresent() && !interrupted ? run.card().from() : null;
    return progress.result(from, run.tried().orElse(null), interrupted);
  }

  private ModelCard card(Double value) throws IOException {
    Engine engine = Engine.getInstance();
    return new ModelCard(
        ModelCard.FORMAT_VERSION,
        run.configChecksum(),
        null,
        data.directory().toAbsolutePath().normalize().toString(),
        dataset,
        data.users(),
        data.items(),
        config.trainOn().toString(),
        config.events().isNone() ? null : config.events().texts(),
        progress.step(),
        progress.completedEpochs(),
        model.temperature().shown(),
        value == null ? null : config.evaluation().stopMetric(),
        value,
        value == null ? null : config.evaluation().split().toString(),
        progress.stillRising() ? true : null,
        progress.seconds(),
        inherited.map(from -> from.continued(model, data)).orElse(null),
        "%s %s on %s, Java %s, %s %s"
            .formatted(
                engine.getEngineName(),
                engine.getVersion(),
                model.manager().getDevice(),
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
  }
}
