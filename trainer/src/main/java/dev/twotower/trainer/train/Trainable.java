package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Problems;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.batch.IndexedBatches;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.auto.Rules;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.contrastive.TreeBatches;
import dev.twotower.trainer.optimizer.RateSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Checks whether a model can be trained from a data set with a given configuration. */
final class Trainable {
  /** What no check here reads, at values that go with any others. */
  private static final List<String> UNREAD =
      List.of(
          "optimizer.tableLearningRate=1",
          "optimizer.tableWeightDecay=0",
          "optimizer.learningRate=1",
          "optimizer.weightDecay=0",
          "optimizer.clipNorm=0",
          "loss.learnTemperature=false");

  private Trainable() {}

  /**
   * Refuses data and settings that do not fit each other, before anything is written.
   *
   * @throws IllegalArgumentException naming the setting or split, and what is allowed
   */
  static void check(Dataset data, RunConfig config, Extensions own) {
    problems(data, config, own).check();
  }

  /**
   * Refuses what {@link #check} does, of a part of a data set.
   *
   * @param together whether the other parts' rows are negatives, too
   * @throws IllegalArgumentException naming the setting or split, and what is allowed
   */
  static void checkPart(Dataset data, RunConfig config, boolean together) {
    problems(data, config, Extensions.NONE, together).check();
  }

  /** The same; whoever asks refuses. */
  static Problems problems(Dataset data, RunConfig config, Extensions own) {
    return problems(data, config, own, false);
  }

  private static Problems problems(
      Dataset data, RunConfig config, Extensions own, boolean together) {
    Problems problems = new Problems();
    problems.parse(() -> requireRows(data, config));
    boolean batches = problems.none();
    problems.parse(() -> requireWarmupEnds(data, config));
    problems.parse(() -> requirePull(data.items(), config.loss()));
    problems.parse(() -> requireTimesOfGaps(data, config));
    problems.parse(
        () -> {
          BatchReader reader =
              new BatchReader(data.interactions(Split.TRAIN), config.masks(), own.columns());
          if (batches && !together) {
            requireNegatives(data, config, own, reader);
          }
        });
    if (config.tree().enabled()) {
      // Says what the tree or the log lacks before anything is written.
      problems.parse(() -> TreeBatches.of(config.tree(), data, config.seed()).at(0));
    }
    return problems;
  }

  /** The configuration as far as checks read it ({@link Training#checkedAs}). */
  static RunConfig checkedAs(RunConfig config) {
    List<String> unread = new ArrayList<>(UNREAD);
    if (config.loss().form() != LossConfig.Form.TOP_K) {
      unread.add("loss.temperature=1"); // read by requirePull
    }
    if (config.optimizer().warmupSteps() == 0) {
      unread.addAll(List.of("epochs=1", "maxSteps=0")); // read by requireWarmupEnds
    }
    return config.with(unread.toArray(String[]::new));
  }

  private static void requireTimesOfGaps(Dataset data, RunConfig config) {
    boolean gaps = config.user().history().map(HistoryConfig::gaps).orElse(false);
    if (gaps && config.user().historyLength() > 0 && !data.interactions(Split.TRAIN).timed()) {
      throw new IllegalArgumentException(
          "user.history.gaps: received true, but the log has an order and no times; allowed: false,"
              + " or import it with --column time=..");
    }
  }

  private static void requireWarmupEnds(Dataset data, RunConfig config) {
    long rows = data.interactions(Split.TRAIN).rows();
    if (rows > 0) {
      requireWarmupEnds(rows, config, "the run", "or more epochs");
    }
  }

  /** Refuses batches that the data set has too few rows for. */
  static void requireRows(Dataset data, RunConfig config) {
    long trainRows = data.interactions(Split.TRAIN).rows();
    if (trainRows == 0) {
      throw new IllegalArgumentException(
          "the training split of "
              + data.directory()
              + " is empty; import the data with another --split");
    }
    Samplers.requireBatches(trainRows, config.batchSize());
  }

  /**
   * Refuses settings that a part of a data set has too few rows for.
   *
   * @param shared whether a batch is of all parts together
   * @throws IllegalArgumentException naming the part and setting, and what is allowed
   */
  static void requireRows(PartedDataset data, RunConfig config, boolean shared) {
    long[] rows = new long[data.parts()];
    int smallest = 0;
    for (int part = 0; part < rows.length; part++) {
      rows[part] = data.trainRows(part, config.trainOn());
      smallest = rows[part] < rows[smallest] ? part : smallest;
    }
    if (shared && rows.length > 1 && rows[smallest] > 1) {
      requireShares(rows, smallest, config);
      return;
    }
    boolean several = rows.length > 1;
    String part =
        several ? "part %d, the smallest of %d,".formatted(smallest, rows.length) : "the only part";
    requireBatch(rows[smallest], config, part, several ? ", or fewer parts" : "");
    requireWarmupEnds(
        rows[smallest], config, part, several ? "more epochs or fewer parts" : "or more epochs");
  }

  private static void requireBatch(long rows, RunConfig config, String who, String remedy) {
    if (config.batchSize() > rows) {
      throw new IllegalArgumentException(
          "batchSize is %d, but %s has %s to train on; %s"
              .formatted(
                  config.batchSize(),
                  who,
                  Amount.of(rows, "row"),
                  rows < 2
                      ? "a batch needs 2 at least: prepare the log with fewer parts, or another"
                          + " --split"
                      : "allowed: 2 to %d%s".formatted(rows, remedy)));
    }
  }

  /** Of parts that have two rows at least, and take their shares of a batch. */
  private static void requireShares(long[] rows, int smallest, RunConfig config) {
    long all = Arrays.stream(rows).sum();
    requireBatch(all, config, "the log of %d parts".formatted(rows.length), "");
    double share = (double) config.batchSize() * rows[smallest] / all;
    if (share < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "batchSize is %d, of which part %d, the smallest of %d, would take %.2f rows, and"
                  + " needs 2; allowed: %d and up, or fewer parts",
              config.batchSize(),
              smallest,
              rows.length,
              share,
              (2 * all + rows[smallest] - 1) / rows[smallest]));
    }
    for (int part = 0; part < rows.length; part++) {
      int own = PartTraining.share(config.batchSize(), rows[part], all);
      requireWarmupEnds(
          rows[part],
          config.with("batchSize=" + own),
          "part %d of %d".formatted(part, rows.length),
          "or more epochs");
    }
  }

  private static void requireWarmupEnds(long rows, RunConfig config, String who, String remedy) {
    long warmup = config.optimizer().warmupSteps();
    long planned =
        RateSchedule.of(
                config.optimizer(), rows, config.batchSize(), config.epochs(), config.maxSteps())
            .planned();
    if (warmup > 0 && warmup >= planned) {
      throw new IllegalArgumentException(
          "optimizer.warmupSteps: received %d, but %s has %s of %s; allowed: below %d, %s"
              .formatted(
                  warmup,
                  who,
                  Amount.of(planned, "step"),
                  Amount.of(config.batchSize(), "row"),
                  planned,
                  remedy));
    }
  }

  /**
   * Fails when form top-k would push positives away that are no more improbable than chance: far
   * below the threshold, and with the log(items) nats that an untrained model needs for every item,
   * the pull of a positive is {@code 1 - temperature log(items) / topK.temperature} of what it
   * would be (package of the loss).
   */
  private static void requirePull(int items, LossConfig loss) {
    double least = loss.temperature() * Math.log(items);
    if (loss.form() == LossConfig.Form.TOP_K && loss.topK().temperature() <= least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "loss.topK.temperature: received %s; allowed with loss.temperature %s and %s: above"
                  + " %.2f (loss.temperature times the logarithm of the number of items), or"
                  + " positives are pushed away instead of towards their users; %.1f is a good"
                  + " start, or take a lower loss.temperature",
              loss.topK().temperature(),
              loss.temperature(),
              Amount.of(items, "item"),
              least,
              Rules.topKTemperature(loss.temperature(), items)));
    }
  }

  /**
   * Fails when masks and columns do not fit, and when the masks leave no negative in the whole
   * first epoch; the first batch that has one ends the search. Columns beside those of a batch's
   * rows are negatives as well: then nothing is searched.
   */
  private static void requireNegatives(
      Dataset data, RunConfig config, Extensions own, BatchReader reader) {
    Interactions train = data.interactions(Split.TRAIN);
    MaskSet masks = config.masks();
    if (config.loss().uniform() > 0 || config.loss().queue() > 0 || shows(data, config)) {
      return;
    }
    BatchSampler sampler = own.samplers(config).create(train, config.batchSize(), config.seed());
    BatchIndex index = new BatchIndex(data.items(), new TrainEngagement(train), masks.engaged());
    var batches = new IndexedBatches(sampler, reader, config.batchSize(), index);
    DedupPlan plan = new DedupPlan(masks);
    int mostUsers = 0;
    while (batches.next()) {
      if (plan.plan(index).validPairs() > 0) {
        return;
      }
      mostUsers = Math.max(mostUsers, index.users());
    }
    throw new IllegalArgumentException(
        "masks '%s' leave no row of the training split a negative under layout %s with batchSize %d, whose batches hold at most %d user(s); allowed: a larger batchSize, layout iid or requests:G, fewer masks, or loss.uniform for extra negatives"
            .formatted(config.masks(), config.layout(), config.batchSize(), mostUsers));
  }

  /** Whether requests bring negatives of their own, whatever the masks leave of the batch. */
  private static boolean shows(Dataset data, RunConfig config) {
    return config.usesShown() && data.rows(Feedback.Role.SHOWN, Split.TRAIN).rows() > 0;
  }
}
