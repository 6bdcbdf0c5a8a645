package dev.twotower.trainer.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How item vectors become semantic IDs (design 7). Immutable. What each setting means, its default
 * and its range are in {@code quantize.yaml}. If {@code warmup} is not given, it is two thirds of
 * {@code epochs}.
 *
 * @param seed seed of every random draw
 * @param device {@code auto}, {@code cpu} or {@code gpu:N}
 * @param threads CPU threads of the engine; 0 for all cores
 * @param sizes codes of each level, coarse to fine
 * @param hidden widths of the encoder's hidden layers; the decoder mirrors them
 * @param latent length of the vectors that are quantised, without the category part; 0 for the
 *     length of the item vectors
 * @param epochs passes over the items
 * @param warmup how many of the first epochs train without codes
 * @param batchSize items per batch
 * @param learningRate of AdamW, falling to 0 along a cosine
 * @param weightDecay its decoupled decay
 * @param commitment weight of the pull of residuals towards their codes
 * @param initialSample items that the first codes are clustered from
 * @param revive a code used less often in an epoch than this fraction of an even share is drawn
 *     again; 0 for never
 * @param collisionSize values of the token that tells items with the same code apart; 0 for none
 * @param levelDecay weight of the tree loss at a level relative to the level before it
 * @param contrast what the tree loss compares: the category head's part of prefixes, or the
 *     decoder's output for them
 * @param category width of the category head
 * @param checkpointEpochs epochs between checkpoints
 * @param tree the tree loss
 */
public record QuantizeConfig(
    long seed,
    String device,
    int threads,
    List<Integer> sizes,
    List<Integer> hidden,
    int latent,
    int epochs,
    int warmup,
    int batchSize,
    double learningRate,
    double weightDecay,
    double commitment,
    int initialSample,
    double revive,
    int collisionSize,
    double levelDecay,
    Contrast contrast,
    int category,
    int checkpointEpochs,
    TreeConfig tree) {

  private static final String DEFAULTS = "quantize.yaml";

  /** What the tree loss compares. */
  public enum Contrast {
    HEAD,
    OUTPUT
  }

  public QuantizeConfig {
    sizes = List.copyOf(sizes);
    hidden = List.copyOf(hidden);
    Checks checks =
        Checks.of(QuantizeConfig.class)
            .matches("device", device, RunConfig.DEVICE, "auto, cpu or gpu:N")
            .between("threads", threads, 0, 1024)
            .require(
                !sizes.isEmpty() && sizes.size() <= 16,
                "sizes",
                sizes,
                "one to sixteen levels, for example [256, 256, 256]")
            .between("latent", latent, 0, TowerConfig.WIDEST)
            .between("epochs", epochs, 1, 100_000)
            .require(
                warmup >= 0 && warmup < epochs,
                "warmup",
                warmup,
                "0 up to below epochs, which is " + epochs)
            .between("batchSize", batchSize, 2, 1 << 20)
            .above("learningRate", learningRate, 0, 100)
            .between("weightDecay", weightDecay, 0.0, 1.0)
            .between("commitment", commitment, 0.0, 100.0)
            .between("initialSample", initialSample, 2, Integer.MAX_VALUE)
            .between("revive", revive, 0.0, 1.0)
            .between("collisionSize", collisionSize, 0, Integer.MAX_VALUE)
            .above("levelDecay", levelDecay, 0, 1)
            .between("category", category, 2, TowerConfig.WIDEST)
            .between("checkpointEpochs", checkpointEpochs, 1, 100_000);
    for (int i = 0; i < sizes.size(); i++) {
      checks.between("sizes[" + i + "]", sizes.get(i), 2, 1 << 20);
    }
    for (int i = 0; i < hidden.size(); i++) {
      checks.between("hidden[" + i + "]", hidden.get(i), 1, 65536);
    }
    checks.done();
  }

  /**
   * The settings that a word names, whole or by the end of their names, in whatever case and with
   * whatever dashes: {@code batch-size} names {@code batchSize} and {@code tree.batchSize}.
   */
  public static List<String> like(String word) {
    return ConfigTree.defaults(DEFAULTS).like(word);
  }

  /** The documented defaults. */
  public static QuantizeConfig defaults() {
    return ConfigTree.defaults(DEFAULTS).read(QuantizeConfig.class);
  }

  /**
   * The defaults, overridden by a file, overridden by single settings.
   *
   * @throws ConfigException with every unknown key, wrong type and value out of range
   * @throws IOException if the file cannot be read
   */
  public static QuantizeConfig load(Optional<Path> file, List<String> settings) throws IOException {
    return of(
        file.isPresent() ? Optional.of(ConfigFile.read(file.get())) : Optional.empty(), settings);
  }

  /**
   * The same for a file that was read.
   *
   * @throws ConfigException with every unknown key, wrong type and value out of range
   */
  public static QuantizeConfig of(Optional<ConfigFile> file, List<String> settings) {
    ConfigTree tree = ConfigTree.of(DEFAULTS, file, settings);
    tree.derive("warmup", "epochs", epochs -> epochs * 2 / 3);
    return tree.read(QuantizeConfig.class);
  }

  /** This configuration with single settings such as {@code tree.lambda=0} changed. */
  public QuantizeConfig with(String... settings) {
    return ConfigTree.of(this, DEFAULTS, List.of(settings), Map.of()).read(QuantizeConfig.class);
  }

  /** What another configuration sets otherwise: key, this value, the other's. */
  public List<String> differences(QuantizeConfig now) {
    return SettingDifferences.of(this, now);
  }

  /** The whole configuration as YAML; {@link #load} reads it back to an equal one. */
  public String toYaml() {
    return YamlText.write(this);
  }

  /** Numbers that the category head adds to latent vectors; 0 where there is none. */
  public int categoryWidth() {
    return tree.enabled() && contrast == Contrast.HEAD ? category : 0;
  }

  /** Levels of a code, the token not counted. */
  public int levels() {
    return sizes.size();
  }
}
