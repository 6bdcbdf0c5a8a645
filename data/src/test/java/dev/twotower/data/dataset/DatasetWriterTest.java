package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetWriterTest {
  private static final DatasetSchema SCHEMA =
      new DatasetSchema(Manifest.TimeUnit.ORDINAL, false, "log", List.of());

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void target() {
    target = folder.resolve("data");
  }

  @Test
  void equalRowsGiveEqualBytes() throws IOException {
    for (String name : List.of("a", "b")) {
      new DatasetBuilder()
          .row(Split.TRAIN, 0, 1, 0, 5)
          .row(Split.TEST, 0, 0, 0, 6)
          .itemNames(List.of("x", "y"))
          .write(folder.resolve(name))
          .close();
    }
    assertThat(folder.resolve("a/dataset.json"))
        .hasSameBinaryContentAs(folder.resolve("b/dataset.json"));
  }

  @Test
  void anExistingTargetIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("precious"), "text");
    assertThatThrownBy(() -> DatasetWriter.create(target, SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(target + " already exists")
        .hasMessageContaining("remove this one first");
    assertThat(target.resolve("precious")).hasContent("text");
    assertThat(entries()).containsExactly("data");
  }

  @Test
  void nothingIsLeftWithoutACommit() throws IOException {
    try (DatasetWriter writer = DatasetWriter.create(target, SCHEMA)) {
      writer.request(0);
      writer.row(Split.TRAIN, 0, 0, 1f);
      assertThat(target).doesNotExist();
      assertThat(entries()).hasSize(1).first().asString().startsWith(".data.partial-");
    }
    assertThat(entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 2_000, 20_000, 25_000})
  void aFullDiskLeavesNothing(long space) throws IOException {
    assertThatThrownBy(() -> writeTo(new SmallDisk(space)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("writing " + target.toAbsolutePath() + " failed")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("nothing is left");
    assertThat(entries()).isEmpty();
  }

  @Test
  void aDiskThatIsLargeEnoughHoldsTheSameData() throws IOException {
    writeTo(new SmallDisk(50_000));
    try (Dataset data = Dataset.open(target)) {
      assertThat(data.interactions(Split.TRAIN).rows()).isEqualTo(1_000);
    }
  }

  private void writeTo(ArrowSink.Opener disk) {
    try (DatasetWriter writer = DatasetWriter.create(target, SCHEMA, disk, BatchRows.Limit.BYTES)) {
      writer.request(0);
      for (int row = 0; row < 1_000; row++) {
        writer.row(Split.TRAIN, 0, row, 1f);
      }
      writer.users(table("u"));
      writer.items(table("i"));
      writer.commit("given", Manifest.Provenance.of("test", Map.of()));
    }
  }

  /** A disk with room for so many bytes. */
  private static final class SmallDisk implements ArrowSink.Opener {
    private long left;

    SmallDisk(long space) {
      this.left = space;
    }

    @Override
    public WritableByteChannel open(Path path) throws IOException {
      WritableByteChannel file = ArrowSink.Opener.DISK.open(path);
      return new WritableByteChannel() {
        @Override
        public int write(ByteBuffer source) throws IOException {
          left -= source.remaining();
          if (left < 0) {
            throw new IOException("No space left on device");
          }
          return file.write(source);
        }

        @Override
        public boolean isOpen() {
          return file.isOpen();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }
  }

  @Test
  void rowsOutOfOrderOrRangeAreRefused() {
    try (DatasetWriter writer = DatasetWriter.create(target, SCHEMA)) {
      assertThatThrownBy(() -> writer.row(Split.TRAIN, 0, 0, 1f))
          .hasMessageContaining("before the first request");
      writer.request(3);
      assertThatThrownBy(() -> writer.request(2))
          .hasMessageContaining("request of user 2 after one of user 3");
      writer.row(Split.TRAIN, 0, 10, 1f);
      assertThatThrownBy(() -> writer.row(Split.TRAIN, 0, 9, 1f))
          .hasMessageContaining("time 9 after one of time 10");
      assertThatThrownBy(() -> writer.row(Split.TRAIN, -1, 10, 1f))
          .hasMessageContaining("item -1; allowed: 0 and up");
      assertThatThrownBy(() -> writer.row(Split.TRAIN, 0, 10, Float.NaN))
          .hasMessageContaining("weight NaN");
      assertThatThrownBy(() -> writer.row(Split.TRAIN, 0, 10, 1f, 2.0))
          .hasMessageContaining("1 context values for the 0 columns");
      assertThatThrownBy(() -> writer.users(table("u")))
          .hasMessageContaining("rows name user 3, but the user table has 1");
      writer.row(Split.TRAIN, 1, 11, 1f);
      assertThatThrownBy(() -> writer.items(table("i")))
          .hasMessageContaining("rows name item 1, but the item table has 1");
    }
  }

  @Test
  void aContextCodeOutsideItsVocabularyIsRefused() {
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("geo", List.of("fr"))
            .row(Split.TRAIN, 0, 0, 0, 0, 1f, 2);
    assertThatThrownBy(() -> builder.write(target))
        .hasMessageContaining("code 2.0 of context column 'geo'; allowed: whole numbers 0 to 1");
    assertThat(target).doesNotExist();
  }

  @Test
  void repeatedIdsAreRefused() {
    try (DatasetWriter writer = DatasetWriter.create(target, SCHEMA)) {
      assertThatThrownBy(
              () ->
                  writer.users(new MemoryEntityTable(List.of("a", "b", "a"), List.of(), List.of())))
          .hasMessageContaining("users 0 and 2 have the same id 'a'");
    }
  }

  @Test
  void aTreeThatDoesNotFitIsRefused() {
    try (DatasetWriter writer = DatasetWriter.create(target, SCHEMA)) {
      assertThatThrownBy(() -> writer.tree(new int[] {-1, 5}, List.of("root", "toys"), new int[0]))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("'toys' (node 1) names parent 5");
      assertThatThrownBy(() -> writer.tree(new int[] {-1}, List.of("root"), new int[] {1}))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("item 0 hangs on category node 1");
    }
  }

  private static MemoryEntityTable table(String id) {
    return new MemoryEntityTable(List.of(id), List.of(), List.of());
  }

  private List<String> entries() throws IOException {
    try (var paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }
}
