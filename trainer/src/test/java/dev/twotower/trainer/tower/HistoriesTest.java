package dev.twotower.trainer.tower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Feedback.Use;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoriesTest {
  private static final List<Split> LATEST_FIRST =
      List.of(Split.TEST, Split.VALIDATION, Split.TRAIN);

  @TempDir private Path folder;

  private record Row(int rank, long row, long time, int item) {}

  /** Requests r1: i5@5, i9@9 and r2: i6@6, i8@8: the newest two before 20 are i9, i8. */
  @Test
  void requestsThatInterleaveAreOneHistory() {
    DatasetBuilder builder = new DatasetBuilder();
    builder.row(Split.TRAIN, 0, 5, 1, 5).row(Split.TRAIN, 0, 9, 1, 9);
    builder.row(Split.TRAIN, 0, 6, 2, 6).row(Split.TRAIN, 0, 8, 2, 8);
    try (Dataset data = builder.write(folder.resolve("data"))) {
      Histories histories = new Histories(List.of(data.interactions(Split.TRAIN)));
      assertThat(read(histories, 0, 20, 2)).containsExactly(9, 8);
      assertThat(read(histories, 0, 9, 9)).containsExactly(8, 6, 5);
      assertThat(read(histories, 0, 5, 9)).isEmpty();
    }
  }

  /** A validation part drawn from old rows does not push newer training rows out. */
  @Test
  void splitsAreMergedByTime() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int item = 0; item < 10; item++) {
      builder.row(item % 4 == 1 ? Split.VALIDATION : Split.TRAIN, 0, item, item, item);
    }
    try (Dataset data = builder.write(folder.resolve("data"))) {
      Histories histories =
          new Histories(
              List.of(data.interactions(Split.VALIDATION), data.interactions(Split.TRAIN)));
      assertThat(read(histories, 0, 100, 4)).containsExactly(9, 8, 7, 6);
      assertThat(read(histories, 0, 6, 3)).containsExactly(5, 4, 3);
    }
  }

  /** Codes by the bits of the gap to the newest: 0, 1, 2 to 3, 4 to 7 .. microseconds. */
  @Test
  void gapsAreToTheNewestItem() {
    DatasetBuilder builder = new DatasetBuilder();
    builder.row(Split.TRAIN, 0, 5, 1, 10).row(Split.TRAIN, 0, 6, 1, 13);
    builder.row(Split.TRAIN, 0, 7, 2, 14).row(Split.TRAIN, 0, 8, 2, 14);
    try (Dataset data = builder.write(folder.resolve("data"))) {
      Histories histories = new Histories(List.of(data.interactions(Split.TRAIN)));
      long[] times = new long[5];
      int count = histories.read(0, 99, new int[5], times, new int[0]);
      int[] codes = {9, 9, 9, 9, 9, 9};
      TimeGaps.write(times, count, codes, 1);
      assertThat(codes).containsExactly(9, 1, 1, 2, 4, 0);
    }
    long[] times = new long[3];
    Histories given = Histories.given(new int[] {4, 3});
    assertThat(given.read(0, 99, new int[3], times, new int[0])).isEqualTo(2);
    int[] codes = new int[3];
    TimeGaps.write(times, 2, codes, 0);
    assertThat(codes).containsOnly(0);
    assertThat(TimeGaps.code(Long.MAX_VALUE)).isEqualTo(TimeGaps.CODES - 1);
  }

  /** The log has buy 1, view 2, cart 3; a history of buys and carts has buy 1, cart 2. */
  @Test
  void kindsAreThoseOfPositivesWhateverTheLogCallsThem() {
    Feedback events =
        new Feedback(
            Map.of(
                "cart",
                Use.positive(1),
                "buy",
                Use.positive(3),
                "wish",
                Use.positive(1),
                "view",
                Use.SHOWN));
    List<String> kinds = HistoryKinds.of(events);
    assertThat(kinds).containsExactly("buy", "cart", "wish");
    DatasetBuilder builder =
        new DatasetBuilder().categoricalContext("event", List.of("buy", "view", "cart"));
    builder.row(Split.VALIDATION, 0, 9, 4, 40, 1, 3).row(Split.TRAIN, 0, 5, 1, 10, 1, 3);
    builder.row(Split.TRAIN, 0, 6, 2, 20, 1, 2).row(Split.TRAIN, 0, 7, 3, 30, 1, 1);
    try (Dataset data = builder.write(folder.resolve("data"))) {
      Dataset read = data.reading(events);
      for (Dataset seen : List.of(read, read.trainedOn(TrainSplits.TRAIN_AND_VALIDATION))) {
        Histories histories =
            new Histories(
                List.of(seen.interactions(Split.VALIDATION), seen.interactions(Split.TRAIN)));
        int[] items = new int[4];
        int[] of = new int[4];
        assertThat(histories.read(0, 99, items, new long[4], of)).isEqualTo(3);
        assertThat(items).startsWith(9, 7, 5);
        int[] codes = histories.codes(kinds);
        assertThat(Arrays.stream(of).limit(3).map(code -> codes[code])).containsExactly(2, 1, 2);
      }
    }
    Histories given = Histories.given(new int[] {4, 3});
    int[] of = {7, 7, 7};
    assertThat(given.read(0, 99, new int[3], new long[3], of)).isEqualTo(2);
    assertThat(of).containsOnly(0);
    assertThat(given.codes(kinds)).containsExactly(0);
  }

  @Test
  void equalsSortingAllRowsThatMayBeSeen() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      DatasetBuilder builder = new DatasetBuilder().users(4);
      int times = 1 + random.nextInt(30);
      for (int row = random.nextInt(80); row >= 0; row--) {
        int user = random.nextInt(4);
        int request = user * 10 + random.nextInt(seed % 3 == 0 ? 1 : 6);
        Split split = Split.values()[random.nextInt(3)];
        builder.row(split, user, random.nextInt(50), request, random.nextInt(times));
      }
      try (Dataset data = builder.items(50).write(folder.resolve("data" + seed))) {
        for (List<Split> seen :
            List.of(List.of(Split.TRAIN), LATEST_FIRST.subList(1, 3), LATEST_FIRST)) {
          List<Interactions> splits = seen.stream().map(data::interactions).toList();
          Histories histories = new Histories(splits);
          for (int ask = 0; ask < 40; ask++) {
            int user = random.nextInt(4);
            long time = random.nextInt(times + 2) - 1L;
            int length = 1 + random.nextInt(12);
            assertThat(read(histories, user, time, length))
                .as("seed %d, %s, user %d before %d", seed, seen, user, time)
                .isEqualTo(bruteForce(splits, user, time, length));
          }
        }
      }
    }
  }

  private static int[] bruteForce(List<Interactions> splits, int user, long time, int length) {
    List<Row> rows = new ArrayList<>();
    for (int rank = 0; rank < splits.size(); rank++) {
      Interactions split = splits.get(rank);
      for (long row = 0; row < split.rows(); row++) {
        if (split.user(row) == user && split.time(row) < time) {
          rows.add(new Row(rank, row, split.time(row), split.item(row)));
        }
      }
    }
    return rows.stream()
        .sorted(
            Comparator.comparingLong(Row::time)
                .reversed()
                .thenComparingInt(Row::rank)
                .thenComparing(Comparator.comparingLong(Row::row).reversed()))
        .limit(length)
        .mapToInt(Row::item)
        .toArray();
  }

  /** Ten thousand rows of a user: a history of 8 reads some tens of times, not thousands. */
  @Test
  void findsTheMomentBySearch() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 10_000; row++) {
      builder.row(Split.TRAIN, 0, row % 50, row / 4, row / 3);
    }
    try (Dataset data = builder.write(folder.resolve("long"))) {
      Interactions train = data.interactions(Split.TRAIN);
      AtomicLong reads = new AtomicLong();
      Interactions counting =
          (Interactions)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Interactions.class},
                  (proxy, method, arguments) -> {
                    reads.addAndGet(method.getName().equals("time") ? 1 : 0);
                    return method.invoke(train, arguments);
                  });
      Histories histories = new Histories(List.of(counting));
      read(histories, 0, 100, 8);
      reads.set(0);
      for (int time = 0; time < 3000; time += 30) {
        read(histories, 0, time, 8);
      }
      assertThat(reads.get()).isLessThan(100 * 40);
    }
  }

  private static int[] read(Histories histories, int user, long time, int length) {
    int[] into = new int[length];
    return Arrays.copyOf(into, histories.read(user, time, into));
  }
}
