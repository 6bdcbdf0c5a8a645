package dev.twotower.trainer.loss;

import dev.twotower.masking.BatchIds;
import dev.twotower.masking.FilterNegativesPlan;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Items that requests of a random batch showed and that nobody there engaged with, in places of
 * queries x width.
 */
final class ShownItems {
  /** What a request showed, as far as masks leave it. */
  private final Map<Integer, int[]> byRequest = new HashMap<>();

  /** Nothing was shown. */
  static ShownItems none() {
    return new ShownItems();
  }

  /**
   * Lets requests show items that they have no positive of.
   *
   * @param into a copy of the batch that gets them as candidates, whether masks take them away or
   *     not
   */
  static ShownItems draw(Case given, BatchIds into, Random random) {
    ShownItems shown = new ShownItems();
    Map<Integer, Integer> rowOf = new LinkedHashMap<>();
    for (int row = 0; row < given.batch().size(); row++) {
      rowOf.put(given.batch().request(row), row);
    }
    rowOf.forEach(
        (request, row) -> {
          Set<Integer> items = new LinkedHashSet<>();
          for (int i = random.nextInt(5); i > 0; i--) {
            items.add(random.nextInt(RandomBatches.CATALOGUE));
          }
          for (int other = 0; other < into.size(); other++) {
            if (into.request(other) == request) {
              items.remove(into.item(other));
            }
          }
          shown.byRequest.put(
              request,
              items.stream()
                  .filter(
                      item -> {
                        int at = into.appendCandidate(BatchIds.SHOWN, request, item);
                        return !given.masks().removes(into, given.engaged(), row, at);
                      })
                  .mapToInt(Integer::intValue)
                  .toArray());
        });
    return shown;
  }

  private int[] of(NegativesPlan plan, int query) {
    return byRequest.getOrDefault(plan.index().request(plan.queryRequest(query)), new int[0]);
  }

  /** Places for what each query's request showed. */
  int width(NegativesPlan plan) {
    return IntStream.range(0, plan.queries()).map(q -> of(plan, q).length).max().orElse(0);
  }

  /** The item at a place of queries x width; -1 where the query has fewer. */
  int at(NegativesPlan plan, int width, int place) {
    int[] items = of(plan, place / width);
    return place % width < items.length ? items[place % width] : -1;
  }

  /** The plan, with what requests showed among the negatives of their anchors. */
  NegativesPlan counted(NegativesPlan plan) {
    return byRequest.isEmpty() ? plan : new Counted(plan);
  }

  private final class Counted extends FilterNegativesPlan {
    private final int[] query;

    Counted(NegativesPlan planned) {
      plan = planned;
      query = new int[planned.positives()];
      for (int q = 0; q < planned.queries(); q++) {
        Arrays.fill(query, planned.positiveStart(q), planned.positiveEnd(q), q);
      }
    }

    @Override
    public long negatives(int positive) {
      return plan.negatives(positive) + of(plan, query[positive]).length;
    }
  }
}
