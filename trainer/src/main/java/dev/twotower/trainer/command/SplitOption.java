package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import picocli.CommandLine.Option;

/** {@code --split SPLIT}: the held-out rows by which models are judged. */
final class SplitOption {
  @Option(
      names = "--split",
      order = 4,
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "The rows to judge by: validation or test.")
  private Split split;

  Split split() {
    return split;
  }
}
