package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How to evaluate.
 *
 * @param split the rows that hold the relevant items: validation or test
 * @param cutoffs the K of the metrics, ascending and distinct
 * @param also kinds of metrics beside those that are always measured
 * @param rankSeen whether items the user already engaged with stay in its ranking
 * @param sampleUsers evaluate only this many users, drawn with {@code seed}; 0 for all
 * @param seed of the user sample, the random baseline and the bootstrap
 * @param replicates bootstrap resamples behind the intervals; 0 for no intervals
 * @param threads threads that scan scores; results do not depend on it
 * @param own metrics that a program adds
 * @param byRequest whether each request of the split is ranked for by itself, as its values have
 *     it, and a user's metrics are the means of its requests; otherwise each user is, once
 */
public record RankingOptions(
    Split split,
    List<Integer> cutoffs,
    Set<Metric.Kind> also,
    boolean rankSeen,
    int sampleUsers,
    long seed,
    int replicates,
    int threads,
    List<OwnMetric> own,
    boolean byRequest) {
  /** The largest K. */
  public static final int LARGEST_CUTOFF = 10_000;

  private static final long SAMPLE_SEED = 0;

  public RankingOptions {
    Objects.requireNonNull(split, "split");
    if (split == Split.TRAIN) {
      throw new IllegalArgumentException(
          "split is train; allowed: validation, test (a ranking of the rows a model learned from"
              + " measures memory)");
    }
    cutoffs = List.copyOf(new TreeSet<>((Collection<Integer>) cutoffs));
    if (cutoffs.isEmpty()
        || cutoffs.get(0) < 1
        || cutoffs.get(cutoffs.size() - 1) > LARGEST_CUTOFF) {
      throw new IllegalArgumentException(
          "cutoffs are " + cutoffs + "; allowed: one or more from 1 to " + LARGEST_CUTOFF);
    }
    also = Set.copyOf(also);
    if (!Metric.Kind.ON_REQUEST.containsAll(also)) {
      throw new IllegalArgumentException(
          "further metrics are " + also + "; allowed: some of " + Metric.Kind.ON_REQUEST);
    }
    requireAtLeast(sampleUsers, 0, "users to sample");
    requireAtLeast(replicates, 0, "bootstrap replicates");
    requireAtLeast(threads, 1, "threads");
    own = List.copyOf(own);
  }

  /** Cutoffs 10, 20 and 50, all users, seen items excluded, 1000 replicates, every core. */
  public static RankingOptions defaults(Split split) {
    return new RankingOptions(
        split,
        List.of(10, 20, 50),
        Set.of(),
        false,
        0,
        0,
        1000,
        Runtime.getRuntime().availableProcessors(),
        List.of(),
        false);
  }

  /**
   * The defaults for what a configuration reports: its cutoffs (20 where none has one), its kinds.
   */
  public static RankingOptions measuring(Split split, Collection<Metric> metrics) {
    List<Integer> cutoffs = metrics.stream().map(Metric::k).filter(k -> k > 0).toList();
    return defaults(split)
        .withCutoffs(cutoffs.isEmpty() ? List.of(20) : cutoffs)
        .withMetrics(metrics);
  }

  /**
   * The defaults for arms that are judged by a metric, which have the same users whatever their
   * seeds: its cutoff among the others, and no bootstrap, since intervals are over seeds as well.
   *
   * @param users how many to rank, a sample; 0 for all
   */
  public static RankingOptions ofArms(Split split, Metric metric, int users) {
    RankingOptions defaults = defaults(split);
    TreeSet<Integer> cutoffs = new TreeSet<>(defaults.cutoffs);
    if (metric.k() > 0) {
      cutoffs.add(metric.k());
    }
    return defaults
        .withCutoffs(List.copyOf(cutoffs))
        .withMetrics(List.of(metric))
        .withReplicates(0)
        .withSampleUsers(users, SAMPLE_SEED);
  }

  public RankingOptions withCutoffs(List<Integer> value) {
    return new RankingOptions(
        split, value, also, rankSeen, sampleUsers, seed, replicates, threads, own, byRequest);
  }

  /** Measures the kinds of these metrics as well, each at all cutoffs. */
  public RankingOptions withMetrics(Collection<Metric> metrics) {
    Set<Metric.Kind> kinds = metrics.stream().map(Metric::kind).collect(Collectors.toSet());
    kinds.retainAll(Metric.Kind.ON_REQUEST);
    return withAlso(kinds);
  }

  /**
   * Measures kinds that are measured only where they are asked for.
   *
   * @throws IllegalArgumentException where others are among them
   */
  public RankingOptions withAlso(Collection<Metric.Kind> kinds) {
    Set<Metric.Kind> all = new HashSet<>(also);
    all.addAll(kinds);
    return new RankingOptions(
        split, cutoffs, all, rankSeen, sampleUsers, seed, replicates, threads, own, byRequest);
  }

  /** Whether a kind of metric is measured. */
  boolean asks(Metric.Kind kind) {
    return also.contains(kind) || !Metric.Kind.ON_REQUEST.contains(kind);
  }

  public RankingOptions withRankSeen(boolean value) {
    return new RankingOptions(
        split, cutoffs, also, value, sampleUsers, seed, replicates, threads, own, byRequest);
  }

  public RankingOptions withSampleUsers(int value, long sampleSeed) {
    return new RankingOptions(
        split, cutoffs, also, rankSeen, value, sampleSeed, replicates, threads, own, byRequest);
  }

  public RankingOptions withReplicates(int value) {
    return new RankingOptions(
        split, cutoffs, also, rankSeen, sampleUsers, seed, value, threads, own, byRequest);
  }

  public RankingOptions withThreads(int value) {
    return new RankingOptions(
        split, cutoffs, also, rankSeen, sampleUsers, seed, replicates, value, own, byRequest);
  }

  public RankingOptions withByRequest(boolean value) {
    return new RankingOptions(
        split, cutoffs, also, rankSeen, sampleUsers, seed, replicates, threads, own, value);
  }

  /** One more metric. */
  public RankingOptions withOwn(OwnMetric metric) {
    List<OwnMetric> more = Stream.concat(own.stream(), Stream.of(metric)).toList();
    return new RankingOptions(
        split, cutoffs, also, rankSeen, sampleUsers, seed, replicates, threads, more, byRequest);
  }

  /**
   * What cutoffs do not tell that are as large as the catalogue; empty where all are smaller.
   *
   * @param received the option, setting or metric that they come from, with its values
   * @param cutoffs in any order; 0 for a metric without one
   */
  public static Optional<String> wholeCatalogue(
      String received, Collection<Integer> cutoffs, int items) {
    List<String> whole =
        new TreeSet<>(cutoffs).tailSet(Math.max(1, items)).stream().map(String::valueOf).toList();
    return whole.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: lists of %s hold all %s of the log, so recall and hit rate at %s are 1 for any model; choose cutoffs below %d"
                .formatted(
                    received,
                    String.join(" and ", whole),
                    Amount.of(items, "item"),
                    whole.size() == 1 ? "that cutoff" : "these cutoffs",
                    items));
  }

  /** What happens to items a user engaged with before, in words. */
  public static String words(boolean rankSeen) {
    return rankSeen ? "seen items ranked" : "seen items left out of the ranking";
  }

  /** The same, and whether users are ranked for each request by itself. */
  public static String words(boolean rankSeen, boolean byRequest) {
    return words(rankSeen)
        + (byRequest ? ", for each request by itself and averaged by user before users" : "");
  }

  int largestCutoff() {
    return cutoffs.get(cutoffs.size() - 1);
  }

  private static void requireAtLeast(int value, int least, String what) {
    if (value < least) {
      throw new IllegalArgumentException(
          what + " is " + value + "; allowed: " + least + " or more");
    }
  }
}
