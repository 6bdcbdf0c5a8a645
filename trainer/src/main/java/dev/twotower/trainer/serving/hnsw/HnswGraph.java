package dev.twotower.trainer.serving.hnsw;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;
import org.apache.lucene.util.hnsw.OnHeapHnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/**
 * A graph over vectors.
 *
 * @param labels what each node stands for
 * @param vectors node by node
 * @param neighbours most links of a node above the lowest level, where it has twice as many
 * @param breadth of the search that chose them
 * @param entry where a search begins; -1 where there is no node
 * @param links by level and node, the lowest level first; null where the level lacks the node
 */
record HnswGraph(
    int[] labels, float[][] vectors, int neighbours, int breadth, int entry, int[][][] links) {
  private static final int NEIGHBOURS = 16;
  private static final int BREADTH = 200;
  private static final long SEED = 42;

  int size() {
    return labels.length;
  }

  /** Most links of a node on a level. */
  static int most(int neighbours, int level) {
    return level == 0 ? 2 * neighbours : neighbours;
  }

  /**
   * Builds a graph; 16 links find 95 % and up of the nearest.
   *
   * @param linked receives the nodes that are in the graph so far; a number may come again
   */
  static HnswGraph build(int[] labels, float[][] vectors, IntConsumer linked) throws IOException {
    if (labels.length == 0) {
      return new HnswGraph(labels, vectors, NEIGHBOURS, BREADTH, -1, new int[1][0][]);
    }
    OnHeapHnswGraph graph =
        HnswGraphBuilder.create(new Products(vectors, linked), NEIGHBOURS, BREADTH, SEED)
            .build(labels.length);
    int[][][] links = new int[graph.numLevels()][labels.length][];
    for (int level = 0; level < links.length; level++) {
      int on = level;
      var nodes = graph.getNodesOnLevel(level);
      while (nodes.hasNext()) {
        int node = nodes.nextInt();
        graph.seek(level, node);
        int[] found =
            IntStream.generate(() -> next(graph))
                .takeWhile(other -> other != DocIdSetIterator.NO_MORE_DOCS)
                .limit(most(NEIGHBOURS, on))
                .toArray();
        links[level][node] = found;
      }
    }
    return new HnswGraph(labels, vectors, NEIGHBOURS, BREADTH, graph.entryNode(), links);
  }

  private static int next(OnHeapHnswGraph graph) {
    return graph.nextNeighbor();
  }

  /** Similarity of vectors: their product, moved to where Lucene wants it, above 0. */
  private record Products(float[][] vectors, IntConsumer linked)
      implements RandomVectorScorerSupplier {
    @Override
    public RandomVectorScorer scorer(int node) {
      // Nodes are added in order; those asked for again are of the graph already.
      linked.accept(node);
      float[] from = vectors[node];
      return new RandomVectorScorer() {
        @Override
        public float score(int other) {
          return Math.max(0, 2 + product(from, vectors[other]));
        }

        @Override
        public int maxOrd() {
          return vectors.length;
        }
      };
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  /** Four sums side by side, added up in the end: the same on any machine. */
  static float product(float[] a, float[] b) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }

  /** The highest level of a node. */
  int level(int node) {
    int level = 0;
    while (level + 1 < links.length && links[level + 1][node] != null) {
      level++;
    }
    return level;
  }

  @Override
  public String toString() {
    return "graph of %d nodes on %d levels, entry %d, labels to %d"
        .formatted(size(), links.length, entry, Arrays.stream(labels).max().orElse(-1));
  }
}
