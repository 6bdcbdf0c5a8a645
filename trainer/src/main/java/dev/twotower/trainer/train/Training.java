package dev.twotower.trainer.train;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Problems;
import dev.twotower.data.sampling.DiskShuffle;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.eval.ranking.RankedKinds;
import dev.twotower.eval.ranking.RankingData;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.Shuffle;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.Tried;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains one model. The same configuration, data and seed give the same weights on CPU, and so does
 * a run that was killed and resumed (design 13).
 */
public final class Training {
  private final Dataset data;
  private final RunConfig config;
  private final Options options;
  private final Optional<EpochRanking> evaluator;
  private final TrainingProgress progress;
  private Optional<Inheritance> inherited = Optional.empty();

  /**
   * What surrounds a run.
   *
   * @param checkpoints whether to write checkpoints to resume from while it trains; one is written
   *     where it is stopped or pauses, in any case
   * @param pauseAfter epochs after which the run ends with a checkpoint, to be resumed; 0 for never
   * @param extensions what the program adds
   * @param listener is notified of progress
   * @param stop polled after every step; true ends the run after a checkpoint
   * @param clock nanoseconds from any beginning, for the times that are logged; nothing else
   *     depends on it
   * @param from the run to start from; empty to start from nothing
   * @param tried what short trainings before the run found, to be kept with it; empty for none
   */
  public record Options(
      boolean checkpoints,
      long pauseAfter,
      Extensions extensions,
      TrainingListener listener,
      BooleanSupplier stop,
      LongSupplier clock,
      Optional<StartFrom> from,
      Optional<Tried> tried) {
    public static final Options DEFAULT =
        new Options(
            true,
            0,
            Extensions.NONE,
            TrainingListener.SILENT,
            () -> false,
            System::nanoTime,
            Optional.empty(),
            Optional.empty());

    public Options withListener(TrainingListener value) {
      return new Options(checkpoints, pauseAfter, extensions, value, stop, clock, from, tried);
    }

    public Options withStop(BooleanSupplier value) {
      return new Options(checkpoints, pauseAfter, extensions, listener, value, clock, from, tried);
    }

    /** Towers, masks, samplers and loss terms of your own. */
    public Options withExtensions(Extensions value) {
      return new Options(checkpoints, pauseAfter, value, listener, stop, clock, from, tried);
    }

    public Options withoutCheckpoints() {
      return new Options(false, pauseAfter, extensions, listener, stop, clock, from, tried);
    }

    /**
     * Ends the run after so many epochs as if it were interrupted, with a checkpoint whether or not
     * others are written; resumed, it goes on as if it had never paused.
     */
    public Options withPauseAfter(long epochs) {
      return new Options(checkpoints, epochs, extensions, listener, stop, clock, from, tried);
    }

    /** Another clock, for tests. */
    Options withClock(LongSupplier value) {
      return new Options(checkpoints, pauseAfter, extensions, listener, stop, value, from, tried);
    }

    /** A trained run to start from; a run that is resumed knows its own. */
    public Options withFrom(StartFrom value) {
      return new Options(
          checkpoints, pauseAfter, extensions, listener, stop, clock, Optional.of(value), tried);
    }

    /** What short trainings before the run found; a run that is resumed knows its own. */
    public Options withTried(Optional<Tried> value) {
      return new Options(checkpoints, pauseAfter, extensions, listener, stop, clock, from, value);
    }
  }

  private Training(Dataset data, RunConfig config, Options options) {
    this.data = data;
    this.config = config;
    this.options = options;
    this.evaluator = EpochRanking.ofEpochs(data, config);
    this.progress = new TrainingProgress(config, options.pauseAfter(), options.clock());
  }

  /**
   * Trains a new run into a new directory.
   *
   * @throws IllegalArgumentException when the configuration does not fit the data set
   */
  public static TrainingResult start(Dataset data, RunConfig config, Path out, Options options)
      throws IOException, InterruptedException {
    return new Training(learned(data, config, options), config, options).run(out, false);
  }

  /**
   * Continues a run from its newest checkpoint, or from its beginning where it has none.
   *
   * @throws BadDataException when the data set is another than the run was started on
   */
  public static TrainingResult resume(Dataset data, Path out, Options options)
      throws IOException, InterruptedException {
    return resume(data, out, RunDirectory.open(out).config(), options);
  }

  /**
   * The same, where the layout {@code iid} reads its rows in another way from now on until the run
   * ends or is stopped, for example because a disk is full. The weights are the same, and the run's
   * own settings stay as they are.
   *
   * @param shuffle the way
   */
  public static TrainingResult resume(Dataset data, Path out, Shuffle shuffle, Options options)
      throws IOException, InterruptedException {
    RunConfig config = RunDirectory.open(out).config();
    RunConfig now =
        config.shuffle() == shuffle
            ? config
            : config.with("shuffle=" + shuffle.name().toLowerCase(Locale.ROOT));
    return resume(data, out, now, options);
  }

  private static TrainingResult resume(Dataset data, Path out, RunConfig config, Options options)
      throws IOException, InterruptedException {
    // Of another data set, that it does not fit the configuration is not what matters.
    RunDirectory.open(out).data().require(data);
    return new Training(learned(data, config, options), config, options).run(out, true);
  }

  /** The data set as the configuration learns from it, once found to fit it. */
  private static Dataset learned(Dataset data, RunConfig config, Options options) {
    Dataset learned = config.view(data);
    Trainable.check(learned, config, options.extensions());
    return learned;
  }

  /**
   * What of a configuration does not fit a data set, where its settings are otherwise right.
   *
   * @return messages; empty where it can be trained with
   */
  public static List<String> refusals(Dataset data, RunConfig config, Extensions own) {
    return Trainable.problems(config.view(data), config, own).all();
  }

  /**
   * What would end a training with the built-in towers before its first step.
   *
   * @return messages; empty where nothing would
   * @throws BadDataException where a feature has a value that no tower can compute with
   */
  public static List<String> misfits(Dataset data, RunConfig config) {
    Dataset view;
    try {
      view = config.view(data);
    } catch (IllegalArgumentException misfit) {
      // Of rows that cannot be read there is nothing else to say.
      return List.of(misfit.getMessage());
    }
    Problems problems = new Problems();
    problems.parse(() -> config.requireFeatures(view));
    if (problems.none()) {
      problems.parse(() -> TwoTowerModel.require(view, config));
    }
    Trainable.problems(view, config, Extensions.NONE).all().forEach(problems::add);
    return problems.all();
  }

  /**
   * A configuration for which {@link #misfits} says the same, whatever learning rates and the like
   * are: of several that are equal here, one is to be checked, which takes passes over the rows.
   */
  public static RunConfig checkedAs(RunConfig config) {
    return Trainable.checkedAs(config);
  }

  /**
   * Refuses batches that a data set has too few rows for.
   *
   * @throws IllegalArgumentException with both numbers, and what is allowed
   */
  public static void requireRows(Dataset data, RunConfig config) {
    Trainable.requireRows(config.view(data), config);
  }

  /** The data set as evaluations see it. */
  public static RankingData rankingData(Dataset data) {
    return new RankingData(
        data.users(),
        data.trainCounts(),
        data.interactions(Split.VALIDATION),
        data.interactions(Split.TEST),
        data.feedback().isNone() ? Optional.empty() : Optional.of(RankedKinds.of(data)));
  }

  private TrainingResult run(Path out, boolean resume) throws IOException, InterruptedException {
    try (EngineTurn turn =
        takesTurns(config, options.extensions()) ? EngineTurn.take() : EngineTurn.share()) {
      return runInTurn(out, resume);
    }
  }

  /**
   * Whether a training runs alone in its process: where gradients come from the engine's graph,
   * which collects one set of them, and on a GPU, which it has for itself.
   */
  public static boolean takesTurns(RunConfig config, Extensions own) {
    return own.heads() != TwoTowerModel.Heads.BUILT_IN
        || !own.losses().isEmpty()
        || config.user().learnsPooling()
        || Devices.resolve(config.device()).isGpu();
  }

  private TrainingResult runInTurn(Path out, boolean resume)
      throws IOException, InterruptedException {
    Devices.useThreads(config.threads());
    ai.djl.Device device = Devices.resolve(config.device());
    try (TwoTowerModel model =
        TwoTowerModel.create(data, config, device, options.extensions().heads())) {
      if (!resume && options.from().isPresent()) {
        inherit(Inheritance.start(options.from().get(), model, data, options.extensions()));
      }
      try (RunDirectory run =
          resume
              ? RunDirectory.openToWrite(out)
              : RunDirectory.create(
                  out,
                  config,
                  inherited.map(Inheritance::origin),
                  Optional.of(data.directory()),
                  options.tried())) {
        return train(model, run, resume);
      }
    }
  }

  /** Loading another run has set the number of threads to that run's. */
  private void inherit(Inheritance from) {
    inherited = Optional.of(from);
    Devices.useThreads(config.threads());
  }

  private TrainingResult train(TwoTowerModel model, RunDirectory run, boolean resume)
      throws IOException, InterruptedException {
    Optional<DiskShuffle> shuffle =
        Shuffling.of(data, config).open(run.path(), options.extensions(), options.listener()::note);
    try {
      return train(model, run, resume, shuffle);
    } finally {
      shuffle.ifPresent(DiskShuffle::close);
    }
  }

  private TrainingResult train(
      TwoTowerModel model, RunDirectory run, boolean resume, Optional<DiskShuffle> shuffle)
      throws IOException, InterruptedException {
    Extensions own = options.extensions();
    TrainingListener listener = options.listener();
    String dataset = RunDirectory.checksum(data);
    Optional<Origin> origin = resume ? run.origin() : Optional.empty();
    origin.map(Origin::carried).ifPresent(model::carry);
    BatchPlanner planner = new BatchPlanner(data, config, model.sources(), own, shuffle);
    TrainingStep step = new TrainingStep(model, own.losses());
    TrainedState trained = new TrainedState(planner.newState(), step.remembered());
    SamplerPosition from = new SamplerPosition(0, 0);
    if (resume) {
      Optional<Checkpoint> checkpoint = run.resume(dataset, model, trained);
      checkpoint.ifPresent(progress::resume);
      if (checkpoint.filter(at -> at.best().step() == at.step()).isPresent()) {
        progress.ended(Boolean.TRUE.equals(run.card().stillRising()));
      }
      from = checkpoint.map(Checkpoint::next).orElse(from);
      if (origin.isPresent()) {
        inherit(
            checkpoint.isPresent()
                ? Inheritance.resumed(origin.get(), model, data, own, listener::note)
                : Inheritance.again(origin.get(), model, data, own));
      }
    }
    inherited.ifPresent(earlier -> earlier.fill(trained.planning()));
    planner.state().become(trained.planning());
    note();
    listener.started(run.path(), config);
    RunOutput output =
        new RunOutput(run, data, dataset, options, model, trained, progress, inherited);
    if (shuffle.isPresent()) {
      output.log(
          Map.of("type", "shuffle", "step", progress.step(), "bytes", shuffle.get().bytes()));
    }
    TrainingResult result =
        new TrainingLoop(data, model, options, evaluator, planner, step, trained, progress, output)
            .run(from);
    listener.ended(result);
    return result;
  }

  /** What the data set and the configuration mean for each other, where nobody may expect it. */
  private void note() {
    if (config.user().historyLength() > 0 && data.requests() <= data.users()) {
      options
          .listener()
          .note(
              "every user has a single request; a history ends where a request begins, so all"
                  + " histories are empty in training but full in evaluation: import with a request"
                  + " column or --session-gap, or set user.history.length=0");
    }
    if (evaluator.isEmpty() && config.evaluation().everyEpochs() > 0) {
      options
          .listener()
          .note(
              "the data set has no %s rows: no early stopping; the last weights are kept"
                  .formatted(config.evaluation().split()));
    }
  }
}
