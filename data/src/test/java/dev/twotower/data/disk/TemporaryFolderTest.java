package dev.twotower.data.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  private static final List<String> NAMES = List.of("lib-of-ours");

  @TempDir Path folder;

  private Path file(String name, Duration age) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "program");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    Path left = file("lib-of-ours123.so", Duration.ofHours(1));
    Path young = file("lib-of-ours124.so", Duration.ZERO);
    Path other = file("somebodys.so", Duration.ofHours(1));
    Path tree = Files.createDirectory(folder.resolve("lib-of-ours-tree"));
    Files.setLastModifiedTime(
        Files.writeString(tree.resolve("part"), "x"), FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(tree, FileTime.from(Instant.EPOCH));
    TemporaryFolder.at(folder).removeAbandoned(NAMES);
    assertThat(left).doesNotExist();
    assertThat(tree).doesNotExist();
    assertThat(young).exists();
    assertThat(other).exists();
  }

  @Test
  void whatALiveProcessUsesStays() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    Path open = file("lib-of-ours-open.so", Duration.ofHours(1));
    Path mapped = file("lib-of-ours-mapped.so", Duration.ofHours(1));
    MappedByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(mapped)) {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, 7);
    }
    try (FileChannel channel = FileChannel.open(open)) {
      TemporaryFolder.at(folder).removeAbandoned(NAMES);
      assertThat(open).exists();
      assertThat(mapped).exists();
      assertThat(channel.isOpen()).isTrue();
    }
    TemporaryFolder.at(folder).removeAbandoned(NAMES);
    assertThat(open).doesNotExist();
    // What this process has loaded itself needs its name no longer.
    TemporaryFolder.at(folder).removeLoaded(NAMES);
    assertThat(mapped).doesNotExist();
    assertThat(bytes.get(0)).isEqualTo((byte) 'p');
  }

  @Test
  void aFolderThatCannotHoldLibrariesIsNamedWithTheRemedy() throws IOException {
    assertThat(TemporaryFolder.at(folder).problem()).isEmpty();
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> TemporaryFolder.at(absent).requireUsable())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'" + absent + "' does not exist")
        .hasMessageContaining("-Djava.io.tmpdir=DIR");
    assertThat(TemporaryFolder.at(file("plain", Duration.ZERO)).problem())
        .contains("is not a directory");
    if (Files.isWritable(Path.of("/proc/self/mounts").getParent())) {
      assertThat(TemporaryFolder.at(Path.of("/proc")).problem()).isPresent();
    }
  }
}
