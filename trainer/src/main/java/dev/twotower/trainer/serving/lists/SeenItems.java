package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What users engaged with before the test split: their training and validation items. */
public final class SeenItems {
  private final List<Interactions> splits;

  public SeenItems(Dataset data) {
    splits = List.of(data.interactions(Split.TRAIN), data.interactions(Split.VALIDATION));
  }

  /** The user's items, ascending, each once. */
  public int[] of(int user) {
    return splits.stream().flatMapToInt(rows -> items(rows, user)).sorted().distinct().toArray();
  }

  private static IntStream items(Interactions rows, int user) {
    int[] items = new int[Math.toIntExact(rows.userEnd(user) - rows.userStart(user))];
    for (int i = 0; i < items.length; i++) {
      items[i] = rows.item(rows.userStart(user) + i);
    }
    return Arrays.stream(items);
  }

  /** Their places among some items, ascending; those that are not among them left out. */
  int[] of(int user, int[] among) {
    return places(of(user), among);
  }

  static int[] places(int[] items, int[] among) {
    return Arrays.stream(items)
        .map(item -> Arrays.binarySearch(among, item))
        .filter(place -> place >= 0)
        .toArray();
  }
}
