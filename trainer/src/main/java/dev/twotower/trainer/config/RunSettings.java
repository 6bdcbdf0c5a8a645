package dev.twotower.trainer.config;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.message.Problems;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.auto.Choice;
import dev.twotower.trainer.auto.LogFacts;
import dev.twotower.trainer.auto.Rules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a run before its log is known: values, and {@code auto} for those that a rule
 * chooses by the log ({@link Rules}). {@link #on} makes a {@link RunConfig} of them.
 */
public final class RunSettings {
  private final Optional<ConfigFile> file;
  private final List<String> settings;
  private final Chosen unknown;
  private final Set<String> given;

  private RunSettings(Optional<ConfigFile> file, List<String> settings) {
    this.file = file;
    this.settings = List.copyOf(settings);
    ConfigTree tree = ConfigTree.of(RunConfig.DEFAULTS, file, settings);
    this.given = tree.given();
    this.unknown = read(tree, LogFacts.UNKNOWN);
  }

  /**
   * Settings with every {@code auto} chosen.
   *
   * @param config the settings, all of them values
   * @param choices what was chosen, and why
   */
  public record Chosen(RunConfig config, List<Choice> choices) {
    public Chosen {
      choices = List.copyOf(choices);
    }

    /** Those that the other settings do not leave without effect. */
    public List<Choice> effective() {
      boolean topK = config.loss().form() == LossConfig.Form.TOP_K;
      return choices.stream()
          .filter(Choice::effective)
          .filter(choice -> topK || !choice.key().startsWith("loss.topK."))
          .toList();
    }
  }

  /** The documented defaults. */
  public static RunSettings defaults() {
    return new RunSettings(Optional.empty(), List.of());
  }

  /**
   * The defaults, overridden by a file, overridden by single settings.
   *
   * @param file YAML file naming only what differs from the defaults
   * @param settings overrides such as {@code loss.temperature=0.05}; values are YAML
   * @throws ConfigException with every unknown key, wrong type and value out of range
   * @throws IOException if the file cannot be read
   */
  public static RunSettings load(Optional<Path> file, List<String> settings) throws IOException {
    return new RunSettings(
        file.isPresent() ? Optional.of(ConfigFile.read(file.get())) : Optional.empty(), settings);
  }

  /** The same for a file that was read. */
  public static RunSettings of(Optional<ConfigFile> file, List<String> settings) {
    return new RunSettings(file, settings);
  }

  /**
   * The settings that a word names, whole or by the end of their names, in whatever case and with
   * whatever dashes: {@code batch-size} names {@code batchSize} and {@code tree.batchSize}.
   */
  public static List<String> like(String word) {
    return ConfigTree.defaults(RunConfig.DEFAULTS).like(word);
  }

  /** Names of the settings that an override names, those of a section one by one. */
  public static Set<String> named(String setting) {
    return ConfigTree.of(RunConfig.DEFAULTS, Optional.empty(), List.of(setting)).given();
  }

  /** The settings for a log of which nothing is known. */
  public RunConfig config() {
    return unknown.config();
  }

  /**
   * The settings for a data set, whose rows are counted where a rule asks for them.
   *
   * @throws ConfigException with every feature of the towers that the data set lacks
   * @throws IllegalArgumentException with all about kinds of feedback that does not fit the log
   */
  public Chosen on(Dataset data) {
    Problems problems = new Problems();
    problems.parse(() -> data.readingExactly(config().events()));
    try {
      FeatureNames.check(data, config());
    } catch (ConfigException lacking) {
      throw problems.none() ? lacking : lacking.and(problems.all());
    }
    problems.check();
    return chosen(data);
  }

  /** Whether {@code events} fits a data set, so that all else can be looked at. */
  public boolean reads(Dataset data) {
    Problems problems = new Problems();
    problems.parse(() -> data.readingExactly(config().events()));
    return problems.none();
  }

  /** The same, whether or not the data set has the features. */
  public Chosen chosen(Dataset data) {
    if (unknown.choices().isEmpty()) {
      return unknown;
    }
    return on(LogFacts.of(config().view(data)));
  }

  /** The settings for a log. */
  public Chosen on(LogFacts log) {
    return read(ConfigTree.of(RunConfig.DEFAULTS, file, settings), log);
  }

  /**
   * What else is wrong with settings that were refused: the features that a data set lacks, the
   * columns that masks name, and batches for which it has too few rows.
   *
   * @return messages, at most one of each kind
   */
  public static List<String> lacking(
      Dataset data, Optional<ConfigFile> file, List<String> settings) {
    ConfigTree tree = ConfigTree.of(RunConfig.DEFAULTS, file, settings);
    Problems problems = new Problems();
    lackingColumns(data, tree, problems);
    problems.parse(() -> data.readingExactly(tree.events()));
    lackingRows(data, tree, problems);
    return problems.all();
  }

  /**
   * The same where settings of an arm are refused, none of which is about kinds of feedback;
   * nothing where they are not.
   *
   * @param base what they change
   */
  public static List<String> lacking(Dataset data, RunConfig base, List<String> settings) {
    try {
      base.with(settings.toArray(String[]::new));
      return List.of();
    } catch (ConfigException refused) {
      ConfigTree tree = base.tree(settings);
      Problems problems = new Problems();
      lackingColumns(data, tree, problems);
      lackingRows(data, tree, problems);
      return problems.all();
    }
  }

  private static void lackingColumns(Dataset data, ConfigTree tree, Problems problems) {
    problems.parse(
        () -> FeatureNames.check(data, tree.names("user.features"), tree.names("item.features")));
    tree.chosen("masks")
        .flatMap(RunSettings::masks)
        .ifPresent(
            masks -> problems.parse(() -> new BatchReader(data.interactions(Split.TRAIN), masks)));
  }

  /**
   * Where kinds of feedback are as they should be. A size that is out of all range has been refused
   * already, and so have splits that are none.
   */
  private static void lackingRows(Dataset data, ConfigTree tree, Problems problems) {
    Optional<Integer> size =
        tree.chosen("batchSize")
            .filter(text -> text.matches("[0-9]{1,7}"))
            .map(Integer::valueOf)
            .filter(rows -> rows >= 2 && rows <= RunConfig.MOST_BATCH);
    Optional<TrainSplits> splits =
        tree.chosen("trainOn")
            .flatMap(
                text ->
                    Arrays.stream(TrainSplits.values())
                        .filter(each -> each.toString().equals(text))
                        .findFirst());
    Problems misfits = new Problems();
    misfits.parse(() -> data.reading(tree.events()));
    if (size.isPresent() && splits.isPresent() && misfits.none()) {
      Dataset read = data.reading(tree.events());
      long rows = read.trainedOn(splits.get()).interactions(Split.TRAIN).rows();
      problems.parse(() -> Samplers.requireBatches(rows, size.get()));
    }
  }

  /** Masks that are none have been refused already. */
  private static Optional<MaskSet> masks(String text) {
    try {
      return Optional.of(MaskSet.parse(text));
    } catch (IllegalArgumentException refused) {
      return Optional.empty();
    }
  }

  /** Names of the settings that file or overrides name. */
  public Set<String> given() {
    return given;
  }

  /** Gives defaults that are chosen by the log values to read on with after a mistake. */
  static void fallBack(ConfigTree tree) {
    Rules.choose(LogFacts.UNKNOWN, key -> Optional.empty())
        .forEach(choice -> tree.fallBack(choice.key(), choice.value()));
  }

  /** Chooses what is left to be chosen, and reads the rest. */
  static Chosen read(ConfigTree tree, LogFacts log) {
    fallBack(tree);
    List<Choice> choices = Rules.choose(log, tree::chosen);
    choices.forEach(choice -> tree.choose(choice.key(), choice.value()));
    return new Chosen(tree.read(RunConfig.class), choices);
  }
}
