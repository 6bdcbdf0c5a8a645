package dev.twotower.data.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Design 13: what is read is what was written. */
class SealTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("b c.json"), "{}\n");
    Files.writeString(Files.createDirectory(folder.resolve("part")).resolve("a"), "abc");
    Seal.write(folder);
  }

  @Test
  void itIsWhatSha256sumWrites() {
    assertThat(folder.resolve(Seal.FILE))
        .hasContent(
            """
            ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356  b c.json
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  part/a
            """);
  }

  @Test
  void wholeFilesPass() {
    Seal seal = Seal.of(folder, "").checkAll();
    assertThat(seal.lists("b c.json")).isTrue();
    assertThat(seal.text("part/a")).isEqualTo("abc");
    assertThat(seal.lists("other")).isFalse();
  }

  @Test
  void aDamagedFileIsNamedWithBothChecksumsAndTheRemedy() throws IOException {
    Files.writeString(folder.resolve("part/a"), "abd");
    for (int how = 0; how < 2; how++) {
      boolean whole = how == 0;
      assertThatThrownBy(
              () -> {
                Seal seal = Seal.of(folder, "write it again");
                if (whole) {
                  seal.checkAll();
                } else {
                  seal.bytes("part/a");
                }
              })
          .isInstanceOf(BadDataException.class)
          .hasMessageContainingAll(
              folder.resolve("part/a").toString(),
              "expected ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
              "found a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9",
              "write it again");
    }
  }

  @Test
  void whatStandsInAFilesPlaceIsNamed() throws IOException {
    Path file = folder.resolve("part/a");
    Files.delete(file);
    refused(file, "missing");
    Files.createDirectory(file);
    refused(file, "it is a directory");
    Files.delete(file);
    Files.createSymbolicLink(file, file);
    refused(file, "cannot be read");
  }

  private void refused(Path file, String why) {
    assertThatThrownBy(() -> Seal.of(folder, "").checkAll())
        .isInstanceOf(BadDataException.class)
        .hasMessageContainingAll(file.toString(), why);
  }

  /** A bit of the seal itself, wherever it is, or a cut. */
  @Test
  void everyDamageToTheSealShows() throws IOException {
    Path file = folder.resolve(Seal.FILE);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        Files.write(file, damaged);
        refuse();
      }
      Files.write(file, Arrays.copyOf(whole, at));
      refuse();
    }
    Files.delete(file);
    refused(file, "missing");
    Files.createDirectory(file);
    refused(file, "it is a directory");
  }

  private void refuse() {
    assertThatThrownBy(() -> Seal.of(folder, "").check("b c.json", "part/a"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void filesOutsideAreNotLookedAt() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Seal.write(inner, Map.of("../b c.json", Checksum.sha256("{}\n")));
    assertThatThrownBy(() -> Seal.of(inner, "").checkAll())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("outside");
  }
}
