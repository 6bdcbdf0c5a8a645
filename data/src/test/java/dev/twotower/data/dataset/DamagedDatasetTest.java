package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Seal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedDatasetTest {
  @TempDir Path folder;
  private Path data;
  private Path part;

  @BeforeEach
  void write() {
    data = folder.resolve("data");
    part = data.resolve("interactions/part-train-0.arrow");
    new DatasetBuilder()
        .row(Split.TRAIN, 0, 1, 0, 5)
        .row(Split.TRAIN, 0, 2, 0, 6)
        .write(data)
        .close();
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(() -> Dataset.open(data).close())
        .isInstanceOf(BadDataException.class);
  }

  @Test
  void aDirectoryThatIsNoDataSet() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThatThrownBy(() -> Dataset.open(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(other + " holds no dataset.json");
    assertThatThrownBy(() -> Dataset.open(folder.resolve("absent")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absent is not a directory");
  }

  @Test
  void anAlteredManifestIsNamedWithBothChecksums() throws IOException {
    Path manifest = data.resolve("dataset.json");
    String before = Checksum.sha256(manifest);
    Files.writeString(manifest, Files.readString(manifest).replace("\"given\"", "\"other\""));
    assertRefused()
        .hasMessageContaining(manifest.toString())
        .hasMessageContaining("expected " + before)
        .hasMessageContaining("found " + Checksum.sha256(manifest));
  }

  @Test
  void aSealThatContradictsTheManifest() throws IOException {
    Path seal = data.resolve(Seal.FILE);
    String sums = Files.readString(seal);
    String sum = Checksum.sha256(part);
    Files.writeString(seal, sums.replace(sum, "0".repeat(64)));
    assertRefused().hasMessageContaining(seal.toString()).hasMessageContaining("part-train-0");
    Files.writeString(seal, sums.substring(0, sums.length() / 2));
    assertRefused().hasMessageContaining(seal.toString());
    Files.writeString(seal, "");
    assertRefused().hasMessageContaining(seal.toString());
  }

  @Test
  void onlyDataSetsFromBeforeTheSealAreReadWithoutOne() throws IOException {
    Files.delete(data.resolve(Seal.FILE));
    Path manifest = data.resolve("dataset.json");
    String json = Files.readString(manifest);
    Files.writeString(
        manifest,
        json.replaceFirst("\"formatVersion\" : [0-9]+", "\"formatVersion\" : 1")
            .replace("epoch-microseconds", "epoch-seconds"));
    Dataset.open(data).close();
    Files.writeString(
        manifest, json.replaceFirst("\"formatVersion\" : [0-9]+", "\"formatVersion\" : 2"));
    if (Manifest.FORMAT_VERSION >= Manifest.FIRST_SEALED_VERSION) {
      assertRefused().hasMessageContaining(Seal.FILE + " is missing");
    }
  }

  @Test
  void whatStandsInTheManifestsPlace() throws IOException {
    Path manifest = data.resolve("dataset.json");
    Files.delete(data.resolve(Seal.FILE));
    Files.write(manifest, new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'});
    assertRefused().hasMessage(manifest + " cannot be read: it is not UTF-8 text");
    Files.delete(manifest);
    Files.createDirectory(manifest);
    assertRefused().hasMessageContaining(manifest + " cannot be read: it is a directory");
    Files.delete(manifest);
    Files.createSymbolicLink(manifest, manifest);
    assertRefused().hasMessageContaining(manifest + " cannot be read: ");
  }

  @Test
  void whatStandsInAFilesPlace() throws IOException {
    Path items = data.resolve("items.arrow");
    Files.delete(items);
    Files.createDirectory(items);
    assertRefused().hasMessageContaining(items + " is a directory");
    Files.delete(items);
    Files.createSymbolicLink(items, Path.of("nowhere.arrow"));
    assertRefused().hasMessageContaining(items + " cannot be read: ");
  }

  @Test
  void anotherFormatVersion() throws IOException {
    edit("\"formatVersion\" : " + Manifest.FORMAT_VERSION, "\"formatVersion\" : 99");
    assertRefused().hasMessageContaining("format version 99").hasMessageContaining("reads ");
  }

  @Test
  void aMissingFile() throws IOException {
    Files.delete(part);
    assertRefused().hasMessageContaining(part + " is missing");
  }

  @Test
  void aTruncatedFile() throws IOException {
    long size = Files.size(part);
    truncate(size - 1);
    assertRefused()
        .hasMessageContaining(
            "%s has %d bytes, but dataset.json says %d".formatted(part, size - 1, size));
  }

  @Test
  void aTruncatedFileThatTheManifestAgreesWith() throws IOException {
    long size = Files.size(part);
    String before = Checksum.sha256(part);
    truncate(size - 100);
    edit("\"bytes\" : " + size, "\"bytes\" : " + (size - 100));
    edit(before, Checksum.sha256(part));
    assertRefused().hasMessageContaining(part + " is not a whole Arrow file");
  }

  @Test
  void aFlippedByteIsNamedWithBothChecksums() throws IOException {
    String before = Checksum.sha256(part);
    byte[] bytes = Files.readAllBytes(part);
    bytes[indexOf(bytes, new byte[] {1, 0, 0, 0, 2, 0, 0, 0})] ^= 4; // the items 1 and 2
    Files.write(part, bytes);
    String after = Checksum.sha256(part);
    assertRefused()
        .hasMessageContaining(part + " was altered")
        .hasMessageContaining("expected " + before)
        .hasMessageContaining("found " + after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users.arrow",
        "items.arrow",
        "requests.arrow",
        "vocabulary.arrow",
        "interactions/part-train-0.arrow"
      })
  void everyFileIsCheckedBeforeItIsParsed(String name) throws IOException {
    Path file = data.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {0, bytes.length / 3, bytes.length / 2, bytes.length - 20}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) 0x80;
      Files.write(file, damaged);
      assertRefused().hasMessageContaining(file + " was altered: SHA-256 expected ");
    }
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  @Test
  void anyFlippedByteIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(part);
    for (int at = 0; at < bytes.length; at += 7) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) 0xa5;
      Files.write(part, damaged);
      assertThatThrownBy(() -> Dataset.open(data).close())
          .as("byte %d", at)
          .isInstanceOf(BadDataException.class);
    }
  }

  /** Changes the manifest, and the seal with it. */
  private void edit(String from, String to) throws IOException {
    Path manifest = data.resolve("dataset.json");
    String json = Files.readString(manifest);
    assertThat(json).contains(from);
    Files.writeString(manifest, json.replace(from, to));
    Seal.write(data);
  }

  private void truncate(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void aDataSetThatHasLostItsManifestIsDamaged() throws IOException {
    Path left = Files.createDirectories(folder.resolve("left/interactions")).getParent();
    assertThatThrownBy(() -> Dataset.open(left))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("dataset.json is missing from the data set; import the data again");
  }

  @Test
  void whatIsSealedButNoDataSetIsNotCalledDamaged() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("config.yaml"), "seed: 1");
    Seal.write(run);
    assertThatThrownBy(() -> Dataset.open(run).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(run + " holds no dataset.json; a data set is a directory made by");
  }
}
