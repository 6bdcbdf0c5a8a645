package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CompletionCommandTest {
  @TempDir Path folder;

  @Test
  void bashCompletesCommandsOptionsAndValues() throws Exception {
    assertThat(complete("twotower", "ev")).contains("evaluate");
    assertThat(complete("twotower", "train", "--res")).contains("--resume");
    assertThat(complete("twotower", "bench", "--engine", "de")).contains("dense", "dedup");
    assertThat(Invocation.of("completion", "zsh").out())
        .isEqualTo(Invocation.of("completion", "bash").out());
  }

  @Test
  void fishKnowsEveryCommandAndOption() {
    String script = Invocation.of("completion", "fish").out();
    CommandLine program = Main.commandLine(Console.system());
    program
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(script).contains("-n __fish_use_subcommand -a " + name + " -d ");
              for (OptionSpec option : command.getCommandSpec().options()) {
                if (!option.hidden()) {
                  assertThat(script)
                      .containsPattern(
                          "'__fish_seen_subcommand_from "
                              + name
                              + "'.* -(l|s) "
                              + option.longestName().replaceFirst("^-+", "")
                              + " ");
                }
              }
            });
  }

  @Test
  void anotherShellIsRefused() {
    Invocation.of("completion", "tcsh").refused(2, "tcsh", "bash, zsh, fish");
    Invocation.of("completion").refused(2, "SHELL");
  }

  /** What bash offers for the last word. */
  private String complete(String... words) throws IOException, InterruptedException {
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash));
    Path script = folder.resolve("completion");
    Files.writeString(script, Invocation.of("completion", "bash").out());
    String ask =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_twotower; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, String.join(" ", words), words.length - 1);
    Process process = new ProcessBuilder(bash.toString(), "-c", ask).start();
    String offered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return offered;
  }
}
