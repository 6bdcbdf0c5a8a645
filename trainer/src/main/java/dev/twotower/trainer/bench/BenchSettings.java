package dev.twotower.trainer.bench;

import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Words;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What to measure, and on which batches.
 *
 * @param part how much of a step
 * @param engine how the loss is computed
 * @param form what the rows of a batch add up to, as loss.form
 * @param batchSize rows per batch, B
 * @param requests requests per batch of sorted rows, R
 * @param requestsPerUser requests of a user in a row
 * @param items items that rows are drawn from
 * @param itemRows rows of the item table, at least {@code items}
 * @param dim width of embeddings and tower outputs
 * @param history items of history in the user tower; 0 for none
 * @param hidden widths of the towers' hidden layers
 * @param masks masks joined by '+'
 * @param layout order in which rows are read
 * @param steps steps that are timed
 * @param device where arrays live
 * @param precision in what numbers a GPU multiplies
 * @param threads engine threads; 0 for one per core
 * @param seed seed of the log and of the weights
 */
public record BenchSettings(
    Part part,
    RunConfig.Engine engine,
    LossConfig.Form form,
    int batchSize,
    int requests,
    int requestsPerUser,
    int items,
    int itemRows,
    int dim,
    int history,
    List<Integer> hidden,
    String masks,
    String layout,
    int steps,
    String device,
    Precision precision,
    int threads,
    long seed) {

  /** How much of a step is measured. */
  public enum Part {
    /** Loss and its gradient, on random unit vectors. */
    LOSS,
    /** Whole steps, each batch read and planned before its step begins. */
    STEP,
    /** Whole steps, batches read and planned ahead on their own thread. */
    END_TO_END;

    /**
     * Reads a part's name.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static Part parse(String text) {
      return Words.parse(Part.class, text, "unknown part");
    }

    @Override
    public String toString() {
      return Words.of(this);
    }
  }

  private static final int MOST_ROWS = 1 << 20;
  private static final int MOST_ITEMS = 200_000_000;
  private static final int WIDEST = 4096;

  public BenchSettings {
    hidden = List.copyOf(hidden);
    Problems problems = new Problems();
    boolean rows = problems.between("--batch-size", batchSize, 2, MOST_ROWS);
    if (rows && requests > batchSize) {
      problems.add(
          "--requests: received %d; allowed: 1 to %d, the rows of a batch (--batch-size)"
              .formatted(requests, batchSize));
    } else {
      problems.between("--requests", requests, 1, MOST_ROWS);
    }
    problems.between("--requests-per-user", requestsPerUser, 1, Integer.MAX_VALUE);
    boolean catalogue = problems.between("--items", items, 1, MOST_ITEMS);
    if (catalogue && itemRows >= 0 && itemRows < items) {
      problems.add(
          "--item-rows: received %d; allowed: %d, the items (--items), to %d"
              .formatted(itemRows, items, MOST_ITEMS));
    } else {
      problems.between("--item-rows", itemRows, 1, MOST_ITEMS);
    }
    problems.between("--dim", dim, 1, WIDEST);
    problems.between("--history", history, 0, WIDEST);
    hidden.forEach(width -> problems.between("--hidden", width, 1, WIDEST));
    problems.between("--steps", steps, 1, 100_000);
    problems.between("--threads", threads, 0, 1024);
    if (!RunConfig.DEVICE.matcher(device).matches()) {
      problems.add("--device: received '%s'; allowed: auto, cpu or gpu:N".formatted(device));
    }
    problems.check();
  }

  /** Requests per batch of sorted rows if none are given: sixteen rows per request. */
  public static int defaultRequests(int batchSize) {
    return Math.max(1, batchSize / 16);
  }

  /** The form as configurations name it. */
  String formName() {
    return Words.of(form);
  }

  /**
   * The training configuration that is measured.
   *
   * @throws dev.twotower.trainer.config.ConfigException naming values out of range
   */
  public RunConfig config() {
    List<String> config = new ArrayList<>();
    config.add("engine=" + Words.of(engine));
    config.add("batchSize=" + batchSize);
    config.add("dim=" + dim);
    config.add("masks=" + masks);
    config.add("layout=" + layout);
    config.add("device=" + device);
    config.add("precision=" + Words.of(precision));
    config.add("threads=" + threads);
    config.add("seed=" + seed);
    config.add("user.history.length=" + history);
    config.add("loss.form=" + formName());
    // What scripts/pytorch trains with, too.
    config.add("loss.temperature=0.1");
    config.add("loss.correction=" + (form == LossConfig.Form.TOP_K ? "empirical" : "none"));
    config.add("optimizer.tableLearningRate=0.1");
    for (String side : List.of("user", "item")) {
      config.add(side + ".embedding=" + dim);
      config.add(side + ".hidden=" + hidden);
    }
    return RunConfig.defaults().with(config.toArray(String[]::new));
  }
}
