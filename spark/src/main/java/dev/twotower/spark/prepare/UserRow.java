package dev.twotower.spark.prepare;

import java.util.Comparator;

/**
 * A row of the user at hand.
 *
 * @param item number of the item
 * @param request the text of its request
 * @param order what rows are ordered by
 * @param time the time that is stored
 * @param weight 1 where the log has none
 * @param split 0..2, as the log gives it
 * @param hash of the whole row, where repeats are dropped
 * @param hash2 more of it
 * @param file number of the file that it comes from, in the order that files are read in
 * @param place its place there
 * @param context numbers, or codes
 */
record UserRow(
    int item,
    String request,
    long order,
    long time,
    double weight,
    int split,
    long hash,
    int hash2,
    int file,
    long place,
    double[] context) {
  /** By place in the log. */
  static final Comparator<UserRow> BY_PLACE =
      Comparator.comparingInt(UserRow::file).thenComparingLong(UserRow::place);

  /** By time, and by place in the log among equal times. */
  static final Comparator<UserRow> BY_TIME =
      Comparator.comparingLong(UserRow::order).thenComparing(BY_PLACE);

  /** The code of its kind of feedback, where rows have kinds. */
  int kind() {
    return (int) context[0];
  }

  UserRow withRequest(String value) {
    return new UserRow(item, value, order, time, weight, split, hash, hash2, file, place, context);
  }

  UserRow withSplit(int value) {
    return new UserRow(
        item, request, order, time, weight, value, hash, hash2, file, place, context);
  }

  UserRow withWeight(double value) {
    return new UserRow(item, request, order, time, value, split, hash, hash2, file, place, context);
  }
}
