package dev.twotower.trainer.ids.semantic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.stats.RankCorrelation;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How the cosine of two items' vectors relates to the number of code levels they share. Almost all
 * random pairs share none, so the correlation is given twice: over pairs drawn at random, and over
 * the same number of pairs for each number of shared levels. Where items are few, all pairs are
 * taken instead of as many or more that were drawn.
 *
 * @param spearman rank correlation over random pairs, over all where {@link #ofAllPairs}
 * @param spearmanBalanced over pairs balanced by shared levels; absent if there are fewer than
 *     {@link #FEWEST_BALANCED}, too few to tell it from chance
 * @param balancedPairs number of distinct pairs among those
 * @param nearPairs pairs with a cosine of at least 0.9 that were found, among a sample of items and
 *     all others; each counts once
 * @param nearSharing for each level the share of those pairs that share the prefix up to it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PrefixSimilarity(
    double spearman,
    Double spearmanBalanced,
    long balancedPairs,
    long nearPairs,
    List<Double> nearSharing) {
  /** Fewer balanced pairs than this say nothing. */
  public static final int FEWEST_BALANCED = 100;

  private static final int PAIRS = 100_000;
  private static final int ANCHORS = 2048;

  /** Cosines computed at a time. */
  private static final int TILE = 1 << 23;

  private static final float NEAR = 0.9f;

  static PrefixSimilarity of(SemanticIds ids, float[][] vectors, NDManager manager, long seed) {
    float[][] unit = unit(vectors);
    boolean all = ofAllPairs(ids.rows());
    List<List<int[]>> byDepth = all ? allPairs(ids, seed) : drawnPairs(ids, seed);
    List<int[]> random =
        all ? byDepth.stream().flatMap(List::stream).toList() : randomPairs(ids, seed);
    List<int[]> balanced = balanced(byDepth, ids.levels());
    long[] sharing = new long[ids.levels() + 1];
    near(ids, unit, manager, seed, sharing);
    List<Double> shares = new ArrayList<>();
    for (int level = 1; level <= ids.levels(); level++) {
      shares.add(sharing[0] == 0 ? 0 : (double) sharing[level] / sharing[0]);
    }
    return new PrefixSimilarity(
        correlation(ids, unit, random),
        balanced.size() < FEWEST_BALANCED ? null : (Double) correlation(ids, unit, balanced),
        balanced.size(),
        sharing[0],
        shares);
  }

  /** Whether so many items have no more pairs than would be drawn. */
  public static boolean ofAllPairs(int items) {
    return (long) items * (items - 1) / 2 <= PAIRS;
  }

  private static double correlation(SemanticIds ids, float[][] unit, List<int[]> pairs) {
    double[] cosine = new double[pairs.size()];
    double[] shared = new double[pairs.size()];
    for (int i = 0; i < cosine.length; i++) {
      int[] pair = pairs.get(i);
      for (int d = 0; d < unit[0].length; d++) {
        cosine[i] += unit[pair[0]][d] * unit[pair[1]][d];
      }
      shared[i] = ids.sharedPrefix(pair[0], pair[1]);
    }
    return RankCorrelation.of(cosine, shared);
  }

  private static List<int[]> randomPairs(SemanticIds ids, long seed) {
    UniformRandomProvider random = Streams.stream(seed, "quantize.pairs");
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      int a = random.nextInt(ids.rows());
      int b = random.nextInt(ids.rows() - 1);
      pairs.add(new int[] {a, b < a ? b : b + 1});
    }
    return pairs;
  }

  /** All pairs by the levels that they share, those of each number in random order. */
  private static List<List<int[]>> allPairs(SemanticIds ids, long seed) {
    List<List<int[]>> byDepth = new ArrayList<>();
    for (int depth = 0; depth <= ids.levels(); depth++) {
      byDepth.add(new ArrayList<>());
    }
    for (int a = 0; a < ids.rows(); a++) {
      for (int b = a + 1; b < ids.rows(); b++) {
        byDepth.get(ids.sharedPrefix(a, b)).add(new int[] {a, b});
      }
    }
    for (int depth = 0; depth <= ids.levels(); depth++) {
      ListSampler.shuffle(ofDepth(seed, depth), byDepth.get(depth));
    }
    return byDepth;
  }

  /** Different random pairs by the levels that they share, as many of each as are balanced. */
  private static List<List<int[]>> drawnPairs(SemanticIds ids, long seed) {
    int[] order = ids.ordered();
    List<List<int[]>> byDepth = new ArrayList<>();
    for (int depth = 0; depth <= ids.levels(); depth++) {
      byDepth.add(sharing(ids, order, depth, most(ids.levels()), ofDepth(seed, depth)));
    }
    return byDepth;
  }

  private static UniformRandomProvider ofDepth(long seed, int depth) {
    return Streams.stream(seed, "quantize.balanced-pairs", depth);
  }

  /** Each number of shared levels has at most its share of all pairs. */
  private static int most(int levels) {
    return PAIRS / (levels + 1);
  }

  /** The same number of pairs for every number of shared levels that occurs. */
  private static List<int[]> balanced(List<List<int[]>> byDepth, int levels) {
    int least = most(levels);
    for (List<int[]> pairs : byDepth) {
      least = pairs.isEmpty() ? least : Math.min(least, pairs.size());
    }
    List<int[]> all = new ArrayList<>();
    for (List<int[]> pairs : byDepth) {
      all.addAll(pairs.subList(0, Math.min(least, pairs.size())));
    }
    return all;
  }

  /** Different random pairs that share exactly so many levels: a row, and another of its prefix. */
  private static List<int[]> sharing(
      SemanticIds ids, int[] order, int depth, int wanted, UniformRandomProvider random) {
    int[] start = new int[order.length];
    int[] end = new int[order.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && ids.sharedPrefix(order[from], order[to]) >= depth) {
        to++;
      }
      Arrays.fill(start, from, to, from);
      Arrays.fill(end, from, to, to);
      from = to;
    }
    List<int[]> pairs = new ArrayList<>();
    LongSet seen = new LongOpenHashSet();
    for (int attempt = 0; attempt < 10 * wanted && pairs.size() < wanted; attempt++) {
      int a = random.nextInt(order.length);
      int b = start[a] + random.nextInt(end[a] - start[a]);
      if (a != b
          && ids.sharedPrefix(order[a], order[b]) == depth
          && seen.add((long) Math.min(a, b) * order.length + Math.max(a, b))) {
        pairs.add(new int[] {order[a], order[b]});
      }
    }
    return pairs;
  }

  /** Counts near pairs in place 0, those that share the prefix up to a level in its place. */
  private static void near(
      SemanticIds ids, float[][] unit, NDManager manager, long seed, long[] sharing) {
    int[] rows = PermutationSampler.natural(unit.length);
    PermutationSampler.shuffle(Streams.stream(seed, "quantize.anchors"), rows);
    int anchors = Math.min(ANCHORS, rows.length);
    BitSet counted = new BitSet(rows.length);
    try (NDManager scratch = manager.newSubManager()) {
      NDArray transposed = scratch.create(unit).transpose();
      int tileRows = Math.max(1, TILE / rows.length);
      for (int from = 0; from < anchors; from += tileRows) {
        int count = Math.min(tileRows, anchors - from);
        float[][] block = new float[count][];
        for (int i = 0; i < count; i++) {
          block[i] = unit[rows[from + i]];
        }
        try (NDManager tile = scratch.newSubManager()) {
          NDArray scores = tile.create(block).matMul(transposed);
          scores.attach(tile);
          float[] cosines = scores.toFloatArray();
          for (int i = 0; i < count; i++) {
            count(ids, rows[from + i], counted, cosines, i * unit.length, sharing);
            counted.set(rows[from + i]);
          }
        }
      }
    }
  }

  /** Counts a row's pairs, less those with rows that have counted theirs. */
  private static void count(
      SemanticIds ids, int row, BitSet counted, float[] cosines, int at, long[] sharing) {
    for (int other = 0; other < ids.rows(); other++) {
      if (other != row && !counted.get(other) && cosines[at + other] >= NEAR) {
        int shared = ids.sharedPrefix(row, other);
        for (int level = 0; level <= shared; level++) {
          sharing[level]++;
        }
      }
    }
  }

  private static float[][] unit(float[][] vectors) {
    float[][] unit = new float[vectors.length][];
    for (int row = 0; row < unit.length; row++) {
      double norm = 0;
      for (float value : vectors[row]) {
        norm += value * value;
      }
      float scale = norm == 0 ? 0 : (float) (1 / Math.sqrt(norm));
      unit[row] = vectors[row].clone();
      for (int d = 0; d < unit[row].length; d++) {
        unit[row][d] *= scale;
      }
    }
    return unit;
  }
}
