package dev.twotower.data.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Design 13: one process at a time writes a run or a comparison; the second is refused. */
class WriterLockTest {
  @TempDir private Path folder;

  /** Takes the lock, says so, and keeps it until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (WriterLock held = WriterLock.in(Path.of(args[0]))) {
        System.out.println("held " + held.exclusive());
        System.in.read();
      }
    }
  }

  @Test
  void aSecondUserInTheSameProcessIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolveSibling("link-to-it"), folder);
    try (WriterLock held = WriterLock.in(folder)) {
      assertThat(held.exclusive()).isTrue();
      assertThat(WriterLock.holderOf(link).orElseThrow()).startsWith("this process, ");
      assertThatThrownBy(() -> WriterLock.in(link))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("link-to-it", "this process");
    } finally {
      Files.delete(link);
    }
    WriterLock.in(folder).close();
    assertThat(WriterLock.holderOf(folder)).isEmpty();
    assertThat(entries()).isZero();
  }

  @Test
  void aSecondProcessIsRefusedUntilTheFirstOneDies() throws Exception {
    Process process = start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("held true");
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> WriterLock.in(folder))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(folder.toString(), "process " + process.pid() + " since");
        assertThat(WriterLock.holderOf(folder).orElseThrow())
            .startsWith("process " + process.pid() + " since");
      }
      process.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve(".lock")).exists();
    assertThat(WriterLock.holderOf(folder)).isEmpty();
    WriterLock.in(folder).close();
    assertThat(entries()).isZero();
  }

  @Test
  void thePlaceOfADirectoryThatIsNotThereYetIsLockedBesideIt() throws IOException {
    Path target = folder.resolve("a/b/target");
    try (WriterLock held = WriterLock.beside(target)) {
      assertThat(target).doesNotExist();
      assertThatThrownBy(() -> WriterLock.beside(target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(target.toString());
    }
    assertThat(target.getParent()).isEmptyDirectory();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private long entries() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void aDirectoryToBeMadeIsNotMadeOfAFile(@TempDir Path place) throws IOException {
    Path file = Files.writeString(place.resolve("file"), "x");
    for (Path target : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> WriterLock.making(target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("not a directory");
    }
    Path made = place.resolve("a/b");
    for (int time = 0; time < 2; time++) {
      try (WriterLock lock = WriterLock.making(made)) {
        assertThat(made).isDirectory();
      }
    }
  }
}
