package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Context columns as features of requests. */
class RequestFeaturesTest {
  @TempDir private Path folder;

  private static DatasetBuilder log() {
    return new DatasetBuilder()
        .categoricalContext("device", List.of("web", "ios"))
        .numericContext("hour");
  }

  @Test
  void areReadAtTheRequestWhateverSplitHoldsIt() {
    try (Dataset data =
        log()
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 2, 9.5)
            .row(Split.TRAIN, 0, 1, 0, 2, 1f, 2, 9.5)
            .row(Split.VALIDATION, 0, 2, 0, 3, 1f, 2, 9.5)
            .row(Split.VALIDATION, 0, 2, 1, 4, 1f, 1, Double.NaN)
            .row(Split.TEST, 1, 0, 2, 5, 1f, 0, 23)
            .write(folder.resolve("data"))) {
      for (Dataset seen : List.of(data, data.trainedOn(TrainSplits.TRAIN_AND_VALIDATION))) {
        RequestFeatures requests = RequestFeatures.of(seen);
        assertThat(requests.size()).isEqualTo(3);
        assertThat(requests.features())
            .extracting(FeatureColumn::name)
            .containsExactly("context.device", "context.hour");
        FeatureColumn device = requests.feature("context.device");
        assertThat(device.kind()).isEqualTo(FeatureKind.CATEGORICAL);
        assertThat(device.cardinality()).isEqualTo(3);
        assertThat(device.text(1)).isEqualTo("web");
        assertThat(device.text(2)).isEqualTo("ios");
        assertThat(List.of(device.code(0), device.code(1), device.code(2)))
            .containsExactly(2, 1, 0);
        FeatureColumn hour = requests.feature("context.hour");
        assertThat(hour.kind()).isEqualTo(FeatureKind.NUMERIC);
        assertThat(List.of(hour.value(0), hour.value(1), hour.value(2)))
            .containsExactly(9.5f, Float.NaN, 23f);
        assertThatThrownBy(() -> hour.code(0)).isInstanceOf(IllegalStateException.class);
        requests.check(List.of("context.device", "context.hour"));
      }
    }
  }

  /** Requests without a positive have values too, and their rows are held to the same rule. */
  @Test
  void areReadFromRowsOfAllKindsOfFeedback() {
    Feedback uses =
        new Feedback(Map.of("buy", Feedback.Use.positive(1), "view", Feedback.Use.SHOWN));
    try (Dataset data =
        log()
            .categoricalContext("event", List.of("buy", "view"))
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 2, 9.5, 1)
            .row(Split.TRAIN, 0, 1, 1, 2, 1f, 1, 8, 2)
            .row(Split.TEST, 1, 0, 2, 5, 1f, 1, 23, 1)
            .row(Split.TEST, 1, 1, 2, 5, 1f, 1, 22, 2)
            .write(folder.resolve("data"))) {
      for (Dataset seen : List.of(data, data.trainedOn(TrainSplits.TRAIN_AND_VALIDATION))) {
        Dataset read = seen.reading(uses);
        RequestFeatures requests = RequestFeatures.of(read);
        FeatureColumn device = requests.feature("context.device");
        assertThat(device.cardinality()).isEqualTo(3);
        assertThat(device.text(2)).isEqualTo("ios");
        assertThat(List.of(device.code(0), device.code(1))).containsExactly(2, 1);
        assertThat(requests.feature("context.hour").value(1)).isEqualTo(8);
        requests.check(List.of("context.device"));
        assertThatThrownBy(() -> requests.check(List.of("context.hour")))
            .hasMessageContaining("23.0 and 22.0");
        ContextColumn ofPositives = read.interactions(Split.TRAIN).context("device");
        assertThat(ofPositives.cardinality()).isEqualTo(3);
        assertThat(ofPositives.text(1)).isEqualTo("web");
      }
    }
  }

  @Test
  void aColumnThatDiffersWithinARequestIsNoFeature() {
    try (Dataset data =
        log()
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 1, 9)
            .row(Split.TRAIN, 1, 0, 1, 1, 1f, 1, 9)
            .row(Split.TEST, 1, 1, 1, 2, 1f, 2, Double.NaN)
            .write(folder.resolve("data"))) {
      RequestFeatures requests = RequestFeatures.of(data);
      assertThatThrownBy(() -> requests.check(List.of("context.device")))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining(
              "request 1 of user 'u1' has 'web' and 'ios' in context column 'device'");
      assertThatThrownBy(() -> requests.check(List.of("context.hour")))
          .hasMessageContaining("has 9.0 and no value in context column 'hour'");
      requests.check(List.of());
    }
  }

  /** Kind: a column that differs among the rows looked at, later, and nowhere. */
  @Test
  void whatLooksLikeAFeatureIsLookedForInTheFirstTrainingRows() {
    DatasetBuilder log = log().categoricalContext("place", List.of("1", "2"));
    for (int row = 0; row < 40; row++) {
      // Requests of two rows; from row 20 on the hour differs in each.
      int hour = row < 20 ? row / 2 : row;
      log.row(Split.TRAIN, row / 8, row % 8, row / 2, row, 1f, 1 + row / 2 % 2, hour, 1 + row % 2);
    }
    List<String> names = List.of("place", "hour", "device");
    try (Dataset data = log.write(folder.resolve("data"))) {
      assertThat(RequestFeatures.likely(data, names)).containsExactly("device");
      assertThat(RequestFeatures.likely(data, names, 20)).containsExactly("hour", "device");
      assertThat(RequestFeatures.likely(data, names, 1)).as("one row of a request").isEmpty();
    }
  }

  @Test
  void nothingLooksLikeAFeatureWhereRequestsHaveAboutOneRow() {
    DatasetBuilder log = log();
    for (int row = 0; row < 40; row++) {
      // One request of two rows.
      log.row(Split.TRAIN, 0, row, Math.max(0, row - 1), row, 1f, 1, 9);
    }
    try (Dataset data = log.write(folder.resolve("data"))) {
      assertThat(RequestFeatures.likely(data, List.of("device", "hour"))).isEmpty();
    }
  }

  @Test
  void aFeatureOfUsersComesFirst() {
    try (Dataset data =
        log()
            .row(Split.TRAIN, 0, 0, 0, 1, 1f, 1, 9)
            .userFeature(MemoryFeature.categorical("context.device", List.of("ios")))
            .write(folder.resolve("data"))) {
      assertThat(RequestFeatures.names("context.device", data.userTable())).isFalse();
      assertThat(RequestFeatures.names("context.hour", data.userTable())).isTrue();
      assertThat(RequestFeatures.names("hour", data.userTable())).isFalse();
    }
  }
}
