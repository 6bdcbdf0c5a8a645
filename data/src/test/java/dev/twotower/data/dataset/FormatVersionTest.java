package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times count microseconds since format version 2, and those of version 1 are read the same. */
class FormatVersionTest {
  private static final long NOON = 1_700_000_000;
  @TempDir Path folder;
  private Path now;
  private Path before;

  /** Two data sets of equal rows; the second as format version 1 wrote it. */
  @BeforeEach
  void writeBoth() throws IOException {
    now = folder.resolve("now");
    before = folder.resolve("before");
    log(1_000_000).write(now).close();
    log(1).write(before).close();
    Path manifest = before.resolve("dataset.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("(?s),\\s+\"overlaps\" : \\[.*?]", "")
            .replace("\"formatVersion\" : 2", "\"formatVersion\" : 1")
            .replace("\"epoch-microseconds\"", "\"epoch-seconds\""));
    Files.delete(before.resolve(Seal.FILE));
  }

  private static DatasetBuilder log(long unit) {
    DatasetBuilder builder = new DatasetBuilder().rowsPerBatch(8);
    for (int row = 0; row < 30; row++) {
      Split split = row % 5 == 0 ? Split.TEST : Split.TRAIN;
      builder.row(split, row % 3, row % 2, row % 7, (NOON + row / 2) * unit);
    }
    return builder;
  }

  @Test
  void secondsOfVersionOneAreReadAsMicroseconds() {
    try (Dataset one = Dataset.open(before);
        Dataset two = Dataset.open(now)) {
      assertThat(one.manifest().formatVersion()).isEqualTo(1);
      assertThat(two.manifest().formatVersion()).isEqualTo(2);
      assertThat(two.manifest().schema().time()).isEqualTo(Manifest.TimeUnit.EPOCH_MICROSECONDS);
      for (Split split : Split.values()) {
        Interactions old = one.interactions(split);
        Interactions rows = two.interactions(split);
        assertThat(old.rows()).isEqualTo(rows.rows());
        assertThat(old.timed()).isTrue();
        for (long row = 0; row < rows.rows(); row++) {
          assertThat(old.time(row)).isEqualTo(rows.time(row)).isGreaterThan(NOON * 999_999);
          assertThat(old.seconds(row)).isEqualTo(rows.seconds(row)).isEqualTo(rows.time(row) / 1e6);
          assertThat(old.item(row)).isEqualTo(rows.item(row));
        }
      }
    }
  }

  @Test
  void whatSplitsShareIsCountedWhereTheManifestDoesNotSayIt() {
    try (Dataset counts = Dataset.open(before);
        Dataset says = Dataset.open(now)) {
      assertThat(counts.manifest().overlaps()).isEmpty();
      assertThat(says.manifest().overlaps()).hasSize(2);
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        assertThat(counts.overlap(split)).isEqualTo(says.overlap(split));
      }
      SplitOverlap test = says.overlap(Split.TEST);
      assertThat(test.rows()).isEqualTo(6);
      assertThat(List.of(test.repeatedItems(), test.dividedRequests(), test.ownFuture()))
          .allSatisfy(shared -> assertThat(shared).isBetween(1L, 6L));
      assertThatThrownBy(() -> says.overlap(Split.TRAIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("split train holds nothing out");
    }
  }

  @Test
  void aUnitThatItsVersionDoesNotHaveIsRefused() throws IOException {
    Path manifest = before.resolve("dataset.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    assertThatThrownBy(() -> Dataset.open(before))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(manifest + " has times in epoch-seconds")
        .hasMessageContaining("format version 2");
  }
}
