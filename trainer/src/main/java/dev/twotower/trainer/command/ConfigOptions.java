package dev.twotower.trainer.command;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.Problems;
import dev.twotower.trainer.auto.Choice;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.ConfigFile;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** {@code --config}, {@code --set} and {@code --device}. */
public class ConfigOptions {
  @Option(
      names = "--config",
      order = 20,
      paramLabel = "FILE",
      description = "YAML with settings that differ from the defaults.")
  private Optional<Path> file = Optional.empty();

  /** What the file was when it was first asked for. */
  private Optional<ConfigFile> read = Optional.empty();

  @Option(
      names = "--set",
      order = 21,
      paramLabel = "KEY=VALUE",
      description =
          "One setting, which overrides the file; may be repeated, and the last of one key counts:"
              + " --set epochs=10.")
  private List<String> settings = List.of();

  @Option(
      names = "--device",
      order = 22,
      paramLabel = "D",
      description = "auto, cpu or gpu:N; short for --set device=D.")
  private Optional<String> device = Optional.empty();

  /**
   * What an option that stands for a setting was given.
   *
   * @param option its name
   * @param value its value
   * @param told what messages call it
   * @param set the same as {@code --set} takes it
   */
  record Setting(String option, String value, String told, String set) {
    /** An option for one setting. */
    static Setting of(String option, String key, String value) {
      return new Setting(option, value, option, key + "=" + value);
    }
  }

  /** The settings asked for. */
  public RunSettings settings() {
    return settings(List.of());
  }

  /**
   * The settings asked for.
   *
   * @param implied settings that follow from other options: they override the file, and --set
   *     overrides them
   */
  RunSettings settings(List<String> implied) {
    return typed(implied, set -> RunSettings.of(read(), set));
  }

  /**
   * Reads the settings of the command line, with those that are typed as options of their own
   * called so where they are refused.
   *
   * @param implied as above
   */
  private <T> T typed(List<String> implied, Function<List<String>, T> reader) {
    List<String> set = Stream.concat(implied.stream(), all().stream()).toList();
    try {
      return reader.apply(set);
    } catch (ConfigException wrong) {
      Map<String, String> options = new LinkedHashMap<>();
      shortForms().forEach((key, given) -> options.put(key, given.told()));
      throw wrong.typed(options, options.size() < set.size());
    }
  }

  /**
   * Refuses settings that are wrong whatever they are used on, together with what they name and the
   * data set does not have.
   *
   * @param implied as above
   * @param data opens the data set
   * @throws IllegalArgumentException with every mistake
   */
  void check(List<String> implied, Supplier<Dataset> data) {
    try {
      settings(implied);
    } catch (ConfigException wrong) {
      throw wrong.and(lacking(implied, data));
    }
  }

  private List<String> lacking(List<String> implied, Supplier<Dataset> data) {
    try (Dataset opened = data.get()) {
      return RunSettings.lacking(
          opened, read(), Stream.concat(implied.stream(), all().stream()).toList());
    } catch (IllegalArgumentException | BadDataException unusable) {
      return List.of(unusable.getMessage());
    }
  }

  /** The settings asked for, on a data set; nothing is implied. */
  public RunSettings.Chosen on(Dataset data, Consumer<String> note) {
    return on(data, List.of(), note);
  }

  /**
   * The settings asked for, on a data set.
   *
   * @param implied as above
   * @param note hears what was chosen by the log, and why
   */
  public RunSettings.Chosen on(Dataset data, List<String> implied, Consumer<String> note) {
    RunSettings settings = settings(implied);
    RunSettings.Chosen chosen = typed(implied, set -> settings.on(data));
    chosen.effective().forEach(choice -> note.accept(told(choice)));
    tellOfIdle(List.of(chosen.config()), note);
    return chosen;
  }

  /** Says that a learning rate was given that no model has a use for. */
  void tellOfIdle(List<RunConfig> models, Consumer<String> note) {
    if (settings().given().contains("optimizer.learningRate")
        && models.stream().allMatch(RunConfig::isTablesAlone)) {
      note.accept(
          "note: optimizer.learningRate is that of dense layers, and this model has none;"
              + " optimizer.tableLearningRate is that of its embeddings");
    }
  }

  /**
   * The same for all trainings of a command: the data set must have rows enough for their batches.
   *
   * @throws IllegalArgumentException before any note, with every mistake
   */
  RunSettings.Chosen fitting(Dataset data, Consumer<String> note) {
    RunSettings asked = settings();
    Problems few = new Problems();
    if (asked.reads(data)) {
      few.parse(() -> Training.requireRows(data, asked.chosen(data).config()));
    }
    try {
      RunSettings.Chosen chosen = on(data, few.none() ? note : unheard -> {});
      few.check();
      return chosen;
    } catch (ConfigException lacking) {
      throw lacking.and(few.all());
    }
  }

  /** Says what of a data set training with these settings does not use, where there is such. */
  public void tellOfUnused(Dataset data, RunConfig config, Consumer<String> note) {
    tellOfUnused(data, config, List.of(), note);
  }

  /**
   * Says what of a data set training does not use.
   *
   * @param implied as above
   */
  void tellOfUnused(Dataset data, RunConfig config, List<String> implied, Consumer<String> note) {
    UnusedColumns.note(data, List.of(config), settings(implied).given())
        .ifPresent(unused -> note.accept("note: " + unused));
  }

  /** A choice as notes tell it. */
  static String told(Choice choice) {
    return "chosen by the log: " + choice;
  }

  /**
   * What {@code train} would choose for a data set, with some more settings.
   *
   * @param more override --set
   */
  RunConfig trained(Dataset data, List<String> more) {
    return typed(
        List.of(),
        set ->
            RunSettings.of(read(), Stream.concat(set.stream(), more.stream()).toList())
                .on(data)
                .config());
  }

  /**
   * Another configuration with the settings of the command line; empty where there is none, or a
   * file says what holds in its place.
   *
   * @param implied as above
   */
  Optional<RunConfig> over(Optional<RunConfig> base, List<String> implied) {
    return file.isPresent()
        ? Optional.empty()
        : base.map(config -> typed(implied, set -> config.with(set.toArray(String[]::new))));
  }

  /**
   * A run's configuration with what the options say of it.
   *
   * @param implied as above
   */
  RunConfig again(RunConfig run, List<String> implied) {
    return typed(implied, set -> run.with(read(), set));
  }

  /** The settings of the file alone, or the defaults. */
  RunConfig ofFile() {
    return RunSettings.of(read(), List.of()).config();
  }

  QuantizeConfig loadQuantizer() {
    return typed(List.of(), set -> QuantizeConfig.of(read(), set));
  }

  private Optional<ConfigFile> read() {
    if (read.isEmpty()) {
      read = file.map(ConfigFile::ofOption);
    }
    return read;
  }

  /** What short forms of {@code --set} were given, by the settings that they stand for. */
  Map<String, Setting> shortForms() {
    Map<String, Setting> all = new LinkedHashMap<>();
    device.ifPresent(name -> all.put("device", Setting.of("--device", "device", name)));
    return all;
  }

  /**
   * The settings of the command line.
   *
   * @throws IllegalArgumentException with every setting that both a short form and {@code --set}
   *     give; of several {@code --set}, the last counts
   */
  private List<String> all() {
    Problems problems = new Problems();
    List<String> all = new ArrayList<>(settings);
    shortForms()
        .forEach(
            (key, given) -> {
              settings.stream()
                  .filter(setting -> names(setting, key))
                  .forEach(
                      setting ->
                          problems.add(
                              "%s %s and --set %s both say what %s is; give one of them"
                                  .formatted(given.option(), given.value(), setting, key)));
              all.add(given.set());
            });
    problems.check();
    return all;
  }

  /** Whether an override says what a setting is, by itself or in a section. */
  private static boolean names(String setting, String key) {
    return RunSettings.named(setting).contains(key);
  }

  /**
   * Checks options given beside {@code --resume}.
   *
   * @param differences between the configuration of what is resumed and that of the options
   * @throws IllegalArgumentException when there is one
   */
  static void requireSame(Path out, List<String> differences) {
    requireSame(out, differences, "");
  }

  /**
   * The same.
   *
   * @param more what else to say of them
   */
  static void requireSame(Path out, List<String> differences, String more) {
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "--resume uses the configuration that %s was started with; the options given would change it:%s%nleave out --config, --set and its short forms, or give the same ones as at the start%s"
              .formatted(
                  out,
                  differences.stream()
                      .map(difference -> System.lineSeparator() + "  " + difference)
                      .collect(Collectors.joining()),
                  more));
    }
  }

  /** Whether a setting is given on the command line. */
  boolean sets(String key) {
    return shortForms().containsKey(key)
        || settings.stream().anyMatch(setting -> names(setting, key));
  }

  /** Whether neither the command line nor the file says what a setting is. */
  boolean undecided(String key) {
    return !settings().given().contains(key);
  }

  /** Whether any of the options is given. */
  public boolean given() {
    return file.isPresent() || !settings.isEmpty() || !shortForms().isEmpty();
  }
}
