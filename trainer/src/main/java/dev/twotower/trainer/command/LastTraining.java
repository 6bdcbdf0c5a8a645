package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --on} and {@code --epochs-of}: the last training, once everything is chosen. */
final class LastTraining {
  @Option(
      names = "--on",
      order = 5,
      paramLabel = "SPLITS",
      description =
          "train, or train+validation for the last training, once everything is chosen: no epoch is"
              + " chosen, so give epochs or --epochs-of. Short for --set trainOn=SPLITS with"
              + " evaluation.everyEpochs=0 and evaluation.patience=0.")
  private Optional<TrainSplits> on = Optional.empty();

  @Option(
      names = "--epochs-of",
      order = 6,
      paramLabel = "RUN",
      description =
          "Train for as many epochs as the best model of this run had, at its temperature unless"
              + " one is given.")
  private Optional<Path> epochsOf = Optional.empty();

  boolean given() {
    return on.isPresent() || epochsOf.isPresent();
  }

  /**
   * The settings that the options stand for; --set may still change some of them.
   *
   * @param continued whether the run starts from another, whose temperature it keeps
   */
  List<String> settings(ConfigOptions options, boolean continued) {
    List<String> settings = new ArrayList<>();
    on.ifPresent(splits -> settings.add("trainOn=" + splits));
    if (on.isPresent() && on.get().contains(Split.VALIDATION)) {
      settings.add("evaluation.everyEpochs=0");
      settings.add("evaluation.patience=0");
    }
    epochsOf.ifPresent(run -> settings.add("epochs=" + epochs(run, options)));
    if (epochsOf.isPresent() && !continued && options.undecided("loss.temperature")) {
      double temperature = RunDirectory.open(epochsOf.get()).config().loss().temperature();
      settings.add("loss.temperature=" + temperature);
    }
    return settings;
  }

  private static long epochs(Path run, ConfigOptions options) {
    if (options.sets("epochs")) {
      throw new IllegalArgumentException(
          "--epochs-of %s and --epochs (--set epochs) both say how many epochs to train; give one of them"
              .formatted(run));
    }
    ModelCard card = RunDirectory.open(run).checkedCard();
    if (card.epoch() < 1) {
      throw new IllegalArgumentException(
          "--epochs-of: the model of %s was kept at step %d, before its first epoch ended; give --epochs N or --set maxSteps=N"
              .formatted(run, card.step()));
    }
    return card.epoch();
  }
}
