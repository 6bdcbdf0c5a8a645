package dev.twotower.data.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDirectoryTest {
  @TempDir private Path folder;

  @Test
  void theDirectoryHasThePermissionsOfAnyOther() throws IOException {
    Assumptions.assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "needs a file system with owners and groups");
    Path plain = Files.createDirectory(folder.resolve("plain"));
    Path target = folder.resolve("staged");
    try (StagedDirectory staged = StagedDirectory.create(target)) {
      staged.commit();
    }
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(folder.resolve("staged"))) {
      Files.writeString(staged.path().resolve("file"), "text");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void anEndingProcessRemovesWhatItHasBegun() throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(folder.resolve("staged"))) {
      Files.writeString(staged.path().resolve("file"), "text");
      assertThat(WorkFolder.removeAll()).isTrue();
      assertThat(entries()).isEmpty();
      assertThatThrownBy(staged::commit).isInstanceOf(IOException.class);
    }
    assertThat(WorkFolder.removeAll()).isFalse();
    assertThat(entries()).isEmpty();
  }

  @Test
  void whatWasCommittedStaysWhenTheProcessEnds() throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(folder.resolve("staged"))) {
      Files.writeString(staged.path().resolve("file"), "text");
      staged.commit();
      assertThat(WorkFolder.removeAll()).isFalse();
    }
    assertThat(entries()).containsExactly("staged");
    assertThat(folder.resolve("staged/file")).hasContent("text");
  }

  @Test
  void theLeftoversOfADeadProcessGoAndThoseOfTheLivingStay() throws IOException {
    Path dead = Files.createDirectories(folder.resolve(".staged.partial-123"));
    Files.createFile(dead.resolve("lock"));
    Files.writeString(Files.createDirectory(dead.resolve("staged")).resolve("file"), "text");
    Path killedAtOnce = Files.createDirectory(folder.resolve(".staged.partial-124"));
    // Without a lock, as on a file system that has none.
    Files.createDirectories(folder.resolve(".staged.partial-of-someone-else/staged"));
    Files.createFile(Files.createDirectory(folder.resolve(".other.partial-123")).resolve("lock"));
    try (StagedDirectory first = StagedDirectory.create(folder.resolve("staged"));
        StagedDirectory second = StagedDirectory.create(folder.resolve("staged"))) {
      assertThat(first.path()).isDirectory();
      assertThat(second.path()).isDirectory();
      assertThat(dead).doesNotExist();
      assertThat(killedAtOnce).doesNotExist();
    }
    assertThat(entries())
        .containsExactlyInAnyOrder(".staged.partial-of-someone-else", ".other.partial-123");
  }

  @Test
  void whatAProcessLeftThatDiedJustAfterItsCommitGoesWithTheNextWriter() throws IOException {
    Path target = Files.createDirectory(folder.resolve("staged"));
    leave("partial");
    leave("import");
    Path other = Files.createDirectories(folder.resolve(".staged.mine-1"));
    Files.createFile(other.resolve("lock"));
    try (WriterLock lock = WriterLock.in(target)) {
      assertThat(lock).isNotNull();
      assertThat(entries()).containsExactlyInAnyOrder("staged", ".staged.mine-1");
    }
  }

  @Test
  void whatAProcessLeftThatDiedJustAfterItsCommitGoesWithTheNextRefusal() throws IOException {
    Files.createDirectory(folder.resolve("staged"));
    leave("partial");
    leave("import");
    assertThatThrownBy(() -> StagedDirectory.requireFree(folder.resolve("staged")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(entries()).containsExactly("staged");
  }

  private void leave(String kind) throws IOException {
    Path left = Files.createDirectory(folder.resolve(".staged." + kind + "-123"));
    Files.createFile(left.resolve("lock"));
  }

  @Test
  void whereNothingCanBeWrittenIsSaidAtOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> StagedDirectory.requireFree(file.resolve("a/b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot write to " + file + ": it is not a directory");
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc");
    assertThatThrownBy(() -> StagedDirectory.requireFree(Path.of("/proc/x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cannot write to /proc: ");
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void whatAKilledTrialOfAFolderLeftIsRemovedByTheNext() throws IOException {
    Path left = Files.createDirectory(folder.resolve(".twotower-writable"));
    StagedDirectory.requireFree(folder.resolve("new"));
    assertThat(entries()).isEmpty();
    // What is somebody's stays, and stops nothing.
    Files.createFile(left);
    StagedDirectory.requireFree(folder.resolve("new"));
    assertThat(left).isRegularFile();
    Files.delete(left);
    Files.createDirectories(left.resolve("kept"));
    StagedDirectory.requireFree(folder.resolve("new"));
    assertThat(entries()).containsExactly(".twotower-writable");
    assertThat(left.resolve("kept")).isDirectory();
  }
}
