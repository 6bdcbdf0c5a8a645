package dev.twotower.trainer.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that messages tell, pasted into a shell. */
final class Pasted {
  private static final Pattern SENTENCE_END = Pattern.compile("( --resume),.*");

  private Pasted() {}

  /** Runs the first {@code twotower} command of that name in a message; it must succeed. */
  static Invocation done(String message, String command) throws Exception {
    return Invocation.done(words(message, command).toArray(String[]::new));
  }

  /** The words of that command as a shell reads them. */
  static List<String> words(String message, String command)
      throws IOException, InterruptedException {
    Matcher told = Pattern.compile("twotower (" + command + " [^\\n]*)").matcher(message);
    assertThat(told.find()).as(message).isTrue();
    String line = SENTENCE_END.matcher(told.group(1)).replaceAll("$1");
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\n' " + line).redirectErrorStream(true).start();
    List<String> words = new String(shell.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(shell.waitFor()).as(line + words).isZero();
    return words;
  }
}
