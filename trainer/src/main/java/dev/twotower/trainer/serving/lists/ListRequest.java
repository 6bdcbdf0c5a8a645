package dev.twotower.trainer.serving.lists;

import dev.twotower.eval.topk.GroupLimit;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * What lists to write, and where.
 *
 * @param target the file, ending in .parquet, .csv or .jsonl
 * @param k items of a list, from 1
 * @param choice the items that lists may hold
 * @param names whether items' names go into the file as well
 * @param limit at most so many items of a group, by item of the catalogue
 * @param progress receives the number of lists done
 * @param stop says when to end after the part at hand
 */
public record ListRequest(
    Path target,
    int k,
    ItemChoice choice,
    boolean names,
    Optional<GroupLimit> limit,
    LongConsumer progress,
    BooleanSupplier stop) {
  public ListRequest {
    if (k < 1) {
      throw new IllegalArgumentException("-k: received " + k + "; allowed: 1 and up");
    }
    requireFree(target);
  }

  /**
   * Refuses a file that cannot be made.
   *
   * @throws IllegalArgumentException when it exists or its name has no known ending
   */
  public static void requireFree(Path target) {
    PartedFile.requireFree(target);
  }

  /** The limit by place among the chosen items; null for none. */
  GroupLimit limitOfChosen() {
    return limit.map(given -> CategoryLimit.among(given, choice.items())).orElse(null);
  }
}
