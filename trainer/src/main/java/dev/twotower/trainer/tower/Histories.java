package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.Interactions;
import java.util.List;

/**
 * A user's most recent items strictly before a moment, read from the mapped rows of one or more
 * splits. Storage is sorted by user, request and time, so the walk goes backwards from where the
 * moment lies.
 *
 * @param splits the splits whose rows may be seen, latest first
 */
public record Histories(List<Interactions> splits) {
  public Histories {
    splits = List.copyOf(splits);
  }

  /**
   * Writes the user's last items strictly before {@code time}, most recent first.
   *
   * @return how many were written, at most {@code into.length}
   */
  public int read(int user, long time, int[] into) {
    int count = 0;
    for (Interactions rows : splits) {
      long start = rows.userStart(user);
      for (long row = rows.userEnd(user) - 1; row >= start && count < into.length; row--) {
        if (rows.time(row) < time) {
          into[count++] = rows.item(row);
        }
      }
    }
    return count;
  }
}
