package dev.twotower.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no configuration, or too much of one. */
class ConfigFileTest {
  @TempDir Path folder;

  private Throwable refusal(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), text);
    Throwable refused = catchThrowable(() -> RunConfig.load(Optional.of(file), List.of()));
    assertThat(refused)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
    return refused;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "epochs: 1\n---\nnonsense: 16\n",
        "epochs: 1\n---\nepochs: 2\n",
        "---\nepochs: 1\n---\n",
        "---\n---\nepochs: 1\n",
        "epochs: 1\n...\n---\ndim: 8\n"
      })
  void aSecondDocumentIsRefused(String text) throws IOException {
    assertThat(refusal(text)).hasMessageContaining("a second document; allowed: one document");
  }

  /** YAML 1.1 reads 010 as 8, and this reader an alias as the text of its name. */
  @Test
  void numbersThatWouldBeOfBaseEightAndAliasesAreRefused() throws IOException {
    assertThat(refusal("seed: 1\ndim: 010\n"))
        .hasMessageContaining(
            "line 2, dim: received 010; allowed: numbers without a leading zero, which in YAML"
                + " means base 8: 10, or 8");
    assertThat(refusal("user:\n  hidden: [16, 0_20]\n"))
        .hasMessageContaining("user.hidden[1]: received 0_20")
        .hasMessageContaining(": 20, or 16");
    assertThatThrownBy(() -> RunConfig.load(Optional.empty(), List.of("seed=-007")))
        .hasMessageContaining("seed: received -007")
        .hasMessageContaining(": -7, or -7");
    assertThat(refusal("dim: &width 8\nuser:\n  embedding: *width\n"))
        .hasMessageContaining(
            "line 3, user.embedding: received *width; allowed: the value itself, since anchors and"
                + " aliases are not followed");
    assertThat(refusal("user: &tower\n  idDropout: 0\nitem:\n  <<: *tower\n"))
        .hasMessageContaining("*tower");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "0x10", "10", "1_0"})
  void otherWholeNumbersAreRead(String number) throws IOException {
    assertThat(RunConfig.load(Optional.empty(), List.of("seed=" + number)).seed())
        .isIn(0L, 10L, 16L);
  }

  @Test
  void aKeyWithDotsIsToldHowAFileHasIt() throws IOException {
    assertThat(refusal("user.history.length: 3\n"))
        .hasMessageContaining(
            "user.history.length: received a key with dots; allowed: in a file, sections: user:"
                + " {history: {length: ..}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"---\nepochs: 3\n", "epochs: 3\n...\n", "# only\n---\nepochs: 3 # end\n"})
  void oneDocumentMayBeMarked(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), text);
    assertThat(RunConfig.load(Optional.of(file), List.of()).epochs()).isEqualTo(3);
  }

  @Test
  void aSettingIsOneDocumentToo() {
    assertThatThrownBy(() -> RunConfig.defaults().with("epochs=1\n---\n2"))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void aLargeFileIsRefusedBeforeItIsParsed() throws IOException {
    assertThat(refusal("# " + "x".repeat(2 << 20) + "\nepochs: 1\n"))
        .hasMessageContaining("has more than 1048576 bytes; allowed: a YAML file of at most that");
  }

  @Test
  void longKeysAndValuesAreCutInMessages() throws IOException {
    String blob = "k".repeat(100_000);
    for (String text :
        List.of(
            "\"" + blob + "\": 1\n",
            "epochs: " + blob + "\n",
            "masks: " + blob + "\n",
            "layout: 'a " + "b ".repeat(50_000) + "'\n",
            "user: {hidden: [" + "1, ".repeat(20_000) + "x]}\n",
            "loss: " + blob + "\n",
            "[" + "a, ".repeat(20_000) + "b]\n")) {
      assertThat(refusal(text).getMessage().length()).isLessThan(3_000);
    }
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      many.append("key").append(i).append(": 1\n");
    }
    assertThat(refusal(many.toString()).getMessage())
        .contains("2,000 problems in ")
        .contains("and 1950 more");
  }

  @Test
  void anotherEncodingIsAnUnreadableFile() throws IOException {
    for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
      Path file = Files.write(folder.resolve("run.yaml"), "epochs: 1 # é\n".getBytes(charset));
      assertThatThrownBy(() -> RunConfig.load(Optional.of(file), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("UTF-8");
    }
    Path marked = Files.writeString(folder.resolve("run.yaml"), "\ufeffepochs: 3\n");
    assertThat(RunConfig.load(Optional.of(marked), List.of()).epochs()).isEqualTo(3);
  }
}
