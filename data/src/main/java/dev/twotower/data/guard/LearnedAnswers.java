package dev.twotower.data.guard;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Held-out rows of a data set that a model of another one has learned from: answers that it knows.
 * They are found by the ids of user and item and by the time. Where a log has no times, a row that
 * repeats an item of the user's earlier rows cannot be told from those, and does not count.
 *
 * @param rows held-out rows of the users that are ranked
 * @param learnedByOther those among the other data set's training rows
 */
public record LearnedAnswers(long rows, long learnedByOther) {
  /** Share of rows from which it is told: such a share moves a metric by as much. */
  private static final double TOLD = 0.01;

  private record Row(int item, long time) {}

  /**
   * Counts them in a pass over the other training rows of the users that are ranked; it holds those
   * of one user.
   *
   * @param data whose users are ranked
   * @param split of the rows to be found
   * @param users who is ranked
   * @param other the data set that the other model learned from, as it saw it ({@link
   *     Dataset#trainedOn})
   */
  public static LearnedAnswers count(Dataset data, Split split, int[] users, Dataset other) {
    Interactions heldOut = data.interactions(split);
    Interactions learned = other.interactions(Split.TRAIN);
    boolean timed = heldOut.timed() && learned.timed();
    Items items = new Items(data.itemTable(), other.itemTable());
    long rows = 0;
    long known = 0;
    for (int user : users) {
      long start = heldOut.userStart(user);
      long end = heldOut.userEnd(user);
      rows += end - start;
      OptionalInt there = other.userTable().index(data.userTable().id(user));
      if (there.isEmpty()) {
        continue;
      }
      Set<Row> asked = new HashSet<>();
      for (long row = start; row < end; row++) {
        asked.add(new Row(items.there(heldOut.item(row)), timed ? heldOut.time(row) : 0));
      }
      if (!timed) {
        for (Split before : Split.values()) {
          if (before.index() < split.index()) {
            forget(asked, data.interactions(before), user, items);
          }
        }
      }
      Set<Row> found = new HashSet<>();
      long last = learned.userEnd(there.getAsInt());
      for (long row = learned.userStart(there.getAsInt()); row < last; row++) {
        Row each = new Row(learned.item(row), timed ? learned.time(row) : 0);
        if (asked.contains(each)) {
          found.add(each);
        }
      }
      for (long row = start; row < end; row++) {
        Row each = new Row(items.there(heldOut.item(row)), timed ? heldOut.time(row) : 0);
        known += found.contains(each) ? 1 : 0;
      }
    }
    return new LearnedAnswers(rows, known);
  }

  /** Of a model of the same data set, which the split was held out from. */
  public static LearnedAnswers none(Dataset data, Split split, int[] users) {
    Interactions heldOut = data.interactions(split);
    long rows =
        Arrays.stream(users)
            .mapToLong(user -> heldOut.userEnd(user) - heldOut.userStart(user))
            .sum();
    return new LearnedAnswers(rows, 0);
  }

  private static void forget(Set<Row> asked, Interactions earlier, int user, Items items) {
    for (long row = earlier.userStart(user); row < earlier.userEnd(user); row++) {
      asked.remove(new Row(items.there(earlier.item(row)), 0));
    }
  }

  /**
   * What a reader of the comparison must know; empty below one row in a hundred.
   *
   * @param split of the rows
   * @param model the other one's name
   */
  public Optional<String> warning(Split split, String model) {
    return learnedByOther == 0 || learnedByOther < TOLD * rows
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s has learned from %,d of the %,d %s rows (%.1f %%) that it is asked to find: it"
                    + " looks better than it is. Judge by rows that neither model has learned from"
                    + " (told from 1 %% on).",
                model,
                learnedByOther,
                rows,
                split,
                100.0 * learnedByOther / rows));
  }

  /** Items by their number in the other data set, looked up once each. */
  private static final class Items {
    private static final int UNKNOWN = -1;
    private static final int NOT_ASKED = -2;

    private final EntityTable here;
    private final EntityTable other;
    private final int[] there;

    Items(EntityTable here, EntityTable other) {
      this.here = here;
      this.other = other;
      this.there = new int[here.size()];
      Arrays.fill(there, NOT_ASKED);
    }

    int there(int item) {
      if (there[item] == NOT_ASKED) {
        there[item] = other.index(here.id(item)).orElse(UNKNOWN);
      }
      return there[item];
    }
  }
}
