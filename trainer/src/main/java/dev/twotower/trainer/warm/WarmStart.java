package dev.twotower.trainer.warm;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.WarmConfig.NewItems;
import dev.twotower.trainer.correction.StreamingRates;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Continued.Ancestor;
import dev.twotower.trainer.run.Continued.TakenRows;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.tower.Carried;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A new model, filled from an earlier one (package description). */
public final class WarmStart {
  private final TrainedRun then;
  private final boolean keepOptimizer;
  private final List<TakenRows> rows = new ArrayList<>();
  private final Map<String, BitSet> known = new LinkedHashMap<>();
  private final int[] items;

  private WarmStart(TrainedRun then, TwoTowerModel now, boolean keepOptimizer) {
    this.then = then;
    this.keepOptimizer = keepOptimizer;
    this.items = MatchedRows.items(then.data().itemTable(), now.sources().items());
  }

  /**
   * Fills a model.
   *
   * @param then the earlier run, its optimisers filled where their state is to come along
   * @param now as it was created for the new data set
   * @param tree the new data set's
   * @throws IllegalArgumentException with all that does not fit, before anything is changed
   */
  public static WarmStart of(
      TrainedRun then, TwoTowerModel now, Optional<CategoryTree> tree, boolean keepOptimizer) {
    List<String> differences = Differences.between(then.model(), now, keepOptimizer);
    if (now.config().warm().newItems() == NewItems.CATEGORY && tree.isEmpty()) {
      differences.add("warm.newItems: category now, but the new data set has no category tree");
    }
    differences.addAll(wrongCategories(then, now));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "--from %s: that model does not fit the one to be trained:%n  %s%nset these as they are there, or train without --from"
              .formatted(
                  then.directory().path(),
                  String.join(System.lineSeparator() + "  ", differences)));
    }
    WarmStart start = new WarmStart(then, now, keepOptimizer);
    start.fill(now, tree);
    return start;
  }

  /** Which categories are wrong follows from the items and the seed. */
  private static List<String> wrongCategories(TrainedRun then, TwoTowerModel now) {
    double there = then.config().item().mislabelled();
    double here = now.config().item().mislabelled();
    int[] matched = MatchedRows.items(then.data().itemTable(), now.sources().items());
    boolean sameItems =
        then.data().items() == matched.length
            && IntStream.range(0, matched.length).allMatch(item -> matched[item] == item);
    boolean same = there == here && sameItems && then.config().seed() == now.config().seed();
    return there == 0 && here == 0 || same
        ? List.of()
        : List.of(
            "item.categories.mislabelled: %s there, %s now; other items or another seed have other wrong categories, so such a model goes with its own alone"
                .formatted(there, here));
  }

  /**
   * A run's model as it would serve another data set's users and items, whatever that data set says
   * of them: ids that the run does not know are unknown to it. To be closed.
   *
   * @param asked the data set that it is to be asked about
   * @param device where it is to live
   */
  public static TwoTowerModel serving(
      TrainedRun then, Dataset asked, Device device, TwoTowerModel.Heads heads) {
    RunConfig config = then.config().with("warm.newItems=fresh");
    TwoTowerModel now = TwoTowerModel.create(asked, config, device, heads);
    try {
      Carried carried = of(then, now, asked.tree(), false).carried();
      now.carry(new Carried(carried.rows(), carried.standards(), true));
      return now;
    } catch (RuntimeException refused) {
      now.close();
      throw refused;
    }
  }

  /**
   * Evaluates a run's model on another data set's users, where it lives. What it is asked with, as
   * users' histories, is of the run's own kinds of feedback, as everywhere; what is to be found is
   * the evaluator's.
   *
   * @param asked the data set whose users the evaluator ranks, read as it ranks them
   */
  public static EvaluationResult evaluate(
      TrainedRun then, Dataset asked, RankingEvaluator evaluator, Split split) {
    Feedback own = then.config().events();
    if (own.ranksAs(asked.feedback())) {
      return evaluateOn(then, asked, evaluator, split);
    }
    try (Dataset again = Dataset.open(asked.directory())) {
      return evaluateOn(then, read(then.config(), again, split).orElse(asked), evaluator, split);
    }
  }

  /** A log as a run reads its own; empty where it has kinds that the run does not know. */
  private static Optional<Dataset> read(RunConfig config, Dataset log, Split split) {
    try {
      Dataset read = log.reading(config.events());
      return Optional.of(
          config.trainOn().contains(split) ? read : read.trainedOn(config.trainOn()));
    } catch (IllegalArgumentException others) {
      return Optional.empty();
    }
  }

  private static EvaluationResult evaluateOn(
      TrainedRun then, Dataset asked, RankingEvaluator evaluator, Split split) {
    Device device = then.model().manager().getDevice();
    try (TwoTowerModel serving = serving(then, asked, device, TwoTowerModel.Heads.BUILT_IN);
        ModelScorer scorer = new ModelScorer(serving, asked, split)) {
      return evaluator.evaluate(scorer);
    }
  }

  private void fill(TwoTowerModel now, Optional<CategoryTree> tree) {
    for (MatchedRows matched : MatchedRows.of(then.model().sources(), now.sources())) {
      String name = matched.table();
      now.tables().get(name).take(then.model().tables().get(name), matched.from(), keepOptimizer);
      now.tables().get(name).forget(now.config().warm().accumulators());
      BitSet meaningful = new BitSet();
      for (int row = 0; row < matched.from().length; row++) {
        meaningful.set(row, matched.from()[row] >= 0);
      }
      int ofCategory = 0;
      if (now.config().warm().newItems() == NewItems.CATEGORY
          && MatchedRows.ofItems(name, now.sources())) {
        int[] means =
            CategoryMeans.write(now.tables().get(name), matched.from(), tree.orElseThrow());
        for (int item : means) {
          meaningful.set(item);
        }
        ofCategory = means.length;
      }
      known.put(name, meaningful);
      int taken = matched.taken();
      rows.add(
          new TakenRows(name, taken, matched.from().length - taken, ofCategory, matched.dropped()));
    }
    now.takeDense(then.model(), keepOptimizer);
    boolean learned = now.temperature().learned() && then.model().temperature().learned();
    if (learned) {
      now.temperature().take(then.model().temperature(), keepOptimizer);
    }
    now.carry(carried());
  }

  /** What the new model must know of where it came from. */
  public Carried carried() {
    return new Carried(known, then.model().sources().standards(), false);
  }

  /** The items that had no training rows there. */
  public BitSet newItems() {
    TrainCounts there = then.data().trainCounts();
    BitSet fresh = new BitSet();
    for (int item = 0; item < items.length; item++) {
      fresh.set(item, items[item] < 0 || there.rows(items[item]) == 0);
    }
    return fresh;
  }

  /** What was taken over, for the card; without a drift. */
  public Continued continued() {
    ModelCard card = then.directory().card();
    List<Ancestor> chain = new ArrayList<>();
    chain.add(
        new Ancestor(
            then.directory().path().toAbsolutePath().normalize().toString(),
            card.dataset(),
            card.datasetChecksum(),
            card.weightsChecksum(),
            card.step(),
            card.epoch()));
    if (card.from() != null) {
      chain.addAll(card.from().chain());
    }
    return new Continued(keepOptimizer ? "keep" : "fresh", chain, rows, null);
  }

  /** Hands an estimate of rates over, where the earlier run had one that counts the same. */
  public void take(StreamingRates earlier, StreamingRates into, int batchSize) {
    if (earlier.counting() == into.counting()) {
      into.take(earlier, items, (double) then.config().batchSize() / batchSize);
    }
  }

  /** Where the items are now, to measure how far they go. */
  public static ItemDrift drift(TrainedRun then, Dataset now) {
    try (ModelScorer scorer = then.scorer(Split.TEST)) {
      return new ItemDrift(scorer, MatchedRows.items(then.data().itemTable(), now.itemTable()));
    }
  }
}
