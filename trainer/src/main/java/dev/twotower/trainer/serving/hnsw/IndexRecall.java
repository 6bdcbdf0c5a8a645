package dev.twotower.trainer.serving.hnsw;

import dev.twotower.data.BadDataException;
import dev.twotower.data.json.Json;
import dev.twotower.eval.topk.TopLists;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.vectorfile.ExportSeal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an index finds of the items that an exact search lists.
 *
 * @param k items of a list
 * @param users whose lists were compared, spread over all that have a vector
 * @param items in the index
 * @param recall mean share of the exact list that is found, by width of the search
 */
public record IndexRecall(int k, int users, int items, Map<Integer, Double> recall) {
  private static final int K = 20;
  private static final int USERS = 500;
  private static final List<Integer> WIDTHS = List.of(20, 50, 100, 200, 400);

  /** The file beside an index that holds it. */
  public static Path beside(Path index) {
    return index.resolveSibling(index.getFileName() + ".json");
  }

  /** Measures an index against exact search over the items that have a vector. */
  public static IndexRecall measure(HnswIndex index, ModelScorer scorer, int users) {
    int step = Math.max(1, users / USERS);
    int[] asked =
        IntStream.iterate(0, user -> user < users, user -> user + step)
            .filter(user -> HnswGraph.product(vector(scorer, user), vector(scorer, user)) > 0)
            .toArray();
    int[] known = IntStream.range(0, scorer.items()).filter(scorer::known).toArray();
    Map<Integer, Double> recall = new LinkedHashMap<>();
    if (asked.length == 0 || known.length == 0) {
      return new IndexRecall(K, 0, index.size(), recall);
    }
    TopLists exact = new TopLists(scorer.tiled(known), K, null, user -> new int[0], 1);
    int[] items = new int[asked.length * exact.k()];
    exact.rank(asked, 0, asked.length, items, new float[items.length]);
    for (int width : WIDTHS) {
      int hits = 0;
      for (int i = 0; i < asked.length; i++) {
        int[] list =
            Arrays.stream(items, i * exact.k(), (i + 1) * exact.k())
                .map(place -> known[place])
                .sorted()
                .toArray();
        hits +=
            (int)
                Arrays.stream(index.nearest(vector(scorer, asked[i]), exact.k(), width))
                    .filter(item -> Arrays.binarySearch(list, item) >= 0)
                    .count();
      }
      recall.put(width, (double) hits / items.length);
    }
    return new IndexRecall(exact.k(), asked.length, index.size(), recall);
  }

  private static float[] vector(ModelScorer scorer, int user) {
    return scorer.userVectors(new int[] {user}, 0, 1);
  }

  /** Writes it beside the index. */
  public void write(Path index) throws IOException {
    Json.SHOWN.writeValue(beside(index).toFile(), this);
  }

  /** Reads what was measured when the index was made. */
  public static IndexRecall read(Path index) {
    Path file = beside(index);
    ExportSeal.check(file);
    try {
      return Json.PLAIN.readValue(file.toFile(), IndexRecall.class);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /** In words, such as {@code recall@20 of the index: 0.95 at width 20, 0.99 at width 50}. */
  public String words() {
    return recall.entrySet().stream()
        .map(
            entry ->
                String.format(Locale.ROOT, "%.4f at width %d", entry.getValue(), entry.getKey()))
        .collect(
            Collectors.joining(
                ", ",
                "recall@"
                    + k
                    + " of the index against exact search, over "
                    + users
                    + " users spread over all that have a vector: ",
                ""));
  }
}
