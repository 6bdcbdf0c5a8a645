package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(other + " holds no dataset.json");
    assertThatThrownBy(() -> Dataset.open(folder.resolve("absent")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("absent is not a directory");
  }

  @Test
  void aTruncatedManifest() throws IOException {
    Path manifest = data.resolve("dataset.json");
    String json = Files.readString(manifest);
    Files.writeString(manifest, json.substring(0, json.length() / 2));
    assertRefused().hasMessageContaining(manifest + " cannot be read");
    Files.writeString(manifest, "{}");
    assertRefused().hasMessageContaining("formatVersion");
    Files.writeString(manifest, "null");
    assertRefused().hasMessageContaining(manifest + " cannot be read");
  }

  @Test
  void anotherFormatVersion() throws IOException {
    edit("\"formatVersion\" : 2", "\"formatVersion\" : 99");
    assertRefused().hasMessageContaining("format version 99").hasMessageContaining("reads 1");
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
            "%s has %d bytes, dataset.json says %d".formatted(part, size - 1, size));
  }

  @Test
  void aTruncatedFileThatTheManifestAgreesWith() throws IOException {
    long size = Files.size(part);
    String before = Checksum.sha256(part);
    truncate(size - 100);
    edit("\"bytes\" : " + size, "\"bytes\" : " + (size - 100));
    assertRefused()
        .hasMessageContaining(part + " was altered")
        .hasMessageContaining("found " + Checksum.sha256(part));
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

  @Test
  void countsThatDoNotFit() throws IOException {
    edit("\"users\" : 1,", "\"users\" : 2,");
    assertRefused().hasMessageContaining("users.arrow has 1 rows, dataset.json says 2");
  }

  @Test
  void aPathOutsideTheDirectory() throws IOException {
    edit("interactions/part-train-0.arrow", "../part-train-0.arrow");
    assertRefused().hasMessageContaining("names a file outside its directory: ../part-train-0");
  }

  private void edit(String from, String to) throws IOException {
    Path manifest = data.resolve("dataset.json");
    String json = Files.readString(manifest);
    org.assertj.core.api.Assertions.assertThat(json).contains(from);
    Files.writeString(manifest, json.replace(from, to));
  }

  private void truncate(long size) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }
}
