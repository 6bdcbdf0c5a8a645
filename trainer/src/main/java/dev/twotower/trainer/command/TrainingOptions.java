package dev.twotower.trainer.command;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/**
 * {@link KindOptions} of commands that train, with options of their own for the settings that most
 * people change. Each stands for {@code --set} of one setting and nothing more.
 */
public final class TrainingOptions extends KindOptions {
  @ArgGroup(exclusive = false, heading = "%nShort for --set:%n", order = 23)
  private Shorthand given;

  /** One option for each setting. */
  static final class Shorthand {
    private final Map<String, Setting> all = new LinkedHashMap<>();

    @Option(
        names = "--epochs",
        order = 23,
        paramLabel = "N",
        showDefaultValue = Visibility.NEVER,
        description = "Passes over the training rows, at most: epochs.")
    void epochs(String value) {
      set("--epochs", "epochs", value);
    }

    @Option(
        names = "--batch-size",
        order = 24,
        paramLabel = "B",
        showDefaultValue = Visibility.NEVER,
        description = "Rows of a batch: batchSize.")
    void batchSize(String value) {
      set("--batch-size", "batchSize", value);
    }

    @Option(
        names = "--dim",
        order = 25,
        paramLabel = "D",
        showDefaultValue = Visibility.NEVER,
        description = "Numbers of a vector: dim.")
    void dim(String value) {
      set("--dim", "dim", value);
    }

    @Option(
        names = "--temperature",
        order = 26,
        paramLabel = "T",
        showDefaultValue = Visibility.NEVER,
        description = "What scores are divided by: loss.temperature.")
    void temperature(String value) {
      set("--temperature", "loss.temperature", value);
    }

    @Option(
        names = "--table-learning-rate",
        order = 27,
        paramLabel = "R",
        showDefaultValue = Visibility.NEVER,
        description =
            "Learning rate of the embeddings, all there is without hidden layers:"
                + " optimizer.tableLearningRate.")
    void tableLearningRate(String value) {
      set("--table-learning-rate", "optimizer.tableLearningRate", value);
    }

    @Option(
        names = "--learning-rate",
        order = 28,
        paramLabel = "R",
        showDefaultValue = Visibility.NEVER,
        description = "Learning rate of dense layers: optimizer.learningRate.")
    void learningRate(String value) {
      set("--learning-rate", "optimizer.learningRate", value);
    }

    @Option(
        names = "--seed",
        order = 29,
        paramLabel = "N",
        showDefaultValue = Visibility.NEVER,
        description = "Seed of everything that is drawn, the first of several: seed.")
    void seed(String value) {
      set("--seed", "seed", value);
    }

    private void set(String option, String key, String value) {
      if (value != null) {
        all.put(key, Setting.of(option, key, value));
      }
    }
  }

  @Override
  Map<String, Setting> shortForms() {
    Map<String, Setting> all = super.shortForms();
    if (given != null) {
      all.putAll(given.all);
    }
    return all;
  }
}
