package dev.twotower.trainer.command;

import dev.twotower.trainer.config.RunConfig;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether items that a user engaged with before stay in the user's ranking. */
public final class RankSeenOption {
  @Option(
      names = "--rank-seen",
      negatable = true,
      order = 5,
      description =
          "Keep items the user engaged with before in the ranking, or leave them out. By default as"
              + " the run's setting evaluation.rankSeen says.")
  private Optional<Boolean> rankSeen = Optional.empty();

  /** The flag; empty where it is not there. */
  Optional<Boolean> given() {
    return rankSeen;
  }

  /** The flag, or else the run's setting. */
  public boolean of(RunConfig config) {
    return rankSeen.orElse(config.evaluation().rankSeen());
  }
}
