package dev.twotower.trainer.command;

import picocli.CommandLine.Option;

/** {@code --users N}: how many users are ranked. */
public final class SampleOption {
  /**
   * Of the sample. Not the run's: runs of other seeds are judged on the same users, beside the same
   * baseline.
   */
  public static final long SEED = 0;

  @Option(
      names = "--users",
      order = 4,
      paramLabel = "N",
      defaultValue = "0",
      description = "Rank a seeded sample of N users; 0: all.")
  private int users;

  /** Users of the sample; 0 for all. */
  public int users() {
    return users;
  }
}
