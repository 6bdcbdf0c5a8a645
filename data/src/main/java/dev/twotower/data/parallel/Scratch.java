package dev.twotower.data.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Working memory for threads: allocated when none is free, then reused. There are never more pieces
 * than threads working at once, and each belongs to one thread at a time.
 *
 * @param <S> what a thread works with
 */
public final class Scratch<S> {
  private final Supplier<S> maker;
  private final Deque<S> free = new ArrayDeque<>();
  private final List<S> made = new ArrayList<>();

  /**
   * @param maker makes one more; called by one thread at a time
   */
  public Scratch(Supplier<S> maker) {
    this.maker = maker;
  }

  /**
   * Makes so many at once, so that how many there are does not depend on which threads are quick.
   */
  public synchronized void make(int count) {
    while (made.size() < count) {
      S more = maker.get();
      made.add(more);
      free.addLast(more);
    }
  }

  /** Takes one for the calling thread until it is given back. */
  public synchronized S take() {
    S taken = free.pollLast();
    if (taken == null) {
      taken = maker.get();
      made.add(taken);
    }
    return taken;
  }

  /** Gives back what was taken. */
  public synchronized void giveBack(S taken) {
    free.addLast(taken);
  }

  /** All that were made, for their results or to free them; in no particular order. */
  public synchronized List<S> made() {
    return List.copyOf(made);
  }
}
