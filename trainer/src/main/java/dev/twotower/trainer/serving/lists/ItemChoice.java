package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The items that lists may hold.
 *
 * @param items they, ascending
 * @param unknownIds ids in the files given that are no items of the data set
 */
public record ItemChoice(int[] items, int unknownIds) {
  /**
   * Chooses items.
   *
   * @param among a file of item ids, one a line, or a condition; absent for all items
   * @param without likewise, what is left out of them
   * @throws IllegalArgumentException when a text is neither, or no item is left
   */
  public static ItemChoice of(Dataset data, Optional<String> among, Optional<String> without)
      throws IOException {
    int[] unknown = new int[1];
    BitSet chosen = new BitSet(data.items());
    chosen.set(0, data.items());
    if (among.isPresent()) {
      chosen.and(named(data, "--among", among.get(), unknown));
    }
    if (without.isPresent()) {
      chosen.andNot(named(data, "--without", without.get(), unknown));
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no item is left: received --among %s and --without %s; allowed: at least one item"
              .formatted(among.orElse("(all)"), without.orElse("(none)")));
    }
    return new ItemChoice(chosen.stream().toArray(), unknown[0]);
  }

  /** All items. */
  public static ItemChoice all(Dataset data) {
    return new ItemChoice(IntStream.range(0, data.items()).toArray(), 0);
  }

  /** The same choice, with more ids that were given in vain. */
  public ItemChoice withUnknown(int more) {
    return new ItemChoice(items, unknownIds + more);
  }

  private static BitSet named(Dataset data, String option, String text, int[] unknown)
      throws IOException {
    BitSet found = new BitSet(data.items());
    Optional<Path> file = IdFile.named(text);
    if (file.isEmpty()) {
      for (int item : new ItemTable(data).where(option, text)) {
        found.set(item);
      }
      return found;
    }
    for (String id : IdFile.read(file.get())) {
      OptionalInt index = data.itemTable().index(id);
      index.ifPresent(found::set);
      unknown[0] += index.isEmpty() ? 1 : 0;
    }
    return found;
  }
}
