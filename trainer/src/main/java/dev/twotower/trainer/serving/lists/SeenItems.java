package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What users engaged with before the test split: their training and validation items. With them go
 * the items that their feedback asks never to be shown.
 */
public final class SeenItems {
  private final List<Interactions> splits = new ArrayList<>();

  public SeenItems(Dataset data) {
    this(data, false);
  }

  /**
   * What is left out of users' lists.
   *
   * @param rankSeen whether items that a user engaged with may be in its list, so that those alone
   *     are left out that must never be
   */
  public SeenItems(Dataset data, boolean rankSeen) {
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      if (!rankSeen) {
        splits.add(data.interactions(split));
      }
      splits.add(data.rows(Role.NEVER, split));
    }
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
