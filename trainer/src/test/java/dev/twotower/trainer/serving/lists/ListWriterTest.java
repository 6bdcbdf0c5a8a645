package dev.twotower.trainer.serving.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.topk.GroupLimit;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.recommend.Recommendation;
import dev.twotower.trainer.serving.recommend.SimilarItems;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListWriterTest {
  private static final int USERS = 30;
  private static final int ITEMS = 60;

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static TrainedRun run;

  /** Items 55 and up, and the last two users, are in no row; colours repeat every four items. */
  @BeforeAll
  static void train() throws Exception {
    UniformRandomProvider random = Streams.stream(3, "test.lists");
    String[] colours = {"red", "green", "blue", "it's"};
    DatasetBuilder builder =
        new DatasetBuilder()
            .itemFeature(
                MemoryFeature.categorical(
                    "colour",
                    List.of("", colours[0], colours[1], colours[2], colours[3]),
                    IntStream.range(0, ITEMS).map(item -> 1 + item % 4).toArray()))
            .itemFeature(
                MemoryFeature.numeric("price", range(item -> item == 7 ? Float.NaN : (float) item)))
            .itemFeature(MemoryFeature.numeric("limit", range(item -> item % 5)));
    for (int row = 0; row < 400; row++) {
      int user = random.nextInt(USERS - 2);
      Split split = row % 10 == 0 ? Split.VALIDATION : Split.TRAIN;
      builder.row(split, user, random.nextInt(55), user * 50 + row / 40, row);
    }
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=2", "batchSize=16", "dim=8", "epochs=2", "layout=iid")
            .with("user.embedding=8", "item.embedding=8", "evaluation.everyEpochs=0");
    try (Dataset data = builder.users(USERS).items(ITEMS).write(shared.resolve("data"))) {
      Training.start(data, config, shared.resolve("run"), Training.Options.DEFAULT);
    }
    run = TrainedRun.load(shared.resolve("run"), Optional.empty(), Optional.empty());
  }

  private interface OfItem {
    float of(int item);
  }

  private static float[] range(OfItem number) {
    float[] values = new float[ITEMS];
    for (int item = 0; item < ITEMS; item++) {
      values[item] = number.of(item);
    }
    return values;
  }

  @AfterAll
  static void close() {
    run.close();
  }

  private ListRequest request(String file, int k, ItemChoice choice, BooleanSupplier stop) {
    return new ListRequest(
        folder.resolve(file), k, choice, false, Optional.empty(), done -> {}, stop);
  }

  private static int[] users() {
    return IntStream.range(0, USERS).toArray();
  }

  private Map<String, List<String>> read(Path file, String key, String item) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    try (QuerySession session = new QuerySession(folder.resolve("spill"))) {
      session.forEach(
          "SELECT \"%s\", rank, \"%s\", score FROM '%s'".formatted(key, item, file),
          row -> {
            List<String> list = lists.computeIfAbsent(row.getString(1), id -> new ArrayList<>());
            list.add(row.getString(3) + " " + row.getFloat(4));
            assertThat(row.getInt(2)).isEqualTo(list.size());
          });
    }
    return lists;
  }

  private static List<String> alone(int user, int k, ItemChoice choice, GroupLimit limit) {
    return Recommendation.of(
            run, "u" + user, Map.of(), k, false, choice, Optional.ofNullable(limit), note -> {})
        .items()
        .stream()
        .map(ranked -> ranked.item() + " " + ranked.score())
        .toList();
  }

  /** Item by item and score by score, to the last bit, also for users of whom nothing is known. */
  @Test
  void listsEqualThoseOfSingleUsers() throws Exception {
    ItemChoice all = ItemChoice.all(run.data());
    for (int k : new int[] {7, 1000}) {
      ListSummary written =
          ListWriter.recommend(
              run, users(), false, request("all" + k + ".parquet", k, all, () -> false));
      Map<String, List<String>> lists =
          read(folder.resolve("all" + k + ".parquet"), "user", "item");
      assertThat(lists).hasSize(USERS);
      for (int user : users()) {
        assertThat(lists.get("u" + user)).isEqualTo(alone(user, k, all, null));
      }
      assertThat(written.rows()).isEqualTo(lists.values().stream().mapToInt(List::size).sum());
      assertThat(written.sources()).containsEntry("popularity", 2L).containsEntry("rows", 28L);
    }
  }

  @Test
  void choicesAndLimitsHoldForBoth() throws Exception {
    Path sold = Files.writeString(folder.resolve("sold.txt"), "i3\ni11\n\nnone-such\n");
    ItemChoice choice =
        ItemChoice.of(
            run.data(),
            Optional.of("colour IN ('red', 'it''s') AND price < 50 OR price IS NULL"),
            Optional.of(sold.toString()));
    assertThat(choice.unknownIds()).isEqualTo(1);
    assertThat(choice.items())
        .containsExactly(
            IntStream.range(0, ITEMS)
                .filter(i -> i == 7 || (i % 4 == 0 || i % 4 == 3) && i < 50)
                .filter(i -> i != 3 && i != 11)
                .toArray());
    GroupLimit limit = CategoryLimit.parse(run.data(), "colour=2");
    ListWriter.recommend(
        run,
        users(),
        false,
        new ListRequest(
            folder.resolve("few.csv"),
            9,
            choice,
            false,
            Optional.of(limit),
            done -> {},
            () -> false));
    Map<String, List<String>> lists = read(folder.resolve("few.csv"), "user", "item");
    for (int user : users()) {
      assertThat(lists.get("u" + user)).isEqualTo(alone(user, 9, choice, limit)).hasSize(4);
    }
  }

  @Test
  void whatIsNoConditionIsRefused() {
    for (String wrong : List.of("colour", "nosuch = 1", "1 = 1; DROP TABLE items", "(SELECT 1)")) {
      assertThatThrownBy(() -> ItemChoice.of(run.data(), Optional.of(wrong), Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--among: received '" + wrong)
          .hasMessageContaining("price");
    }
    assertThatThrownBy(
            () ->
                ItemChoice.of(
                    run.data(),
                    Optional.of("(SELECT count(*) FROM '/etc/passwd') > 0"),
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ItemChoice.of(run.data(), Optional.of("limit < 3"), Optional.empty()))
        .hasMessageContaining(
            ". In SQL the column limit is written \"limit\": --among '\"limit\" < 3'");
    assertThatThrownBy(() -> ItemChoice.of(run.data(), Optional.empty(), Optional.of("1 = 1")))
        .hasMessageContaining("no item is left");
    assertThatThrownBy(() -> CategoryLimit.parse(run.data(), "price=2"))
        .hasMessageContaining("[colour]");
    assertThatThrownBy(() -> request("lists.txt", 3, ItemChoice.all(run.data()), () -> false))
        .hasMessageContaining(".parquet, .csv or .jsonl");
  }

  /** Parts of 1,048,576 rows would be too large for a test, so the work is the stop at the end. */
  @Test
  void anInterruptedFileIsTheSameInTheEnd() throws Exception {
    int[] many = new int[20_000];
    Arrays.setAll(many, i -> i % USERS);
    for (String ending : List.of("parquet", "csv", "jsonl")) {
      ItemChoice all = ItemChoice.all(run.data());
      ListSummary once =
          ListWriter.recommend(run, many, false, request("once." + ending, 3, all, () -> false));
      ListSummary cut =
          ListWriter.recommend(run, many, false, request("twice." + ending, 3, all, () -> true));
      assertThat(cut.complete()).isFalse();
      assertThat(folder.resolve("twice." + ending)).doesNotExist();
      ListSummary more =
          ListWriter.recommend(run, many, false, request("twice." + ending, 3, all, () -> false));
      assertThat(more.resumedLists()).isEqualTo(cut.lists()).isPositive();
      assertThat(more.rows()).isEqualTo(once.rows());
      assertThat(folder.resolve("twice." + ending))
          .hasSameBinaryContentAs(folder.resolve("once." + ending));
      assertThat(folder.resolve(".twice." + ending + ".parts")).doesNotExist();
      assertThat(Files.readString(folder.resolve("twice." + ending + ".sha256")))
          .isEqualTo(sum("once." + ending).replace("once.", "twice."));
      assertThatThrownBy(() -> request("once." + ending, 3, all, () -> false))
          .hasMessageContaining("exists");
    }
  }

  private String sum(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".sha256"));
  }

  @Test
  void nearestItemsAreThoseOfTheLargestCosine() throws Exception {
    float[] vectors;
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      vectors = scorer.itemVectors().toFloatArray();
    }
    ItemChoice all = ItemChoice.all(run.data());
    int[] items = IntStream.range(0, ITEMS).toArray();
    ListWriter.similar(run, items, request("near.jsonl", 5, all, () -> false));
    Map<String, List<String>> lists = read(folder.resolve("near.jsonl"), "item", "near");
    assertThat(lists).doesNotContainKey("i" + (ITEMS - 1)).containsKey("i0");
    for (String item : lists.keySet()) {
      SimilarItems single = SimilarItems.of(run, item, 5, all, Optional.empty());
      assertThat(single.items().stream().map(near -> near.item() + " " + near.score()))
          .isEqualTo(lists.get(item));
      assertThat(single.items()).hasSize(5).noneMatch(near -> near.item().equals(item));
    }
    int of = Integer.parseInt(lists.keySet().iterator().next().substring(1));
    double best =
        IntStream.range(0, ITEMS)
            .filter(other -> other != of)
            .mapToDouble(
                other ->
                    IntStream.range(0, 8)
                        .mapToDouble(i -> vectors[of * 8 + i] * vectors[other * 8 + i])
                        .sum())
            .max()
            .orElseThrow();
    assertThat(
            (double)
                SimilarItems.of(run, "i" + of, 1, all, Optional.empty()).items().get(0).score())
        .isCloseTo(best, within(1e-6));
    assertThatThrownBy(() -> SimilarItems.of(run, "i" + (ITEMS - 1), 5, all, Optional.empty()))
        .hasMessageContaining("nothing is known of it");
  }
}
