package dev.twotower.eval.batch;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.masking.EngagedItems;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.function.IntConsumer;

/**
 * The items each user engaged with in the training split, read from the mapped rows: storage is
 * sorted by user, so a user's items are one contiguous range and nothing is copied.
 *
 * @param train the training split
 */
public record TrainEngagement(Interactions train) implements EngagedItems {
  @Override
  public void forEach(int user, IntConsumer visitor) {
    long end = train.userEnd(user);
    for (long row = train.userStart(user); row < end; row++) {
      visitor.accept(train.item(row));
    }
  }

  @Override
  public void appendTo(IntArrayList items, int user) {
    long start = train.userStart(user);
    int count = (int) (train.userEnd(user) - start);
    int end = items.size();
    items.size(end + count);
    train.items(start, count, items.elements(), end);
  }
}
