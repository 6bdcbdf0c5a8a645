package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
