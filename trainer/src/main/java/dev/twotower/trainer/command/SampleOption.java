package dev.twotower.trainer.command;

import picocli.CommandLine.Option;

/** {@code --users N}: how many users are ranked. */
final class SampleOption {
  @Option(
      names = "--users",
      order = 4,
      paramLabel = "N",
      defaultValue = "0",
      description = "Rank a seeded sample of N users; 0: all.")
  private int users;

  int users() {
    return users;
  }
}
