package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.topk.TiledScorer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Who is evaluated and what is relevant to them: users with at least one relevant item, ascending,
 * and their distinct relevant items, ascending, one run of {@code items} a user. Or, {@linkplain
 * #byRequest by request}, the same of users in one request after another.
 */
final class EvaluatedUsers {
  private final RankingData data;
  private final RankingOptions options;
  private final int[] users;

  /** The request of each position; empty where positions are users. */
  private final int[] requests;

  private final int[] starts;
  private final int[] items;
  private final int withoutRelevant;
  private final int withoutAllowed;
  private final int eligible;

  private EvaluatedUsers(
      RankingData data,
      RankingOptions options,
      int[] users,
      int[] requests,
      int[] starts,
      int[] items,
      int withoutRelevant,
      int withoutAllowed,
      int eligible) {
    this.data = data;
    this.options = options;
    this.users = users;
    this.requests = requests;
    this.starts = starts;
    this.items = items;
    this.withoutRelevant = withoutRelevant;
    this.withoutAllowed = withoutAllowed;
    this.eligible = eligible;
  }

  static EvaluatedUsers of(RankingData data, RankingOptions options) {
    return of(data, options, false, users -> sample(users, options));
  }

  /** The users for whom a test holds, of a part of a log, which may have none. */
  static EvaluatedUsers of(RankingData data, RankingOptions options, IntPredicate among) {
    return of(data, options, true, users -> Arrays.stream(users).filter(among).toArray());
  }

  /**
   * @param none whether there may be nobody to evaluate
   * @param chosen takes some of the users who can be evaluated, ascending
   */
  private static EvaluatedUsers of(
      RankingData data, RankingOptions options, boolean none, UnaryOperator<int[]> chosen) {
    Interactions rows = data.rows(options.split());
    if (rows.rows() == 0 && !none) {
      throw new IllegalArgumentException(
          "the "
              + options.split()
              + " split has no rows, so there is nothing to rank; choose another split, or import"
              + " the data with one");
    }
    IntOpenHashSet relevant = new IntOpenHashSet();
    EvaluatedUsers all = new EvaluatedUsers(data, options, null, null, null, null, 0, 0, 0);
    int[] users = new int[data.users()];
    int found = 0;
    int seen = 0;
    int forbidden = 0;
    for (int user = 0; user < data.users(); user++) {
      if (all.relevant(user, relevant) > 0) {
        users[found++] = user;
      } else if (rows.userStart(user) < rows.userEnd(user)) {
        if (all.allowed(user, relevant) > 0) {
          seen++;
        } else {
          forbidden++;
        }
      }
    }
    if (found == 0 && !none) {
      throw new IllegalArgumentException(nothingToFind(data, options, seen, forbidden));
    }
    users = chosen.apply(Arrays.copyOf(users, found));
    int[] starts = new int[users.length + 1];
    int[] items = new int[Math.max(16, users.length)];
    for (int i = 0; i < users.length; i++) {
      int count = all.relevant(users[i], relevant);
      starts[i + 1] = Math.addExact(starts[i], count);
      if (starts[i + 1] > items.length) {
        items = Arrays.copyOf(items, Math.max(starts[i + 1], items.length * 2));
      }
      int[] ascending = relevant.toIntArray();
      Arrays.sort(ascending);
      System.arraycopy(ascending, 0, items, starts[i], count);
    }
    return new EvaluatedUsers(
        data,
        options,
        users,
        new int[0],
        starts,
        Arrays.copyOf(items, starts[users.length]),
        seen,
        forbidden,
        found);
  }

  private static String nothingToFind(
      RankingData data, RankingOptions options, int seen, int forbidden) {
    List<String> why = new ArrayList<>();
    if (seen > 0) {
      why.add(
          "%s had every item of %s %s rows before, and seen items are not ranked (evaluation.rankSeen=true or --rank-seen ranks them)"
              .formatted(Amount.of(seen, "user"), seen == 1 ? "its" : "their", options.split()));
    }
    if (forbidden > 0) {
      String never =
          data.kinds().map(kinds -> EvaluationResult.OfKinds.words(kinds.never())).orElseThrow();
      why.add(
          "%s earlier rows of %s for every item of %s %s rows, and such items are never listed (another meaning of %s ranks them: events, --events)"
              .formatted(
                  Amount.of(forbidden, "user has", "users have"),
                  never,
                  forbidden == 1 ? "its" : "their",
                  options.split(),
                  never));
    }
    return "no user of the %s split has an item left to find: %s; or choose another split"
        .formatted(options.split(), String.join("; ", why));
  }

  /**
   * The same users in each request of the split by itself: of a user's relevant items those of the
   * request's rows, and of its requests those that have one.
   */
  EvaluatedUsers byRequest() {
    Interactions rows = data.rows(options.split());
    IntArrayList ofUsers = new IntArrayList();
    IntArrayList ofRequests = new IntArrayList();
    IntArrayList ends = new IntArrayList(new int[] {0});
    IntArrayList found = new IntArrayList();
    IntOpenHashSet wanted = new IntOpenHashSet();
    for (int position = 0; position < users.length; position++) {
      int user = users[position];
      long end = rows.userEnd(user);
      for (long row = rows.userStart(user); row < end; ) {
        int request = rows.request(row);
        wanted.clear();
        for (; row < end && rows.request(row) == request; row++) {
          if (relevant(rows.item(row), starts[position], starts[position + 1])) {
            wanted.add(rows.item(row));
          }
        }
        if (!wanted.isEmpty()) {
          int[] ascending = wanted.toIntArray();
          Arrays.sort(ascending);
          found.addElements(found.size(), ascending);
          ends.add(found.size());
          ofUsers.add(user);
          ofRequests.add(request);
        }
      }
    }
    return new EvaluatedUsers(
        data,
        options,
        ofUsers.toIntArray(),
        ofRequests.toIntArray(),
        ends.toIntArray(),
        found.toIntArray(),
        withoutRelevant,
        withoutAllowed,
        eligible);
  }

  /** A seeded sample without replacement, in ascending order; all where none is asked for. */
  static int[] sample(int[] users, RankingOptions options) {
    int size = options.sampleUsers();
    if (size == 0 || size >= users.length) {
      return users;
    }
    UniformRandomProvider random = Streams.stream(options.seed(), "eval.users");
    for (int i = 0; i < size; i++) {
      int chosen = i + random.nextInt(users.length - i);
      int swapped = users[i];
      users[i] = users[chosen];
      users[chosen] = swapped;
    }
    int[] sample = Arrays.copyOf(users, size);
    Arrays.sort(sample);
    return sample;
  }

  /** Takes time in proportion to the user's rows, for any catalogue. */
  private int relevant(int user, IntOpenHashSet into) {
    if (allowed(user, into) > 0) {
      seen(user, into::remove);
    }
    return into.size();
  }

  /** The items of the user's rows in the split, but for those that it must not get. */
  private int allowed(int user, IntOpenHashSet into) {
    into.clear();
    Interactions rows = data.rows(options.split());
    for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
      into.add(rows.item(row));
    }
    if (!into.isEmpty()) {
      forbidden(user, into::remove);
    }
    return into.size();
  }

  /** The items left out of the user's ranking, ascending, each once. */
  int[] excluded(int user) {
    IntArrayList found = new IntArrayList();
    forbidden(user, found::add);
    seen(user, found::add);
    int[] items = found.toIntArray();
    Arrays.sort(items);
    int distinct = 0;
    for (int i = 0; i < items.length; i++) {
      if (i == 0 || items[i] != items[i - 1]) {
        items[distinct++] = items[i];
      }
    }
    return Arrays.copyOf(items, distinct);
  }

  /** Visits the items that the user must not get, as is known before, possibly several times. */
  private void forbidden(int user, IntConsumer visit) {
    data.kinds()
        .ifPresent(
            kinds -> kinds.before(options.split()).forEach(rows -> visitItems(rows, user, visit)));
  }

  /** Visits the items that are not ranked as the user knows them, possibly several times. */
  private void seen(int user, IntConsumer visit) {
    if (options.rankSeen()) {
      return;
    }
    visitItems(data.train(), user, visit);
    if (options.split() == Split.TEST) {
      visitItems(data.validation(), user, visit);
    }
  }

  /**
   * The items that the split says the user must not get, ascending, each once: those that are
   * ranked, and not relevant to the user, in whichever request.
   */
  int[] disliked(int position) {
    int user = users[position];
    IntOpenHashSet found = new IntOpenHashSet();
    data.kinds()
        .map(kinds -> kinds.rows().get(options.split()))
        .ifPresent(rows -> visitItems(rows, user, found::add));
    if (!found.isEmpty()) {
      forbidden(user, found::remove);
      seen(user, found::remove);
      visitItems(data.rows(options.split()), user, found::remove);
    }
    int[] ascending = found.toIntArray();
    Arrays.sort(ascending);
    return ascending;
  }

  /** Whether the log says what users must not get. */
  boolean dislikes() {
    return data.kinds().map(kinds -> !kinds.never().isEmpty()).orElse(false);
  }

  private static void visitItems(Interactions rows, int user, IntConsumer visit) {
    for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
      visit.accept(rows.item(row));
    }
  }

  int size() {
    return users.length;
  }

  /** The dense index of the user at a position. */
  int user(int position) {
    return users[position];
  }

  int[] users() {
    return users;
  }

  /** A scorer of what positions are. */
  Queries queries(Scorer scorer) {
    if (requests.length == 0) {
      return new Queries(scorer.tiled(), users);
    }
    return scorer
        .ofRequests()
        .map(ofRequests -> new Queries(ofRequests, requests))
        .orElseGet(() -> new Queries(scorer.tiled(), users));
  }

  /**
   * What is asked of a scorer.
   *
   * @param numbers of each position: its request, or its user where the scorer knows no requests
   */
  record Queries(TiledScorer scorer, int[] numbers) {}

  /** Where the relevant items of the user at a position start in {@link #items()}. */
  int start(int position) {
    return starts[position];
  }

  int[] items() {
    return items;
  }

  /** Whether an item is among those of {@link #items()} from a place up to another. */
  boolean relevant(int item, int from, int to) {
    return Arrays.binarySearch(items, from, to, item) >= 0;
  }

  /** Whether any user is to find an item of a kind. */
  boolean find(IntPredicate kind) {
    return Arrays.stream(items).anyMatch(kind);
  }

  /**
   * Users with rows in the split but no relevant item, because they had engaged before with all
   * that they may get.
   */
  int withoutRelevant() {
    return withoutRelevant;
  }

  /** Users with rows in the split, but of items alone that they must not get. */
  int withoutAllowed() {
    return withoutAllowed;
  }

  /** Users that could be evaluated, sampled or not. */
  int eligible() {
    return eligible;
  }
}
