package dev.twotower.eval.ranking;

/**
 * One user's first places.
 *
 * @param ranked items, best first
 * @param size how many they are
 * @param from where the user's relevant items begin
 * @param to and where they end
 */
record ListedRanking(EvaluatedUsers evaluated, int user, int[] ranked, int size, int from, int to)
    implements UserRanking {
  @Override
  public int item(int place) {
    if (place >= size) {
      throw new IndexOutOfBoundsException("place " + place + " of a ranking of " + size + " items");
    }
    return ranked[place];
  }

  @Override
  public boolean relevant(int place) {
    return evaluated.relevant(item(place), from, to);
  }

  @Override
  public int relevantItems() {
    return to - from;
  }
}
