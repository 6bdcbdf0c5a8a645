package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Codes beyond their vocabulary are found when a data set is opened, whatever the checksums say.
 */
class CodesTest {
  @TempDir Path folder;
  private Path data;
  private Path items;

  @BeforeEach
  void write() {
    data = folder.resolve("data");
    items = data.resolve("items.arrow");
    new DatasetBuilder()
        .row(Split.TRAIN, 0, 3, 0, 5)
        .row(Split.TEST, 0, 2, 0, 6)
        .itemFeature(MemoryFeature.categorical("brand", List.of("a", "b", "b", "a")))
        .itemFeature(
            MemoryFeature.multi(
                "tags",
                List.of(List.of("v"), List.of("v", "w"), List.of(), List.of("x", "w", "v"))))
        .tree(new int[] {-1, 0, 0}, List.of("all", "left", "right"), new int[] {2, 1, 2, 1})
        .write(data)
        .close();
  }

  /** Changes one number in a row of them, and lets manifest and seal vouch for the result. */
  private void change(int[] row, int place, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(items);
    ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int found = -1;
    for (int at = 0; at + 4 * row.length <= bytes.length; at += 4) {
      boolean here = true;
      for (int i = 0; i < row.length; i++) {
        here &= ints.getInt(at + 4 * i) == row[i];
      }
      if (here) {
        assertThat(found).as("places with these numbers").isNegative();
        found = at;
      }
    }
    assertThat(found).isNotNegative();
    ints.putInt(found + 4 * place, value);
    String before = Checksum.sha256(items);
    Files.write(items, bytes);
    Path manifest = data.resolve("dataset.json");
    Files.writeString(manifest, Files.readString(manifest).replace(before, Checksum.sha256(bytes)));
    Seal.write(data);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Dataset.open(data).close())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(items + ": " + message);
  }

  @Test
  void ofACategory() throws IOException {
    Dataset.open(data).close();
    change(new int[] {1, 2, 2, 1}, 2, 3);
    assertRefused("feature 'brand' has code 3 in row 2; allowed: 0 to 2");
  }

  @Test
  void belowNothing() throws IOException {
    change(new int[] {1, 2, 2, 1}, 3, -1);
    assertRefused("feature 'brand' has code -1 in row 3; allowed: 0 to 2");
  }

  @Test
  void inAList() throws IOException {
    change(new int[] {1, 1, 2, 3, 2, 1}, 4, 77);
    assertRefused("feature 'tags' has code 77 in row 3; allowed: 0 to 3");
  }

  @Test
  void inTheTree() throws IOException {
    change(new int[] {2, 1, 2, 1}, 3, 9);
    assertThatThrownBy(() -> Dataset.open(data).close())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("taxonomy.arrow and items.arrow do not hold a valid tree")
        .hasMessageContaining("item 3 hangs on category node 9");
  }

  @Test
  void inTheOrderOfIds() throws IOException {
    change(new int[] {0, 1, 2, 3}, 1, 4);
    assertRefused("'id_order' is 4 in row 1; allowed: 0 to 3");
  }
}
