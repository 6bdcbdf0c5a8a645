package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Split;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How to evaluate.
 *
 * @param split the rows that hold the relevant items: validation or test
 * @param cutoffs the K of the metrics, ascending and distinct
 * @param rankSeen whether items the user already engaged with stay in its ranking
 * @param sampleUsers evaluate only this many users, drawn with {@code seed}; 0 for all
 * @param seed of the user sample, the random baseline and the bootstrap
 * @param replicates bootstrap resamples behind the intervals; 0 for no intervals
 * @param threads threads that scan scores; results do not depend on it
 * @param own metrics that a program adds
 */
public record RankingOptions(
    Split split,
    List<Integer> cutoffs,
    boolean rankSeen,
    int sampleUsers,
    long seed,
    int replicates,
    int threads,
    List<OwnMetric> own) {
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
        false,
        0,
        0,
        1000,
        Runtime.getRuntime().availableProcessors(),
        List.of());
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
        .withReplicates(0)
        .withSampleUsers(users, SAMPLE_SEED);
  }

  public RankingOptions withCutoffs(List<Integer> value) {
    return new RankingOptions(split, value, rankSeen, sampleUsers, seed, replicates, threads, own);
  }

  public RankingOptions withRankSeen(boolean value) {
    return new RankingOptions(split, cutoffs, value, sampleUsers, seed, replicates, threads, own);
  }

  public RankingOptions withSampleUsers(int value, long sampleSeed) {
    return new RankingOptions(
        split, cutoffs, rankSeen, value, sampleSeed, replicates, threads, own);
  }

  public RankingOptions withReplicates(int value) {
    return new RankingOptions(split, cutoffs, rankSeen, sampleUsers, seed, value, threads, own);
  }

  public RankingOptions withThreads(int value) {
    return new RankingOptions(split, cutoffs, rankSeen, sampleUsers, seed, replicates, value, own);
  }

  /** One more metric. */
  public RankingOptions withOwn(OwnMetric metric) {
    List<OwnMetric> more = Stream.concat(own.stream(), Stream.of(metric)).toList();
    return new RankingOptions(
        split, cutoffs, rankSeen, sampleUsers, seed, replicates, threads, more);
  }

  /** What happens to items a user engaged with before, in words. */
  public static String words(boolean rankSeen) {
    return rankSeen ? "seen items ranked" : "seen items left out of the ranking";
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
