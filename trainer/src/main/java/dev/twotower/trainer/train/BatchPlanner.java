package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.DiskShuffle;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.DedupPlan.Queries;
import dev.twotower.masking.DensePlan;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.candidates.OtherRows;
import dev.twotower.trainer.candidates.RowQueue;
import dev.twotower.trainer.candidates.ShownDraws;
import dev.twotower.trainer.candidates.UniformDraws;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.OptimizerConfig.Towers;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.contrastive.TreeBatch;
import dev.twotower.trainer.contrastive.TreeBatches;
import dev.twotower.trainer.correction.BatchCorrection;
import dev.twotower.trainer.correction.Proposal;
import dev.twotower.trainer.correction.Proposals;
import dev.twotower.trainer.loss.AnchorWeights;
import dev.twotower.trainer.optimizer.RateSchedule;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.InputCounts;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans one batch after another from a sampler. Used by one thread. */
public final class BatchPlanner {
  private final Interactions train;

  /** The rows of the training split by their places ({@link RowBatch#place}). */
  private final Interactions read;

  private final int items;
  private final RunConfig config;
  private final MaskSet masks;
  private final BatchSampler sampler;
  private final BatchReader reader;
  private final TrainEngagement engagement;
  private final AnchorWeights weights;
  private final Optional<Proposal> proposal;
  private final TrainCounts counts;
  private final PlanningState state;
  private final UniformDraws uniform;
  private final Optional<OtherRows> others;
  private final Optional<ShownDraws> shown;
  private final TowerInputs.Sources sources;
  private final Histories histories;
  private final IdDropout dropout;
  private final Optional<TreeBatches> tree;

  /**
   * Whether items have more than ids. The tree's loss then sees them as though they were new: where
   * ids can satisfy it, features are left unlearned, and items that have nothing else fare worse
   * than without the loss.
   */
  private final boolean featuresSpeak;

  private final boolean usersOnly;
  private final RateSchedule rates;

  /** A planner of training batches; histories come from the training split. */
  public BatchPlanner(Dataset data, RunConfig config, TowerInputs.Sources sources) {
    this(data, config, sources, Extensions.NONE);
  }

  /**
   * A planner of training batches; histories come from the training split.
   *
   * @param own what a program adds
   */
  public BatchPlanner(Dataset data, RunConfig config, TowerInputs.Sources sources, Extensions own) {
    this(data, config, sources, own, Optional.empty());
  }

  /**
   * A planner of training batches; histories come from the training split.
   *
   * @param own what a program adds
   * @param shuffle the copy that the layout {@code iid} is read from; empty to read the log
   */
  BatchPlanner(
      Dataset data,
      RunConfig config,
      TowerInputs.Sources sources,
      Extensions own,
      Optional<DiskShuffle> shuffle) {
    this(
        data,
        config,
        sources,
        new Histories(List.of(data.interactions(Split.TRAIN))),
        own,
        shuffle,
        Optional.empty());
  }

  /**
   * A planner of training batches.
   *
   * @param histories where user towers see past items
   */
  public BatchPlanner(
      Dataset data, RunConfig config, TowerInputs.Sources sources, Histories histories) {
    this(data, config, sources, histories, Extensions.NONE, Optional.empty(), Optional.empty());
  }

  /**
   * A planner of batches that are part of larger ones.
   *
   * @param others items of the rows of users that are not here
   */
  BatchPlanner(
      Dataset data, RunConfig config, TowerInputs.Sources sources, Optional<OtherRows> others) {
    this(
        data,
        config,
        sources,
        new Histories(List.of(data.interactions(Split.TRAIN))),
        Extensions.NONE,
        Optional.empty(),
        others);
  }

  private BatchPlanner(
      Dataset data,
      RunConfig config,
      TowerInputs.Sources sources,
      Histories histories,
      Extensions own,
      Optional<DiskShuffle> shuffle,
      Optional<OtherRows> others) {
    this.train = data.interactions(Split.TRAIN);
    this.items = data.items();
    this.config = config;
    this.masks = config.masks();
    this.sampler =
        shuffle
            .map(DiskShuffle::sampler)
            .orElseGet(() -> own.samplers(config).create(train, config.batchSize(), config.seed()));
    this.read = shuffle.map(DiskShuffle::rows).orElse(train);
    this.reader = new BatchReader(train, read, masks, own.columns());
    this.engagement = new TrainEngagement(train);
    this.weights = new AnchorWeights(config.loss().weighting(), train, config.batchSize());
    this.counts = data.trainCounts();
    this.proposal = Proposals.create(config, counts);
    this.state = new PlanningState(proposal, newQueue());
    this.uniform = new UniformDraws(config.seed(), items, config.loss().uniform());
    this.others = others;
    this.shown =
        config.usesShown()
            ? Optional.of(
                new ShownDraws(
                    config.seed(),
                    data.rows(Role.SHOWN, Split.TRAIN),
                    train,
                    engagement,
                    masks.engaged(),
                    config.loss().shown().perRequest()))
            : Optional.empty();
    this.sources = sources;
    this.histories = histories;
    this.usersOnly = !sources.changesByRequest();
    this.dropout = new IdDropout(config);
    this.rates =
        RateSchedule.of(
            config.optimizer(),
            train.rows(),
            config.batchSize(),
            config.epochs(),
            config.maxSteps());
    this.featuresSpeak = config.item().speaksWithoutIds();
    this.tree =
        config.tree().enabled()
            ? Optional.of(TreeBatches.of(config.tree(), data, config.seed()))
            : Optional.empty();
  }

  /** Makes the batch at {@code from} the next one. */
  void resume(SamplerPosition from) {
    sampler.resume(from);
    // The report of the epoch counts its batches from the first on.
    tree.ifPresent(
        batches -> {
          for (long done = from.batch(); done > 0; done--) {
            batches.count(state.batches() - done);
          }
        });
  }

  /** What this epoch's batches of the tree's loss were made of; empty without that loss. */
  Optional<Composition.Report> endEpoch() {
    return tree.map(TreeBatches::report);
  }

  public BatchSampler sampler() {
    return sampler;
  }

  /** What planning has learned from the batches planned so far. */
  PlanningState state() {
    return state;
  }

  /** A state to follow the batches trained on, for checkpoints. */
  PlanningState newState() {
    boolean learns = config.loss().correction() == LossConfig.Correction.STREAMING;
    return new PlanningState(
        learns ? Proposals.create(config, counts) : Optional.empty(), newQueue());
  }

  private Optional<RowQueue> newQueue() {
    int rows = config.loss().queue();
    return rows == 0
        ? Optional.empty()
        : Optional.of(new RowQueue(rows, masks.contexts().size(), items));
  }

  private boolean leavesUserOut() {
    return config.loss().correction() == LossConfig.Correction.LEAVE_USER_OUT;
  }

  /** An empty batch of the shape this planner fills. */
  public PlannedBatch newBatch() {
    return new PlannedBatch(
        new RowBatch(config.batchSize()),
        reader.newBatch(),
        new BatchIndex(items, engagement, masks.engaged() || leavesUserOut()),
        new TowerInputs(sources, histories),
        new BatchCorrection(proposal, config.loss(), counts, masks.engaged()));
  }

  /** Plans the sampler's next batch into {@code batch}; false when the epoch is over. */
  public boolean next(PlannedBatch batch) {
    long start = System.nanoTime();
    SamplerPosition at = sampler.position();
    if (!sampler.next(batch.rows)) {
      return false;
    }
    batch.after = sampler.position();
    batch.number = at.batch();
    batch.rateFactor = rates.at(at.epoch(), at.batch());
    reader.read(batch.rows, batch.ids);
    long read = System.nanoTime();
    batch.readNanos = read - start;
    long number = state.batches();
    addCandidates(batch);
    batch.takeTree(tree.map(batches -> batches.at(number)));
    state.observe(batch.index);
    state.queue().ifPresent(queue -> batch.remember(queue));
    // Plans keep their buffers: a batch slot replans into the plan it already has.
    batch.counted =
        switch (config.engine()) {
          case DEDUP ->
              (batch.counted instanceof DedupPlan plan ? plan : newPlan()).plan(batch.index);
          case DENSE ->
              (batch.counted instanceof DensePlan plan ? plan : new DensePlan(masks))
                  .plan(batch.index);
        };
    batch.plan = batch.correction.correct(batch.counted, uniform.count()).plan();
    shown.ifPresent(draws -> draws.draw(batch.index, batch.after));
    shown.ifPresent(batch::show);
    weigh(batch);
    fillTowers(batch, number);
    batch.planNanos = System.nanoTime() - read;
    return true;
  }

  /**
   * Requests of a user share a query where neither the user tower nor what they showed tells them
   * apart.
   */
  private DedupPlan newPlan() {
    return new DedupPlan(masks, usersOnly && shown.isEmpty() ? Queries.USERS : Queries.REQUESTS);
  }

  /** Adds candidates that are not rows (design 3.5), and numbers them all. */
  private void addCandidates(PlannedBatch batch) {
    others.ifPresent(rows -> rows.appendTo(batch.ids, batch.number));
    uniform.appendTo(batch.ids, batch.after);
    int computed = batch.ids.candidates();
    boolean warm = state.batches() >= config.loss().queueWarmup();
    state.queue().filter(queue -> warm).ifPresent(queue -> queue.appendTo(batch.ids));
    batch.index.index(batch.ids);
    batch.recall(computed, state.queue());
  }

  private void weigh(PlannedBatch batch) {
    int size = batch.size();
    if (batch.rowWeight.length < size) {
      batch.rowWeight = new float[size];
    }
    for (int i = 0; i < size; i++) {
      batch.rowWeight[i] = read.weight(batch.rows.place(i));
    }
    float[] summed = weights.perPositive(batch.plan, batch.rowWeight);
    if (batch.positiveWeight.length < batch.plan.positives()) {
      batch.positiveWeight = new float[batch.plan.positives()];
    }
    System.arraycopy(summed, 0, batch.positiveWeight, 0, batch.plan.positives());
  }

  /** How many rows of the batch are behind each row of the tables. */
  private Map<String, float[]> counts(PlannedBatch batch) {
    BatchIndex index = batch.index;
    Towers towers = config.optimizer().rowStepsOf();
    InputCounts users = new InputCounts(batch.inputs.users().size());
    InputCounts items = new InputCounts(batch.inputs.items().size());
    for (int row = 0; row < index.size(); row++) {
      float weight = weights.of(index, row, batch.rowWeight[row]);
      if (towers.user()) {
        users.add(usersOnly ? index.rowUser(row) : index.rowRequest(row), weight);
      }
      if (towers.item()) {
        items.add(index.rowColumn(row), weight);
      }
    }
    return batch.inputs.counts(users, items);
  }

  private void fillTowers(PlannedBatch batch, long number) {
    BatchIndex index = batch.index;
    TowerInputs inputs = batch.inputs;
    int[] treeItems = batch.tree.map(TreeBatch::items).orElse(new int[0]);
    dropout.startBatch(number);
    batch.usersOnly = usersOnly;
    inputs.clear(
        batch.userInputs(), batch.computedColumns + batch.shown.items().size() + treeItems.length);
    for (int column = 0; column < batch.computedColumns; column++) {
      inputs.addItem(index.item(column), dropout.keepsItem());
    }
    for (int at = 0; at < batch.shown.items().size(); at++) {
      inputs.addItem(batch.shown.items().getInt(at), dropout.keepsItem());
    }
    if (usersOnly) {
      for (int user = 0; user < index.users(); user++) {
        inputs.addUser(index.user(user), 0, dropout.keepsUser());
      }
    } else {
      for (int request = 0; request < index.requests(); request++) {
        int id = index.request(request);
        inputs.addUser(
            index.user(index.requestUser(request)),
            id,
            train.time(train.requestStart(id)),
            dropout.keepsUser());
      }
    }
    for (int item : treeItems) {
      inputs.addItem(item, !featuresSpeak);
    }
    batch.touchedRows = inputs.touchedRows();
    inputs.findPlaces();
    batch.rowCounts = config.optimizer().countsRows() ? counts(batch) : Map.of();
  }
}
