package dev.twotower.trainer.auto;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;

/**
 * What rules know of a log: its training rows, counted. All of it is exact but {@code information},
 * which is a seeded sample's; the same data set has the same facts.
 *
 * @param rows rows of the training split
 * @param users users with rows there
 * @param items size of the catalogue
 * @param typicalUserRows rows of the user that an average row belongs to
 * @param information how much an item of a user tells of the user's other items, in nats: the mean
 *     log of how much likelier two items of one user are to meet in another user than if users
 *     picked by popularity alone
 * @param repeats share of rows whose item the user had in an earlier one
 * @param ofRepeats the same of those rows, with the item itself for the other one
 * @param validationUsers users whose validation rows are ranked; 0 where there are none
 */
public record LogFacts(
    long rows,
    int users,
    int items,
    double typicalUserRows,
    double information,
    double repeats,
    double ofRepeats,
    int validationUsers) {

  /** A log of which nothing is known: as if it were a small one. */
  public static final LogFacts UNKNOWN = new LogFacts(100_000, 2_000, 400, 50, 0.5625, 0, 0, 2_000);

  /** Counts a data set's training rows, in a few passes. */
  public static LogFacts of(Dataset data) {
    Interactions train = data.interactions(Split.TRAIN);
    double squares = 0;
    int users = 0;
    for (int user = 0; user < data.users(); user++) {
      double rows = train.userEnd(user) - train.userStart(user);
      squares += rows * rows;
      users += rows > 0 ? 1 : 0;
    }
    double rows = Math.max(1, train.rows());
    Interactions validation = data.interactions(Split.VALIDATION);
    int judged = 0;
    for (int user = 0; user < data.users() && validation.rows() > 0; user++) {
      judged += validation.userEnd(user) > validation.userStart(user) ? 1 : 0;
    }
    PairInformation.Told told = PairInformation.of(train, data.users(), data.items());
    return new LogFacts(
        train.rows(),
        users,
        data.items(),
        squares / rows,
        told.ofOthers(),
        told.repeats(),
        told.ofRepeats(),
        judged);
  }

  /**
   * What a row of a user tells of what is ranked for it, in nats.
   *
   * @param rankSeen whether items that come back are ranked as well
   */
  public double told(boolean rankSeen) {
    return rankSeen ? (1 - repeats) * information + repeats * ofRepeats : information;
  }

  /** Rows of a user, on average. */
  public double rowsPerUser() {
    return (double) rows / Math.max(1, users);
  }
}
