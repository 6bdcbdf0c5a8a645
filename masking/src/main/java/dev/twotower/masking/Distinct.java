package dev.twotower.masking;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;

/** Numbers distinct keys 0, 1, 2, ... in order of first appearance. */
final class Distinct {
  private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();

  Distinct() {
    numbers.defaultReturnValue(-1);
  }

  void clear() {
    numbers.clear();
  }

  /** The key's number, a new one when it has none. */
  int number(long key) {
    int known = numbers.putIfAbsent(key, numbers.size());
    return known < 0 ? numbers.size() - 1 : known;
  }

  /** The key's number, -1 when it has none. */
  int find(long key) {
    return numbers.get(key);
  }

  int count() {
    return numbers.size();
  }
}
