package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Feedback.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set seen as kinds of feedback say: its rows are those of positives alone. */
class FeedbackTest {
  private static final List<String> KINDS = List.of("buy", "click", "view", "hide");
  private static final Feedback USES =
      new Feedback(
          Map.of(
              "buy",
              Use.positive(3),
              "click",
              Use.positive(0.5),
              "view",
              Use.SHOWN,
              "hide",
              Use.NEVER));

  @TempDir Path folder;

  private static DatasetBuilder builder() {
    return new DatasetBuilder().categoricalContext("event", KINDS).numericContext("place");
  }

  /**
   * Enough rows for several blocks, some without a positive, and users and requests without rows.
   */
  @Test
  void rowsOfARoleAreThoseOfTheWholeLogInOrder() {
    Random random = new Random(5);
    DatasetBuilder builder = builder();
    for (int user = 0; user < 40; user++) {
      for (int row = 0; row < random.nextInt(120); row++) {
        Split split = Split.values()[random.nextInt(3)];
        // Long runs of one kind.
        int kind = user % 5 == 0 ? 3 : 1 + random.nextInt(user % 7 == 0 ? 1 : 4);
        builder.row(split, user, random.nextInt(9), user * 4 + row / 30, row, 2, kind, row);
      }
    }
    try (Dataset all = builder.write(folder.resolve("data"))) {
      for (Dataset whole : List.of(all, all.trainedOn(TrainSplits.TRAIN_AND_VALIDATION))) {
        Dataset read = whole.reading(USES);
        for (Split split : Split.values()) {
          for (Role role : Role.values()) {
            check(whole, read, split, role);
          }
        }
        assertThat(read.trainCounts().total()).isEqualTo(read.interactions(Split.TRAIN).rows());
      }
    }
  }

  private static void check(Dataset whole, Dataset read, Split split, Role role) {
    Interactions all = whole.interactions(split);
    Interactions rows = read.rows(role, split);
    List<String> expected = new ArrayList<>();
    long[] startOfUser = new long[whole.users() + 1];
    long[] startOfRequest = new long[whole.requests() + 1];
    for (long row = 0; row < all.rows(); row++) {
      Use use = USES.of(KINDS.get((int) all.context("event").value(row) - 1));
      if (use.role() == role) {
        expected.add(text(all, row, use.weight()));
        startOfUser[all.user(row) + 1]++;
        startOfRequest[all.request(row) + 1]++;
      }
    }
    List<String> found = new ArrayList<>();
    for (long row = 0; row < rows.rows(); row++) {
      found.add(text(rows, row, 1));
    }
    assertThat(found).isEqualTo(expected);
    for (int user = 0; user < whole.users(); user++) {
      startOfUser[user + 1] += startOfUser[user];
      assertThat(rows.userStart(user)).isEqualTo(startOfUser[user]);
      assertThat(rows.userEnd(user)).isEqualTo(startOfUser[user + 1]);
    }
    for (int request = 0; request < whole.requests(); request++) {
      startOfRequest[request + 1] += startOfRequest[request];
      assertThat(rows.requestStart(request)).isEqualTo(startOfRequest[request]);
      assertThat(rows.requestEnd(request)).isEqualTo(startOfRequest[request + 1]);
    }
    if (role == Role.POSITIVE) {
      assertThat(read.interactions(split)).isSameAs(rows);
    }
  }

  private static String text(Interactions rows, long row, double times) {
    return "%d %d %d %d %s %s"
        .formatted(
            rows.user(row),
            rows.item(row),
            rows.request(row),
            rows.time(row),
            rows.context("place").value(row),
            rows.weight(row) * times);
  }

  @Test
  void splitsMayBeJoinedBeforeOrAfter() {
    DatasetBuilder builder = builder();
    builder.row(Split.TRAIN, 0, 1, 0, 1, 1, 1, 0).row(Split.TRAIN, 0, 2, 0, 4, 1, 3, 0);
    builder.row(Split.VALIDATION, 0, 3, 0, 2, 1, 2, 0).row(Split.VALIDATION, 0, 4, 0, 3, 1, 4, 0);
    builder.row(Split.TEST, 0, 5, 1, 9, 1, 1, 0);
    try (Dataset all = builder.write(folder.resolve("data"))) {
      TrainSplits both = TrainSplits.TRAIN_AND_VALIDATION;
      for (Dataset data :
          List.of(all.reading(USES).trainedOn(both), all.trainedOn(both).reading(USES))) {
        Interactions train = data.interactions(Split.TRAIN);
        assertThat(train.rows()).isEqualTo(2);
        assertThat(train.item(1)).isEqualTo(3);
        assertThat(data.interactions(Split.VALIDATION).rows()).isZero();
        assertThat(data.rows(Role.NEVER, Split.TRAIN).item(0)).isEqualTo(4);
        assertThat(data.reading(USES)).isSameAs(data);
        assertThat(data.weighted()).isTrue();
      }
      assertThat(all.weighted()).isFalse();
      assertThat(all.rows(Role.SHOWN, Split.TRAIN).rows()).isZero();
      assertThat(all.reading(Feedback.NONE)).isSameAs(all);
    }
  }

  @Test
  void everythingThatDoesNotFitIsNamed() {
    DatasetBuilder builder = builder();
    builder.row(Split.TRAIN, 0, 1, 0, 1, 1, 1, 0).row(Split.TEST, 0, 2, 0, 4, 1, 3, 0);
    try (Dataset all = builder.write(folder.resolve("data"))) {
      Feedback wrong = new Feedback(Map.of("clicks", Use.positive(1), "view", Use.SHOWN));
      assertThatThrownBy(() -> all.reading(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("events.clicks: the log has no such kind")
          .hasMessageContaining("did you mean 'click'?")
          .hasMessageContaining("events does not say what buy, click, hide are");
      Feedback none = new Feedback(Map.of("view", Use.SHOWN));
      assertThatThrownBy(() -> all.reading(none))
          .hasMessageContaining("no kind of the log a positive");
      assertThatThrownBy(() -> all.reading(USES).reading(none))
          .hasMessageContaining("open it again");
    }
    try (Dataset plain =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 1, 0, 1)
            .row(Split.TEST, 0, 1, 0, 2)
            .write(folder.resolve("plain"))) {
      assertThatThrownBy(() -> plain.reading(USES)).hasMessageContaining("--column event=COLUMN");
    }
    assertThatThrownBy(() -> Use.positive(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Use.positive(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void aRowWithoutAKindIsRefused() {
    DatasetBuilder builder = builder();
    builder.row(Split.TRAIN, 0, 1, 0, 1, 1, 1, 0).row(Split.TRAIN, 0, 2, 0, 4, 1, 0, 0);
    try (Dataset all = builder.write(folder.resolve("data"))) {
      assertThatThrownBy(() -> all.reading(USES).interactions(Split.TRAIN))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("no kind of feedback");
    }
  }
}
