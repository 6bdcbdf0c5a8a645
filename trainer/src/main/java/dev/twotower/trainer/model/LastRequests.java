package dev.twotower.trainer.model;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.List;

/**
 * The request that a user was in last, whose values stand for those of a request that nobody has
 * given. Among rows of equal time, those of the split that comes first count as newer, and within a
 * split those stored later, as in a history.
 *
 * @param splits whose rows may be seen, latest first
 */
record LastRequests(List<Interactions> splits) {
  /** In proportion to the user's rows; {@link TowerInputs#NO_REQUEST} where there are none. */
  int of(int user) {
    int last = TowerInputs.NO_REQUEST;
    long latest = 0;
    for (Interactions rows : splits) {
      for (long row = rows.userEnd(user) - 1; row >= rows.userStart(user); row--) {
        if (last < 0 || rows.time(row) > latest) {
          last = rows.request(row);
          latest = rows.time(row);
        }
      }
    }
    return last;
  }
}
