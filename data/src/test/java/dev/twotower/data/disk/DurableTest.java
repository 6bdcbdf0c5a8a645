package dev.twotower.data.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {
  @TempDir private Path folder;

  @Test
  void whatCannotBeWrittenIsNamedAndLeavesTheEarlierFile() throws IOException {
    Path file = folder.resolve("a");
    Durable.replace(file, "one");
    Files.createDirectories(folder.resolve(".a.partial/in the way"));
    assertThatThrownBy(() -> Durable.replace(file, "two"))
        .isInstanceOf(WriteFailure.class)
        .hasMessageStartingWith(file + " cannot be written: ");
    assertThat(file).hasContent("one");
    Durable.replace(file, "two");
    assertThat(file).hasContent("two");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void nothingButTheWordForNoKeepsFromWaitingForTheDisk() {
    assertThat(Durable.waits(null)).isTrue();
    for (String other : List.of("", "true", "1", "yes", "off", "False")) {
      assertThat(Durable.waits(other)).as(other).isTrue();
    }
    assertThat(Durable.waits("false")).isFalse();
  }

  @Test
  void filesThatBelongTogetherAreReplacedTogether() throws IOException {
    Durable.replaceTogether(folder, Map.of("a", "1", "b", "2"));
    Durable.replaceTogether(folder, Map.of("a", "3", "b", "4"));
    assertThat(Seal.of(folder, "").checkAll().text("b")).isEqualTo("4");
    assertThat(names()).containsExactlyInAnyOrder("a", "b", Seal.FILE);
  }

  @Test
  void oneThatCannotBeWrittenLeavesAllAsTheyWere() throws IOException {
    Durable.replaceTogether(folder, Map.of("a", "1", "b", "2"));
    assertThatThrownBy(
            () -> Durable.replaceTogether(folder, Map.of("a", "3", "no such folder/b", "4")))
        .isInstanceOf(WriteFailure.class)
        .hasMessageContaining("b cannot be written");
    assertThat(Seal.of(folder, "").checkAll().text("a")).isEqualTo("1");
    assertThat(names()).containsExactlyInAnyOrder("a", "b", Seal.FILE);
  }

  @Test
  void aKillAmidTheReplacementIsEndedByTheNext() throws IOException {
    Durable.replaceTogether(folder, Map.of("a", "1", "b", "2"));
    Path begun = Files.createDirectory(folder.resolve(".update"));
    // One file was moved already.
    Files.writeString(folder.resolve("a"), "3");
    Files.writeString(begun.resolve("b"), "4");
    Seal.write(begun, Map.of("a", Checksum.sha256("3"), "b", Checksum.sha256("4")));
    Files.createDirectory(folder.resolve(".update.partial"));
    Durable.finishReplacing(folder);
    assertThat(Seal.of(folder, "").checkAll().text("b")).isEqualTo("4");
    assertThat(names()).containsExactlyInAnyOrder("a", "b", Seal.FILE);
  }

  @Test
  void aPlaceThatIsTakenIsNamed() throws IOException {
    Durable.replaceTogether(folder, Map.of("a", "1"));
    Files.delete(folder.resolve("a"));
    Files.createDirectory(folder.resolve("a"));
    assertThatThrownBy(() -> Durable.replaceTogether(folder, Map.of("a", "2")))
        .isInstanceOf(WriteFailure.class)
        .hasMessage(folder.resolve("a") + " cannot be written: it is a directory, not a file");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
