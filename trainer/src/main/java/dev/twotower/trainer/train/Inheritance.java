package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.config.LossConfig.Correction;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.correction.StreamingRates;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Continued.Ancestor;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.warm.ItemDrift;
import dev.twotower.trainer.warm.WarmStart;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What a run that starts from another one has from it, while it is trained. */
final class Inheritance {
  private final Origin origin;
  private final Optional<ItemDrift> drift;

  /** What becomes of the planner's estimates; nothing once a checkpoint holds them. */
  private final Consumer<PlanningState> planning;

  private Inheritance(Origin origin, Optional<ItemDrift> drift, Consumer<PlanningState> planning) {
    this.origin = origin;
    this.drift = drift;
    this.planning = planning;
  }

  /**
   * Fills a new model from a run, before anything is written.
   *
   * @throws IllegalArgumentException where the two do not fit each other
   * @throws BadDataException where a file of the run is not as it was written
   */
  static Inheritance start(StartFrom from, TwoTowerModel model, Dataset data, Extensions own)
      throws IOException {
    RunConfig config = model.config();
    try (TrainedRun then =
        TrainedRun.load(from.run(), from.data(), Optional.of(config.device()), own.heads())) {
      Earlier earlier = new Earlier(then);
      if (!then.directory().loadState(then.model(), earlier) && from.keepOptimizer()) {
        throw new IllegalArgumentException(
            "--from %s: the run keeps no state of its optimisers, being one of a comparison or an earlier version's; give --from-optimizer fresh"
                .formatted(from.run()));
      }
      WarmStart start = WarmStart.of(then, model, data.tree(), from.keepOptimizer());
      return new Inheritance(
          Origin.of(start.continued(), start.carried(), start.newItems()),
          Optional.of(WarmStart.drift(then, data)),
          state ->
              earlier.rates.ifPresent(
                  rates ->
                      state
                          .streaming()
                          .ifPresent(into -> start.take(rates, into, config.batchSize()))));
    }
  }

  /** The same for a run that was killed before its first checkpoint. */
  static Inheritance again(Origin origin, TwoTowerModel model, Dataset data, Extensions own)
      throws IOException {
    Ancestor parent = origin.continued().chain().get(0);
    Path run = Path.of(parent.run());
    String found = RunDirectory.open(run).card().weightsChecksum();
    if (!found.equals(parent.weightsChecksum())) {
      throw new BadDataException(
          "the run starts from the model of '%s' with SHA-256 %s, but that is %s now, and there is no checkpoint yet; restore it, or start again"
              .formatted(run, parent.weightsChecksum(), found));
    }
    boolean keep = origin.continued().optimizer().equals("keep");
    return start(
        new StartFrom(run, Optional.of(Path.of(parent.dataset())), keep), model, data, own);
  }

  /**
   * For a run that a checkpoint continues: the model is filled from there.
   *
   * @param note receives the reason why the drift is not measured
   */
  static Inheritance resumed(
      Origin origin, TwoTowerModel model, Dataset data, Extensions own, Consumer<String> note) {
    model.carry(origin.carried());
    Ancestor parent = origin.continued().chain().get(0);
    Optional<ItemDrift> drift;
    try (TrainedRun then =
        TrainedRun.load(
            Path.of(parent.run()),
            Optional.of(Path.of(parent.dataset())),
            Optional.of(model.config().device()),
            own.heads())) {
      drift = Optional.of(WarmStart.drift(then, data));
    } catch (IOException | IllegalArgumentException | BadDataException gone) {
      note.accept(
          "how far items go from '%s' is not measured: %s"
              .formatted(parent.run(), gone.getMessage()));
      drift = Optional.empty();
    }
    return new Inheritance(origin, drift, state -> {});
  }

  Origin origin() {
    return origin;
  }

  void fill(PlanningState state) {
    planning.accept(state);
  }

  /** For the card of the model as it is now. */
  Continued continued(TwoTowerModel model, Dataset data) {
    if (drift.isEmpty()) {
      return origin.continued();
    }
    try (ModelScorer scorer = new ModelScorer(model, data, Split.TEST)) {
      return origin.continued().withDrift(drift.get().upTo(scorer));
    }
  }

  /** The earlier run's estimates of rates, which its state begins with. */
  private static final class Earlier implements RunState {
    private final Optional<StreamingRates> rates;

    Earlier(TrainedRun run) {
      RunConfig config = run.config();
      rates =
          config.loss().correction() == Correction.STREAMING
              ? Optional.of(
                  new StreamingRates(
                      config.loss().streaming(),
                      config.loss().counting(),
                      run.data().items(),
                      config.seed()))
              : Optional.empty();
    }

    @Override
    public void write(DataOutput out) {
      throw new UnsupportedOperationException("a run that has ended is not written again");
    }

    @Override
    public void read(DataInput in) throws IOException {
      in.readLong();
      if (rates.isPresent()) {
        rates.get().read(in);
      }
    }

    @Override
    public Map<String, NDArray> arrays() {
      return Map.of();
    }
  }
}
