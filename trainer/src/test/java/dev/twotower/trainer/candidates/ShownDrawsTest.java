package dev.twotower.trainer.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Feedback.Use;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownDrawsTest {
  @TempDir Path folder;
  private Dataset data;

  /** Request 0 shows 1 to 6, 3 twice, and 3 and 4 are taken; its user took 5 in request 1. */
  @BeforeEach
  void write() {
    DatasetBuilder builder =
        new DatasetBuilder().categoricalContext("event", List.of("buy", "view")).items(9);
    for (int item : new int[] {1, 2, 3, 3, 4, 5, 6}) {
      builder.row(Split.TRAIN, 0, item, 0, item, 1, 2);
    }
    for (int item : new int[] {3, 4}) {
      builder.row(Split.TRAIN, 0, item, 0, 10 + item, 1, 1);
    }
    builder.row(Split.TRAIN, 0, 5, 1, 30, 1, 1).row(Split.TRAIN, 0, 5, 1, 31, 1, 1);
    builder.row(Split.TRAIN, 1, 7, 2, 1, 1, 1).row(Split.TEST, 1, 8, 2, 2, 1, 2);
    data =
        builder
            .write(folder.resolve("data"))
            .reading(new Feedback(Map.of("buy", Use.positive(1), "view", Use.SHOWN)));
  }

  @AfterEach
  void close() {
    data.close();
  }

  private ShownDraws draws(boolean withoutEngaged, int perRequest) {
    Interactions train = data.interactions(Split.TRAIN);
    return new ShownDraws(
        7,
        data.rows(Role.SHOWN, Split.TRAIN),
        train,
        new TrainEngagement(train),
        withoutEngaged,
        perRequest);
  }

  /** A batch of all requests. */
  private BatchIndex index() {
    BatchIds batch = new BatchIds(0);
    batch.add(1, 2, 7);
    batch.add(0, 1, 5);
    batch.add(0, 0, 4);
    batch.add(0, 0, 3);
    BatchIndex index = new BatchIndex(9, new TrainEngagement(data.interactions(Split.TRAIN)), true);
    index.index(batch);
    return index;
  }

  private static List<Integer> drawn(ShownDraws draws, int request) {
    List<Integer> items = new ArrayList<>();
    for (int at = draws.start(request); at < draws.end(request); at++) {
      items.add(draws.item(at));
    }
    return items;
  }

  @Test
  void allThatARequestShowedAndNobodyTookThere() {
    ShownDraws draws = draws(false, 100);
    draws.draw(index(), new SamplerPosition(0, 1));
    assertThat(drawn(draws, 0)).isEmpty();
    assertThat(drawn(draws, 1)).isEmpty();
    assertThat(drawn(draws, 2)).containsExactlyInAnyOrder(1, 2, 5, 6);
    int five = draws.start(2) + drawn(draws, 2).indexOf(5);
    assertThat(draws.engagedTimes(five)).isEqualTo(2);
    draws = draws(true, 100);
    draws.draw(index(), new SamplerPosition(0, 1));
    assertThat(drawn(draws, 2)).containsExactlyInAnyOrder(1, 2, 6);
  }

  @Test
  void someOfThemByPosition() {
    Set<List<Integer>> found = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    ShownDraws draws = draws(true, 2);
    for (int batch = 0; batch < 60; batch++) {
      draws.draw(index(), new SamplerPosition(0, batch));
      List<Integer> items = drawn(draws, 2);
      assertThat(items).hasSize(2).doesNotHaveDuplicates();
      found.add(items);
      draws(true, 2).draw(index(), new SamplerPosition(0, batch));
      draws.draw(index(), new SamplerPosition(0, batch));
      assertThat(drawn(draws, 2)).isEqualTo(items);
    }
    // Ordered pairs of three items.
    assertThat(found).hasSize(6);
  }
}
