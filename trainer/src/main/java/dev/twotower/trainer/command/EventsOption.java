package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.trainer.config.RunConfig;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What kinds of feedback stand for, where no run's settings say it. */
final class EventsOption {
  @Option(
      names = "--events",
      split = ",",
      paramLabel = "KIND=USE",
      showDefaultValue = Visibility.NEVER,
      description =
          "What each kind of feedback stands for, as setting events has it: a weight for positives,"
              + " shown, never or ignore. By default every row counts alike.")
  private List<String> kinds = List.of();

  /** The rows of positives, where kinds were named; all rows else. */
  Dataset read(Dataset all) {
    return read(all, Feedback.NONE);
  }

  /**
   * The rows of positives.
   *
   * @param otherwise what kinds stand for where none were named
   */
  Dataset read(Dataset all, Feedback otherwise) {
    return all.reading(kinds.isEmpty() ? otherwise : feedback());
  }

  /**
   * Refuses the option.
   *
   * @param with what it cannot be together with
   */
  void requireNone(String with) {
    if (!kinds.isEmpty()) {
      throw new IllegalArgumentException(
          "--events: received %s with %s, which knows what its kinds of feedback stand for; leave it out"
              .formatted(String.join(",", kinds), with));
    }
  }

  private Feedback feedback() {
    kinds.stream()
        .filter(each -> each.indexOf('=') <= 0)
        .findFirst()
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(
                  "--events: received '%s'; allowed: KIND=USE, as in --events buy=3,view=shown"
                      .formatted(wrong));
            });
    return RunConfig.defaults()
        .with(kinds.stream().map(each -> "events." + each).toArray(String[]::new))
        .events();
  }
}
