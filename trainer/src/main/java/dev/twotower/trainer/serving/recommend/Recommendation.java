package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a model recommends to a user, as of the test split: history from training and validation,
 * and what the user engaged with next.
 *
 * @param user the user's external id
 * @param seenItemsRanked whether items of the history could be recommended again
 * @param history the latest items, newest first, each once with its latest time
 * @param items the best items, best first; ties go to the lower index
 * @param heldOut the user's test items, each once, with their ranks among the items that were
 *     ranked
 */
public record Recommendation(
    String user,
    boolean seenItemsRanked,
    List<Entry> history,
    List<Ranked> items,
    List<Ranked> heldOut) {
  private static final int HISTORY = 20;

  /**
   * An item of the history.
   *
   * @param time whole seconds since the epoch, or the source order where the log has no time
   */
  public record Entry(String item, String name, long time) {
    private Entry inSeconds() {
      return new Entry(item, name, Math.floorDiv(time, 1_000_000));
    }
  }

  /**
   * An item with its place.
   *
   * @param rank from 1; 0 where the item was not ranked because the user had engaged with it before
   * @param score cosine similarity of user and item; -2 for an item that nothing is known of, and
   *     for a user of whom nothing is known the items' popularity from 0 to 1
   */
  public record Ranked(int rank, String item, String name, float score) {}

  /**
   * Ranks the catalogue for one user.
   *
   * @param user the user's external id
   * @param k items to list, at least 1
   * @param rankSeen whether items of the history may be recommended again
   * @throws IllegalArgumentException when the user is unknown or {@code k} is not positive
   */
  public static Recommendation of(TrainedRun run, String user, int k, boolean rankSeen) {
    Dataset data = run.data();
    int index = find(data.userTable(), user);
    if (k < 1) {
      throw new IllegalArgumentException("received k = " + k + "; allowed: 1 and up");
    }
    float[] scores = new float[data.items()];
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      FloatBuffer row = scorer.scores(new int[] {index}, 0, 1);
      row.get(scores);
    }
    List<Entry> history = history(data, index);
    IntSet seen = seen(data, index);
    int[] order =
        IntStream.range(0, scores.length)
            .filter(item -> rankSeen || !seen.contains(item))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer item) -> 0.0 - scores[item]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Ranked> items = new ArrayList<>();
    for (int i = 0; i < Math.min(k, order.length); i++) {
      items.add(ranked(data.itemTable(), order[i], i + 1, scores));
    }
    return new Recommendation(user, rankSeen, history, items, heldOut(data, index, order, scores));
  }

  private static int find(EntityTable users, String id) {
    OptionalInt index = users.index(id);
    return index.orElseThrow(
        () ->
            new IllegalArgumentException(
                "no user '%s'; allowed: the ids of the log's users, for example %s"
                    .formatted(
                        id,
                        IntStream.range(0, Math.min(3, users.size()))
                            .mapToObj(users::id)
                            .toList())));
  }

  private static List<Entry> history(Dataset data, int user) {
    List<Entry> entries = new ArrayList<>();
    EntityTable table = data.itemTable();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      Interactions rows = data.interactions(split);
      for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
        int item = rows.item(row);
        entries.add(new Entry(table.id(item), table.name(item), rows.time(row)));
      }
    }
    // Newest first; rows of equal time stay in the order of the log, also reversed.
    entries.sort(Comparator.comparingLong(Entry::time));
    Collections.reverse(entries);
    Set<String> shown = new HashSet<>();
    boolean timed = data.interactions(Split.TRAIN).timed();
    return entries.stream()
        .filter(entry -> shown.add(entry.item()))
        .limit(HISTORY)
        .map(entry -> timed ? entry.inSeconds() : entry)
        .toList();
  }

  private static IntSet seen(Dataset data, int user) {
    IntSet seen = new IntOpenHashSet();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      Interactions rows = data.interactions(split);
      for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
        seen.add(rows.item(row));
      }
    }
    return seen;
  }

  private static List<Ranked> heldOut(Dataset data, int user, int[] order, float[] scores) {
    Interactions test = data.interactions(Split.TEST);
    List<Ranked> found = new ArrayList<>();
    IntSet shown = new IntOpenHashSet();
    for (long row = test.userStart(user); row < test.userEnd(user); row++) {
      int item = test.item(row);
      if (!shown.add(item)) {
        continue;
      }
      int rank =
          1 + IntStream.range(0, order.length).filter(i -> order[i] == item).findFirst().orElse(-1);
      found.add(ranked(data.itemTable(), item, rank, scores));
    }
    return found;
  }

  private static Ranked ranked(EntityTable table, int item, int rank, float[] scores) {
    return new Ranked(rank, table.id(item), table.name(item), scores[item]);
  }
}
