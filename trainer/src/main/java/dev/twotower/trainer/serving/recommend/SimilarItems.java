package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.topk.GroupLimit;
import dev.twotower.eval.topk.TopLists;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.CategoryLimit;
import dev.twotower.trainer.serving.lists.ItemChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The items nearest to an item.
 *
 * @param item its external id
 * @param name its name
 * @param items the nearest, best first; ties go to the lower index
 */
public record SimilarItems(String item, String name, List<Near> items) {
  /**
   * An item with its place.
   *
   * @param rank from 1
   * @param score cosine of both items' vectors
   */
  public record Near(int rank, String item, String name, float score) {}

  /**
   * Finds the nearest items.
   *
   * @param item its external id
   * @param k items to list, at least 1
   * @param choice the items that may be listed
   * @param limit at most so many of a group
   * @throws IllegalArgumentException when the item is not in the log, or nothing is known of it
   */
  public static SimilarItems of(
      TrainedRun run, String item, int k, ItemChoice choice, Optional<GroupLimit> limit) {
    EntityTable table = run.data().itemTable();
    int index =
        table
            .index(item)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no item '%s'%s; allowed: the ids of the log's items, for example %s"
                            .formatted(
                                item,
                                NearIds.hint(table, item),
                                IntStream.range(0, Math.min(3, table.size()))
                                    .mapToObj(table::id)
                                    .toList())));
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      if (!scorer.known(index)) {
        throw new IllegalArgumentException(
            "item '%s' has no training rows, and the item tower sees nothing but ids, so nothing is known of it; allowed: an item with training rows, or a run with item.features"
                .formatted(item));
      }
      int[] chosen =
          Arrays.stream(choice.items())
              .filter(other -> other != index && scorer.known(other))
              .toArray();
      List<Near> found = new ArrayList<>();
      if (chosen.length > 0) {
        TopLists lists =
            new TopLists(
                scorer.similar(chosen),
                k,
                limit.map(given -> CategoryLimit.among(given, chosen)).orElse(null),
                asked -> new int[0],
                1);
        int[] items = new int[lists.k()];
        float[] scores = new float[lists.k()];
        lists.rank(new int[] {index}, 0, 1, items, scores);
        for (int place = 0; place < items.length && items[place] >= 0; place++) {
          int near = chosen[items[place]];
          found.add(new Near(place + 1, table.id(near), table.name(near), scores[place]));
        }
      }
      return new SimilarItems(item, table.name(index), found);
    }
  }
}
