package dev.twotower.data.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShellWordTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "my logs",
        "it's mine",
        "'",
        "''",
        "\"both\" and 'these'",
        "$HOME",
        "cost's $5",
        "`id`",
        "a\\b",
        "it's a\\b",
        "two\nlines",
        "*",
        "user.features=[age,place]",
        "{a,b}",
        "~",
        "~/logs",
        "a;b",
        "a&b",
        "#1",
        "=ls",
        "wow!",
        "it's!",
        "café",
        "日本",
        "",
        "masks=identity+user",
        "a=b",
        "100%"
      })
  void aShellReadsTheValueBack(String value) throws Exception {
    assertThat(read(ShellWord.of(value))).isEqualTo("[" + value + "]");
  }

  @Test
  void wordsStandInACommand() throws Exception {
    String command =
        ShellWord.command(
            "printf '[%%s]' --data %s --out %s", Path.of("my logs/it's"), Path.of("runs/one"));
    assertThat(command).isEqualTo("printf '[%s]' --data \"my logs/it's\" --out runs/one");
    assertThat(sh(command)).isEqualTo("[--data][my logs/it's][--out][runs/one]");
  }

  @Test
  void plainWordsStayAsTheyAre() {
    for (String plain :
        List.of("runs/one", "a_b-c.d", "batchSize=512", "/data/été", "x@y:z,1+2%")) {
      assertThat(ShellWord.of(plain)).isEqualTo(plain);
    }
  }

  private static String read(String word) throws Exception {
    return sh("printf '[%s]' " + word);
  }

  private static String sh(String command) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).isZero();
    return said;
  }
}
