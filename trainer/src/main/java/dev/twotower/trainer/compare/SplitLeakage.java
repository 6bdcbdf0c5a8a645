package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.BitSet;

/**
 * Rows of a held-out split that the training split already holds: a check against self-deception.
 */
final class SplitLeakage {
  private SplitLeakage() {}

  /** Rows of {@code split} whose (user, item) pair is in the training split. */
  static long rows(Dataset data, Split split) {
    Interactions train = data.interactions(Split.TRAIN);
    Interactions held = data.interactions(split);
    BitSet known = new BitSet(data.items());
    long leaks = 0;
    for (int user = 0; user < data.users(); user++) {
      if (held.userStart(user) == held.userEnd(user)) {
        continue;
      }
      for (long row = train.userStart(user); row < train.userEnd(user); row++) {
        known.set(train.item(row));
      }
      for (long row = held.userStart(user); row < held.userEnd(user); row++) {
        leaks += known.get(held.item(row)) ? 1 : 0;
      }
      for (long row = train.userStart(user); row < train.userEnd(user); row++) {
        known.clear(train.item(row));
      }
    }
    return leaks;
  }
}
