package dev.twotower.masking;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;

/**
 * Numbers distinct keys 0, 1, 2, ... in order of first appearance. A key that follows itself, as
 * keys of a sorted log do, is not looked up.
 */
final class Distinct {
  private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
  private long last;
  private int lastNumber = -1;

  Distinct() {
    numbers.defaultReturnValue(-1);
  }

  void clear() {
    numbers.clear();
    lastNumber = -1;
  }

  /** The key's number, a new one when it has none. */
  int number(long key) {
    if (key != last || lastNumber < 0) {
      int known = numbers.putIfAbsent(key, numbers.size());
      lastNumber = known < 0 ? numbers.size() - 1 : known;
      last = key;
    }
    return lastNumber;
  }

  /** The key's number, -1 when it has none. */
  int find(long key) {
    return numbers.get(key);
  }

  int count() {
    return numbers.size();
  }
}
