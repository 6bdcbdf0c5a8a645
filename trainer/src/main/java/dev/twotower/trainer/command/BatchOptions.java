package dev.twotower.trainer.command;

import dev.twotower.masking.MaskSet;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Batches of every combination of layout, size and masks; each command has its own defaults. */
final class BatchOptions {
  @Option(
      names = "--layout",
      order = 2,
      split = ",",
      paramLabel = "L",
      description =
          "How rows are ordered: iid, sorted, requests:G, requests:G:P; recipe for the one that"
              + " train would choose for the size of batches.")
  private List<AskedLayout> layouts = List.of();

  @Option(
      names = "--batch-size",
      order = 3,
      split = ",",
      paramLabel = "B",
      description = "Rows of a batch.")
  private List<Integer> batchSizes = List.of();

  @Option(
      names = "--mask",
      order = 4,
      split = ",",
      paramLabel = "M",
      description =
          "Masks joined by '+': identity, user, context:COLUMN[/WIDTH] (a missing value agrees with"
              + " nothing), engaged; or none.")
  private List<MaskSet> masks = List.of();

  List<AskedLayout> layouts(Supplier<List<AskedLayout>> byDefault) {
    return layouts.isEmpty() ? byDefault.get() : layouts;
  }

  List<Integer> batchSizes(int byDefault) {
    return batchSizes.isEmpty() ? List.of(byDefault) : batchSizes;
  }

  /** Those asked for, or one that a layout may bring along. */
  List<MaskSet> masks(MaskSet byDefault) {
    return masks.isEmpty() ? List.of(byDefault) : masks;
  }
}
