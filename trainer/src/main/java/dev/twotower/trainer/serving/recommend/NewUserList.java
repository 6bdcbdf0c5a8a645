package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.message.Suggestion;
import dev.twotower.eval.topk.GroupLimit;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.tower.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a model recommends to somebody who is not in the log: by the history and the features given,
 * as far as its user tower reads any; otherwise by popularity.
 *
 * @param source {@code history}, {@code features} or {@code history and features}; {@code
 *     popularity} where nothing of what was given reaches the model
 * @param seenItemsRanked whether items of the history could be recommended again
 * @param history the items given, newest first
 * @param historyRead how many of them the user tower reads; the newest
 * @param features the values given, by feature
 * @param items the best items, best first; ties go to the lower index
 */
public record NewUserList(
    String source,
    boolean seenItemsRanked,
    List<Named> history,
    int historyRead,
    Map<String, List<String>> features,
    List<Recommendation.Ranked> items) {
  private static final int LENGTH = 20;

  /** An item given. */
  public record Named(String item, String name) {}

  /**
   * What is known of somebody.
   *
   * @param history ids of items, newest first; a text with commas is several ids, unless the log
   *     has an item of that very id
   * @param features texts by the names of the user tower's features
   */
  public record Given(List<String> history, Map<String, List<String>> features) {}

  /**
   * Ranks the catalogue for somebody new.
   *
   * @param k items to list, at least 1
   * @param rankSeen whether items of the history may be recommended again
   * @param choice the items to rank
   * @param limit at most so many of a group are listed
   * @param notes receives what to know of a list that cannot be what was asked for
   * @throws IllegalArgumentException naming items and features that there are not
   */
  public static NewUserList of(
      TrainedRun run,
      Given given,
      int k,
      boolean rankSeen,
      ItemChoice choice,
      Optional<GroupLimit> limit,
      List<String> notes) {
    Dataset data = run.data();
    int[] history = items(data.itemTable(), given.history());
    List<GivenFeature> features = features(run, given.features());
    features.forEach(feature -> notes.addAll(feature.notes()));
    int length = run.config().user().historyLength();
    int read = Math.min(length, history.length);
    // What a tower makes of nothing is its biases, which were never trained to rank by.
    boolean nothing = read == 0 && given.features().isEmpty();
    ModelScorer.NewUser scored;
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      scored =
          nothing ? scorer.nobody() : scorer.newUser(new OneUser(List.copyOf(features)), history);
    }
    note(run, history.length, nothing, notes);
    EntityTable table = data.itemTable();
    int[] seen = rankSeen ? new int[0] : IntStream.of(history).sorted().distinct().toArray();
    float[] scores = scored.scores();
    List<Recommendation.Ranked> items = new ArrayList<>();
    for (int item : Recommendation.listed(Recommendation.order(choice, seen, scores), k, limit)) {
      items.add(Recommendation.ranked(table, item, items.size() + 1, scores));
    }
    return new NewUserList(
        scored.byPopularity() ? "popularity" : source(read, !given.features().isEmpty()),
        rankSeen,
        IntStream.of(history)
            .mapToObj(item -> new Named(table.id(item), table.name(item)))
            .toList(),
        read,
        given.features(),
        items);
  }

  /** What a vector that is not zeros comes from. */
  private static String source(int read, boolean features) {
    return read == 0 ? "features" : features ? "history and features" : "history";
  }

  private static int[] items(EntityTable table, List<String> texts) {
    List<String> unknown = new ArrayList<>();
    List<Integer> found = new ArrayList<>();
    for (String text : texts) {
      for (String id : table.index(text).isPresent() ? List.of(text) : List.of(text.split(","))) {
        OptionalInt item = table.index(id);
        // People write a space after a comma, and ids may begin with one.
        (item.isPresent() ? item : table.index(id.strip()))
            .ifPresentOrElse(found::add, () -> unknown.add(id.strip()));
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "--history: received %s, no %s of the data set%s; allowed: ids of its items, newest first, for example %s"
              .formatted(
                  unknown,
                  unknown.size() == 1 ? "item" : "items",
                  NearIds.hint(table, unknown.get(0)),
                  IntStream.range(0, Math.min(3, table.size())).mapToObj(table::id).toList()));
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<GivenFeature> features(TrainedRun run, Map<String, List<String>> given) {
    List<FeatureColumn> read = columns(run);
    List<String> names = read.stream().map(FeatureColumn::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "--feature: received '%s', which the user tower of %s does not read; allowed: %s"
                .formatted(
                    name,
                    run.directory().path(),
                    names.isEmpty()
                        ? "no --feature here, since it reads none (train --set"
                            + " 'user.features=[NAME]' with a feature of the users)"
                        : Suggestion.among(name, names)));
      }
    }
    return read.stream()
        .map(column -> GivenFeature.of(column, given.getOrDefault(column.name(), List.of())))
        .toList();
  }

  /** The features that the user tower reads. */
  private static List<FeatureColumn> columns(TrainedRun run) {
    return run.model().users().features().stream()
        .filter(feature -> feature.source() != Feature.Source.ID && !feature.history())
        .map(
            feature ->
                (feature.ofRequest() ? run.model().sources().requests() : run.data().userTable())
                    .feature(feature.name()))
        .toList();
  }

  private static void note(TrainedRun run, int history, boolean nothing, List<String> notes) {
    int length = run.config().user().historyLength();
    if (!run.config().user().speaksWithoutIds()) {
      notes.add(
          "note: the user tower of %s reads ids alone, so all new users look the same to it: what is left is popularity. One that reads histories:%n  %s"
              .formatted(run.directory().path(), training(run)));
    } else if (history > 0 && length == 0) {
      notes.add(
          "note: the user tower of %s reads no history, so the items given are left out of the list and change nothing else. One that reads histories:%n  %s"
              .formatted(run.directory().path(), training(run)));
    } else if (history > length) {
      notes.add(
          "note: the user tower of %s reads the newest %s of a history (user.history.length); %d were given"
              .formatted(run.directory().path(), Amount.of(length, "item"), history));
    }
    if (nothing && run.config().user().speaksWithoutIds()) {
      notes.add(
          "note: nothing was given that the user tower of %s reads (%s), so the list is by popularity"
              .formatted(run.directory().path(), String.join(", ", readable(run))));
    }
    boolean ids =
        run.model().users().features().stream().anyMatch(f -> f.source() == Feature.Source.ID);
    if (!nothing
        && run.config().user().speaksWithoutIds()
        && ids
        && run.config().user().idDropout() == 0) {
      notes.add(
          "note: this user tower reads ids as well, and was never trained to go without"
              + " (user.idDropout is 0); with --set user.idDropout=0.5, or without ids, it is");
    }
  }

  private static List<String> readable(TrainedRun run) {
    List<String> readable = new ArrayList<>();
    if (run.config().user().historyLength() > 0) {
      readable.add("--history");
    }
    columns(run).forEach(column -> readable.add("--feature " + column.name()));
    return readable;
  }

  private static String training(TrainedRun run) {
    return "%s train --data %s --out %s --set %s --set user.history.length=%d"
        .formatted(
            ProgramName.typed(),
            run.directory().data().named(Optional.of(run.data().directory())),
            ShellWord.of(run.directory().path() + "-history"),
            ShellWord.of("user.features=[]"),
            LENGTH);
  }
}
