package dev.twotower.trainer.tower;

/**
 * How long before the newest item of a history its other items were, in buckets whose bounds double
 * (after the time intervals of Li et al. 2020, TiSASRec, there clipped and here logarithmic). Gaps
 * are taken to the newest item and not to the moment that is asked about: so a user's vector is one
 * of the history alone, and is the same whenever it is served.
 */
final class TimeGaps {
  /** The time of an item that is given without one. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** Codes: 0 where a time is unknown, 1 for a gap of 0, then one for each binary length. */
  static final int CODES = 2 + Long.SIZE - 1;

  private TimeGaps() {}

  /**
   * The code of one gap.
   *
   * @param gap microseconds, at least 0
   */
  static int code(long gap) {
    return 1 + Long.SIZE - Long.numberOfLeadingZeros(gap);
  }

  /**
   * Writes the codes of a history, 0 at places that it does not fill.
   *
   * @param times newest first
   * @param count items of the history
   * @param from where the first one goes
   */
  static void write(long[] times, int count, int[] codes, int from) {
    for (int place = 0; place < times.length; place++) {
      boolean known = place < count && times[place] != UNKNOWN;
      codes[from + place] = known ? code(Math.max(0, times[0] - times[place])) : 0;
    }
  }
}
