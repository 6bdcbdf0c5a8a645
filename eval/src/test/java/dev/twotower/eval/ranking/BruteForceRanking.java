package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The protocol written out with sorted lists and sets, one user at a time. */
final class BruteForceRanking {
  private final RankingData data;
  private final RankingOptions options;
  private final float[][] scores;

  BruteForceRanking(RankingData data, RankingOptions options, float[][] scores) {
    this.data = data;
    this.options = options;
    this.scores = scores;
  }

  /** Every metric of every user is the one that the evaluator finds with a scorer. */
  void assertIsThatOf(Scorer scorer) {
    Map<Integer, Map<String, Double>> expected = ofUsers();
    MetricTable table = new RankingEvaluator(data, options).evaluate(scorer).ofUsers();
    int[] users = table.users();
    assertThat(users).hasSize(expected.size());
    for (Metric metric : table.metrics()) {
      double[] values = table.values(metric);
      for (int i = 0; i < users.length; i++) {
        assertThat(values[i])
            .isCloseTo(expected.get(users[i]).get(metric.toString()), within(1e-12));
      }
    }
  }

  private static Set<Integer> items(Interactions rows, int user) {
    Set<Integer> items = new TreeSet<>();
    for (long row = 0; row < rows.rows(); row++) {
      if (rows.user(row) == user) {
        items.add(rows.item(row));
      }
    }
    return items;
  }

  private Set<Integer> excluded(int user) {
    Set<Integer> excluded = new TreeSet<>();
    if (!options.rankSeen()) {
      excluded.addAll(items(data.train(), user));
      if (options.split() == Split.TEST) {
        excluded.addAll(items(data.validation(), user));
      }
    }
    return excluded;
  }

  /** Metrics by user, for users with something to find. */
  Map<Integer, Map<String, Double>> ofUsers() {
    Map<Integer, Map<String, Double>> found = new TreeMap<>();
    relevant()
        .forEach(
            (user, relevant) -> {
              Map<String, Double> metrics = metrics(ranking(user), relevant);
              metrics.put("auc", auc(ranking(user), relevant, others(user, relevant)));
              found.put(user, metrics);
            });
    return found;
  }

  /** What a relevant item may rank above: neither relevant to the user nor excluded. */
  List<Integer> others(int user, Set<Integer> relevant) {
    Set<Integer> excluded = excluded(user);
    return IntStream.range(0, data.items())
        .filter(item -> !excluded.contains(item) && !relevant.contains(item))
        .boxed()
        .toList();
  }

  /**
   * The share of pairs, one item to be found and one other, in which the first ranks above: what
   * does not rank is above nothing and below all that ranks. 1 where there is no other.
   */
  static double auc(List<Integer> ranking, Collection<Integer> toFind, List<Integer> others) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int item : ranking) {
      places.put(item, places.size());
    }
    double above = 0;
    for (int item : toFind) {
      for (int other : others) {
        Integer place = places.get(item);
        Integer otherPlace = places.get(other);
        above += place != null && (otherPlace == null || place < otherPlace) ? 1 : 0;
      }
    }
    return others.isEmpty() ? 1 : above / (toFind.size() * (double) others.size());
  }

  /** What is to be found, by user. */
  Map<Integer, Set<Integer>> relevant() {
    Map<Integer, Set<Integer>> found = new TreeMap<>();
    for (int user = 0; user < data.users(); user++) {
      Set<Integer> relevant = items(data.rows(options.split()), user);
      relevant.removeAll(excluded(user));
      if (!relevant.isEmpty()) {
        found.put(user, relevant);
      }
    }
    return found;
  }

  List<Integer> ranking(int user) {
    List<Integer> ranking = new ArrayList<>();
    Set<Integer> excluded = excluded(user);
    for (int item = 0; item < data.items(); item++) {
      if (!excluded.contains(item) && scores[user][item] != Float.NEGATIVE_INFINITY) {
        ranking.add(item);
      }
    }
    // A stable sort: equal scores stay in order of their index.
    ranking.sort(Comparator.comparing((Integer item) -> -scores[user][item]));
    return ranking;
  }

  /** Those with cutoffs, and the reciprocal rank. */
  Map<String, Double> metrics(List<Integer> ranking, Set<Integer> relevant) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int k : options.cutoffs()) {
      double hits = 0;
      double gain = 0;
      double ideal = 0;
      double precisions = 0;
      for (int place = 1; place <= k; place++) {
        if (place <= ranking.size() && relevant.contains(ranking.get(place - 1))) {
          hits++;
          precisions += hits / place;
          gain += 1 / (Math.log(1 + place) / Math.log(2));
        }
        if (place <= relevant.size()) {
          ideal += 1 / (Math.log(1 + place) / Math.log(2));
        }
      }
      metrics.put("recall@" + k, hits / relevant.size());
      metrics.put("hitrate@" + k, hits > 0 ? 1.0 : 0.0);
      metrics.put("cappedRecall@" + k, hits / Math.min(k, relevant.size()));
      metrics.put("ndcg@" + k, gain / ideal);
      metrics.put("precision@" + k, hits / k);
      metrics.put("map@" + k, precisions / Math.min(k, relevant.size()));
    }
    double reciprocal = 0;
    for (int place = ranking.size(); place >= 1; place--) {
      if (relevant.contains(ranking.get(place - 1))) {
        reciprocal = 1.0 / place;
      }
    }
    metrics.put("mrr", reciprocal);
    return metrics;
  }
}
