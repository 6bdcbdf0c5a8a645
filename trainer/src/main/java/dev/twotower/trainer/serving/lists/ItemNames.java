package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import java.util.stream.IntStream;

/** Whether there is more to show of items than their ids. */
public final class ItemNames {
  private ItemNames() {}

  /**
   * Refuses a data set whose items have no names.
   *
   * @param option that asks for them
   */
  public static void require(String option, Dataset data) {
    EntityTable items = data.itemTable();
    if (IntStream.range(0, items.size()).allMatch(i -> items.name(i).equals(items.id(i)))) {
      throw new IllegalArgumentException(
          "%s: the items of %s have no names but their ids; allowed: with names, which import --item-name COLUMN adds"
              .formatted(option, data.directory()));
    }
  }
}
