package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.table.EmbeddingTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run on Tuesday's log that starts from Monday's. Both logs have 40 users and 50 items: Monday's
 * are u0.. and i0.., all with training rows. Tuesday's are u10..u49 and i10..i59, in reverse order.
 * Of its items, i57, i58, i59 and i10 are in no row. So it has 30 known users and 40 known items,
 * and 10 new ones of each.
 */
abstract class MondayAndTuesday {
  static final int USERS = 40;
  static final int ITEMS = 50;
  static final int DIM = 8;

  @TempDir Path folder;
  Dataset monday;
  Dataset tuesday;

  @BeforeEach
  void write() {
    monday = log(1, user -> user, item -> item, 0, 0).write(folder.resolve("monday"));
    tuesday = log(2, user -> 49 - user, item -> 59 - item, 3, 1).write(folder.resolve("tuesday"));
  }

  @AfterEach
  void close() {
    monday.close();
    tuesday.close();
  }

  /**
   * @param first items at the beginning that no row has
   * @param last items at the end that no row has
   */
  private static DatasetBuilder log(
      long seed, IntUnaryOperator user, IntUnaryOperator item, int first, int last) {
    UniformRandomProvider random = Streams.stream(seed, "inheritance-test");
    DatasetBuilder builder =
        new DatasetBuilder()
            .ids(user, item)
            .items(ITEMS)
            .itemFeature(
                MemoryFeature.categorical(
                    "colour",
                    IntStream.range(0, ITEMS).mapToObj(i -> "c" + item.applyAsInt(i) % 7).toList()))
            .tree(
                new int[] {-1, 0, 0, 1, 1, 2},
                List.of("all", "a", "b", "a1", "a2", "b1"),
                IntStream.range(0, ITEMS).map(i -> 3 + item.applyAsInt(i) % 3).toArray());
    for (int row = 0; row < USERS * 16; row++) {
      int drawn = row % ITEMS + random.nextInt(2) * 7;
      Split split = row % 16 == 14 ? Split.VALIDATION : row % 16 == 15 ? Split.TEST : Split.TRAIN;
      int bought = first + Math.floorMod(drawn, ITEMS - first - last);
      builder.row(split, row / 16, bought, row / 4, row * 1_000_000L);
    }
    return builder;
  }

  static RunConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "device=cpu",
                "threads=1",
                "batchSize=64",
                "epochs=3",
                "dim=" + DIM,
                "user.embedding=" + DIM,
                "item.embedding=" + DIM));
    all.addAll(List.of(settings));
    return RunConfig.defaults().with(all.toArray(String[]::new));
  }

  StartFrom trainMonday(String... settings) throws Exception {
    Path run = folder.resolve("monday run");
    Training.start(monday, config(settings), run, Training.Options.DEFAULT);
    return new StartFrom(run, Optional.empty(), true);
  }

  static float[] rows(EmbeddingTable table, String array) {
    return table.state().get(array).toFloatArray();
  }

  static float[] row(EmbeddingTable table, String array, int row) {
    float[] all = rows(table, array);
    int width = (int) table.state().get(array).getShape().get(1);
    return Arrays.copyOfRange(all, row * width, (row + 1) * width);
  }
}
