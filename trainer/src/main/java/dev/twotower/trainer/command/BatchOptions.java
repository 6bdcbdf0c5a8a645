package dev.twotower.trainer.command;

import dev.twotower.data.sampling.Layout;
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
      description = "Row orders: iid, sorted, requests:G, requests:G:P.")
  private List<Layout> layouts = List.of();

  @Option(
      names = "--batch-size",
      order = 3,
      split = ",",
      paramLabel = "B",
      description = "Rows per batch, from 2.")
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

  /** Whether all is left to the command. */
  boolean none() {
    return layouts.isEmpty() && batchSizes.isEmpty() && masks.isEmpty();
  }

  List<Layout> layouts(Supplier<List<Layout>> byDefault) {
    return layouts.isEmpty() ? byDefault.get() : layouts;
  }

  List<Integer> batchSizes(int byDefault) {
    return batchSizes.isEmpty() ? List.of(byDefault) : batchSizes;
  }

  List<MaskSet> masks(MaskSet byDefault) {
    return masks.isEmpty() ? List.of(byDefault) : masks;
  }
}
