package dev.twotower.trainer.serving.recommend;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.topk.GroupLimit;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.lists.SeenItems;
import dev.twotower.trainer.serving.lists.UserSources;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a model recommends to a user, as of the test split: history from training and validation,
 * and what the user engaged with next.
 *
 * @param user the user's external id
 * @param source what the list comes from, as in {@link UserSources}
 * @param request the request that the list is for, where the model reads values of requests
 * @param seenItemsRanked whether items of the history could be recommended again
 * @param timed whether the log has times
 * @param historyItems how many different items the user's history has in all
 * @param history the latest of them, newest first, each once with its latest time
 * @param items the best items, best first; ties go to the lower index
 * @param heldOut the user's test items, each once, with their ranks among the items that were
 *     ranked
 */
public record Recommendation(
    String user,
    String source,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RequestValue> request,
    boolean seenItemsRanked,
    boolean timed,
    int historyItems,
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
   * @param rank from 1; 0 where the item was not ranked because the user had engaged with it
   *     before, or is never to get it
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
    return of(
        run, user, Map.of(), k, rankSeen, ItemChoice.all(run.data()), Optional.empty(), note -> {});
  }

  /**
   * Ranks some items for one user.
   *
   * @param given texts by the names of features of requests; others are those of the user's last
   *     request
   * @param choice the items to rank
   * @param limit at most so many of a group are listed
   * @param note hears what to know of values that the log does not have
   */
  public static Recommendation of(
      TrainedRun run,
      String user,
      Map<String, List<String>> given,
      int k,
      boolean rankSeen,
      ItemChoice choice,
      Optional<GroupLimit> limit,
      Consumer<String> note) {
    Dataset data = run.data();
    int index = find(data.userTable(), user);
    if (k < 1) {
      throw new IllegalArgumentException("received k = " + k + "; allowed: 1 and up");
    }
    float[] scores = new float[data.items()];
    String source;
    List<RequestValue> request;
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      List<String> notes = new ArrayList<>();
      request = RequestValue.of(run, scorer, index, given, notes);
      notes.forEach(note);
      UserSources sources = new UserSources(scorer, data);
      if (given.isEmpty()) {
        scorer.scores(new int[] {index}, 0, 1).get(scores);
        source = sources.of(new int[] {index}, 0, 1)[0];
      } else {
        List<FeatureColumn> values = request.stream().map(RequestValue::column).toList();
        ModelScorer.NewUser inRequest = scorer.inRequest(index, new OneUser(values));
        scores = inRequest.scores();
        source = sources.of(index, inRequest.byPopularity());
      }
    }
    List<Entry> history = history(data, index);
    int[] seen = new SeenItems(data, rankSeen).of(index);
    int[] order = order(choice, seen, scores);
    List<Ranked> items = new ArrayList<>();
    for (int item : listed(order, k, limit)) {
      items.add(ranked(data.itemTable(), item, items.size() + 1, scores));
    }
    return new Recommendation(
        user,
        source,
        request,
        rankSeen,
        data.interactions(Split.TRAIN).timed(),
        history.size(),
        history.stream().limit(HISTORY).toList(),
        items,
        heldOut(data, index, order, scores));
  }

  /**
   * The items to rank, best first; ties go to the lower index.
   *
   * @param seen items to leave out, ascending
   */
  static int[] order(ItemChoice choice, int[] seen, float[] scores) {
    return IntStream.of(choice.items())
        .filter(item -> Arrays.binarySearch(seen, item) < 0)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer item) -> 0.0 - scores[item]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The first of a ranking, at most so many of a group. */
  static int[] listed(int[] order, int k, Optional<GroupLimit> limit) {
    Int2IntOpenHashMap taken = new Int2IntOpenHashMap();
    return IntStream.of(order)
        .filter(
            item -> {
              int group = limit.map(given -> given.groupOf()[item]).orElse(-1);
              return group < 0 || taken.addTo(group, 1) < limit.get().most();
            })
        .limit(k)
        .toArray();
  }

  static int find(EntityTable users, String id) {
    OptionalInt index = users.index(id);
    return index.orElseThrow(
        () ->
            new IllegalArgumentException(
                "no user '%s'%s; allowed: the ids of the log's users, for example %s; for somebody who is not in the log: recommend --new-user"
                    .formatted(
                        id,
                        NearIds.hint(users, id),
                        IntStream.range(0, Math.min(3, users.size()))
                            .mapToObj(users::id)
                            .toList())));
  }

  /** All items, newest first, each once. */
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
        .map(entry -> timed ? entry.inSeconds() : entry)
        .toList();
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

  static Ranked ranked(EntityTable table, int item, int rank, float[] scores) {
    return new Ranked(rank, table.id(item), table.name(item), scores[item]);
  }
}
