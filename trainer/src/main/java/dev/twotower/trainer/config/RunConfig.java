package dev.twotower.trainer.config;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.message.Words;
import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything a run depends on besides its data. Immutable; the constructor refuses values out of
 * range. What each setting means, its default and its range are in {@code defaults.yaml}.
 *
 * @param seed seed of every random draw
 * @param device {@code auto}, {@code cpu} or {@code gpu:N}
 * @param precision in what numbers a GPU multiplies
 * @param layout order in which rows are read (design 6)
 * @param shuffle how the layout {@code iid} reads them
 * @param batchSize rows per batch
 * @param masks what is removed from the negatives (design 3.1)
 * @param engine how the loss is computed
 * @param trainOn the splits that are learned from
 * @param events what each kind of feedback in the log stands for (design 15)
 * @param epochs passes over the training split
 * @param maxSteps most steps; 0 for no limit
 * @param dim length of the towers' output
 * @param threads CPU threads of the engine; 0 for all cores
 * @param loss the loss
 * @param user the user tower
 * @param item the item tower
 * @param tree the graded contrastive loss on the item tower (design 7)
 * @param optimizer the optimisers
 * @param evaluation evaluation while training
 * @param checkpoint checkpoints
 * @param warm how the run starts from another one (design 15)
 */
public record RunConfig(
    long seed,
    String device,
    Precision precision,
    Layout layout,
    Shuffle shuffle,
    int batchSize,
    MaskSet masks,
    Engine engine,
    TrainSplits trainOn,
    Feedback events,
    int epochs,
    long maxSteps,
    int dim,
    int threads,
    LossConfig loss,
    TowerConfig user,
    TowerConfig item,
    TreeConfig tree,
    OptimizerConfig optimizer,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    WarmConfig warm) {

  /** The two ways of computing the same loss (design 3.2, 3.3). */
  public enum Engine {
    DEDUP,
    DENSE
  }

  static final String DEFAULTS = "defaults.yaml";

  /** Rows of a batch, at most. */
  static final int MOST_BATCH = 1 << 20;

  private static final Map<String, String> FOLLOWERS =
      Map.of("user.embedding", "dim", "item.embedding", "dim");

  /** What {@code device} may be. */
  public static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu:[0-9]{1,3}");

  public RunConfig {
    Checks checks =
        Checks.of(RunConfig.class)
            .matches("device", device, DEVICE, "auto, cpu or gpu:N")
            .between("batchSize", batchSize, 2, MOST_BATCH)
            .between("epochs", epochs, 1, 100_000)
            .between("maxSteps", maxSteps, 0, Long.MAX_VALUE)
            .between("dim", dim, 1, TowerConfig.WIDEST)
            .between("threads", threads, 0, 1024);
    Map<String, Integer> widths = new HashMap<>();
    checkTables(checks, widths, "user", user);
    checkTables(checks, widths, "item", item);
    checkHeads(checks, widths, user);
    checkCorrection(checks, masks, loss);
    checkChoice(checks, trainOn, evaluation);
    checkSchedule(checks, optimizer, evaluation);
    checkShown(checks, events, loss);
    checkHistoryEvents(checks, events, user);
    checks.done();
  }

  /** Each head of a transformer reads as much of a vector. */
  private static void checkHeads(Checks checks, Map<String, Integer> widths, TowerConfig user) {
    HistoryConfig history = user.history().orElseThrow();
    int width = widths.getOrDefault(history.table(), user.embedding());
    checks.require(
        width % history.heads() == 0,
        "user.history.heads",
        history.heads(),
        "a divisor of %d, the width of table '%s'".formatted(width, history.table()));
  }

  /** Leaving a user out describes what masks leave, so masks must take the user's rows away. */
  private static void checkCorrection(Checks checks, MaskSet masks, LossConfig loss) {
    checks.require(
        loss.correction() != LossConfig.Correction.LEAVE_USER_OUT
            || masks.user()
            || masks.engaged(),
        "loss.correction",
        "leave-user-out",
        "leave-user-out with user or engaged in masks; masks '%s' leave a user's own rows among the negatives, for which empirical is right"
            .formatted(masks));
  }

  /** Rows that are learned from cannot tell when to stop. */
  private static void checkChoice(Checks checks, TrainSplits trainOn, EvaluationConfig evaluation) {
    boolean chooses = evaluation.everyEpochs() > 0 || evaluation.patience() > 0;
    checks.require(
        !chooses || !trainOn.contains(evaluation.split()),
        "trainOn",
        trainOn,
        "train while epochs are judged on validation (evaluation.everyEpochs %d, evaluation.patience %d); for %s set both to 0 and epochs to what was chosen, or give train --on %s"
            .formatted(evaluation.everyEpochs(), evaluation.patience(), trainOn, trainOn));
  }

  /** Rates that fall over the planned steps want a run that goes to their end. */
  private static void checkSchedule(
      Checks checks, OptimizerConfig optimizer, EvaluationConfig evaluation) {
    checks.require(
        !optimizer.decays() || evaluation.everyEpochs() == 0 || evaluation.patience() == 0,
        "optimizer.schedule",
        Words.of(optimizer.schedule()),
        "constant where training may stop early (evaluation.patience %d); to let rates fall over all epochs, set evaluation.patience to 0 and epochs to how many there are to be; the best epoch is chosen all the same"
            .formatted(evaluation.patience()));
  }

  /** What a request showed has no place where batches are counted, or draws from q. */
  private static void checkShown(Checks checks, Feedback events, LossConfig loss) {
    if (!usesShown(events, loss)) {
      return;
    }
    String shown = " with shown rows (events); or loss.shown.perRequest 0";
    checks
        .require(
            loss.correction() != LossConfig.Correction.STREAMING,
            "loss.correction",
            "streaming",
            "none, empirical or leave-user-out" + shown)
        .require(
            loss.counting() == LossConfig.Counting.ROWS, "loss.counting", "unique", "rows" + shown)
        .require(
            loss.positive() == LossConfig.Positive.CORRECTED,
            "loss.positive",
            "uncorrected",
            "corrected" + shown)
        .require(
            loss.form() != LossConfig.Form.TOP_K,
            "loss.form",
            "top-k",
            "softmax or bilateral" + shown);
  }

  /** A history holds positives alone, so there must be several kinds of them. */
  private static void checkHistoryEvents(Checks checks, Feedback events, TowerConfig user) {
    List<String> positives = events.of(Feedback.Role.POSITIVE);
    checks.require(
        !user.history().orElseThrow().events() || positives.size() > 1,
        "user.history.events",
        true,
        "false where events names %s; to tell purchases from carts, say what both weigh, as in events.purchase=3 and events.cart=1"
            .formatted(
                positives.isEmpty()
                    ? "no kind of feedback as a positive"
                    : "one kind alone as a positive, " + positives.get(0)));
  }

  /** Whether items that requests showed are negatives. */
  public boolean usesShown() {
    return usesShown(events, loss);
  }

  private static boolean usesShown(Feedback events, LossConfig loss) {
    return !events.of(Feedback.Role.SHOWN).isEmpty() && loss.shown().perRequest() > 0;
  }

  /** A table that several features share has one width. */
  private static void checkTables(
      Checks checks, Map<String, Integer> widths, String side, TowerConfig tower) {
    for (int i = 0; i < tower.features().size(); i++) {
      FeatureConfig feature = tower.features().get(i);
      String table = feature.table(side);
      int width = tower.embedding(feature);
      Integer earlier = widths.putIfAbsent(table, width);
      checks.require(
          earlier == null || earlier == width,
          side + ".features[" + i + "].embedding",
          width,
          earlier + ", the width that table '" + table + "' has in another feature");
    }
  }

  /**
   * The documented defaults, for a log of which nothing is known; {@link RunSettings} has those of
   * a log.
   */
  public static RunConfig defaults() {
    return RunSettings.defaults().config();
  }

  /**
   * The defaults, overridden by a file, overridden by single settings; what none of them names is
   * as for a log of which nothing is known.
   *
   * @param file YAML file naming only what differs from the defaults
   * @param settings overrides such as {@code loss.temperature=0.05}; values are YAML
   * @throws ConfigException with every unknown key, wrong type and value out of range
   * @throws IOException if the file cannot be read
   */
  public static RunConfig load(Optional<Path> file, List<String> settings) throws IOException {
    return RunSettings.load(file, settings).config();
  }

  /**
   * A data set as this run sees it: the rows that it learns from, and of these the positives.
   *
   * @throws IllegalArgumentException naming everything about {@code events} that does not fit
   */
  public Dataset view(Dataset data) {
    return data.reading(events).trainedOn(trainOn);
  }

  /** The same of a data set of parts; what does not fit is refused where a part is opened. */
  public PartedDataset view(PartedDataset data) {
    return data.reading(events);
  }

  /**
   * Whether each request of a split is ranked by itself: where it is asked for, and where the user
   * tower reads values of requests.
   *
   * @param users of the data set
   */
  public boolean ranksByRequest(EntityTable users) {
    return evaluation.byRequest() || user.readsRequests(users);
  }

  /**
   * Refuses features that a data set lacks, all at once.
   *
   * @throws ConfigException naming each, and those that there are
   */
  public void requireFeatures(Dataset data) {
    FeatureNames.check(data, this);
  }

  /** Whether tables of embeddings of ids are all that is learned, without any dense layer. */
  public boolean isTablesAlone() {
    return !loss.learnTemperature() && isTableAlone(user) && isTableAlone(item);
  }

  private boolean isTableAlone(TowerConfig tower) {
    return tower.hidden().isEmpty()
        && tower.historyLength() == 0
        && tower.features().stream()
            .allMatch(
                feature ->
                    feature.name().equals(FeatureConfig.ID) && tower.embedding(feature) == dim);
  }

  /**
   * This configuration with single settings changed. A tower's embeddings that are as wide as the
   * towers' output stay so.
   *
   * @param settings overrides such as {@code layout=iid}
   * @throws ConfigException with everything wrong with them
   */
  public RunConfig with(String... settings) {
    ConfigTree tree = tree(List.of(settings));
    RunSettings.fallBack(tree);
    return tree.read(RunConfig.class);
  }

  /** This configuration with single settings changed, whether or not they are allowed. */
  ConfigTree tree(List<String> settings) {
    return ConfigTree.of(this, DEFAULTS, settings, FOLLOWERS);
  }

  /**
   * This configuration with what a command line says again of it; what it leaves to be chosen has
   * been chosen.
   *
   * @param file as for {@link #load}
   * @param settings as for {@link #with}
   * @throws ConfigException with everything wrong with them
   */
  public RunConfig with(Optional<ConfigFile> file, List<String> settings) {
    ConfigTree tree = ConfigTree.of(this, DEFAULTS, List.of(), Map.of());
    RunSettings.fallBack(tree);
    tree.override(file, settings);
    tree.keep(this);
    return tree.read(RunConfig.class);
  }

  /** What another configuration sets otherwise: key, this value, the other's. */
  public List<String> differences(RunConfig now) {
    return SettingDifferences.of(this, now);
  }

  /** The whole configuration as YAML; {@link #load} reads it back to an equal one. */
  public String toYaml() {
    return YamlText.write(this);
  }
}
