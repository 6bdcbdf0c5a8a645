package dev.twotower.eval.topk;

/**
 * At most so many items of a group in a list.
 *
 * @param groupOf the group of each item, from 0; -1 for items that are not limited
 * @param groups number of groups
 * @param most items of a group that a list may hold, from 1
 */
public record GroupLimit(int[] groupOf, int groups, int most) {
  public GroupLimit {
    if (most < 1) {
      throw new IllegalArgumentException(
          "received at most " + most + " items of a group; allowed: 1 and up");
    }
  }
}
