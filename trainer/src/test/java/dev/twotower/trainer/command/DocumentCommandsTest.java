package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shell blocks of README and tutorial do what they say. A block is marked on the line above it:
 * {@code <!-- run -->} if this test runs it, {@code <!-- not run: WHY -->} if not; the commands of
 * both must be understood.
 */
class DocumentCommandsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String PROGRAM = "scripts/twotower ";

  /** Small enough for a test; given last, so that it wins. */
  private static final List<String> SMALL =
      List.of("--set=epochs=1", "--set=dim=8", "--set=batchSize=64", "--set=threads=1");

  @TempDir Path folder;

  private record Block(String page, String mark, List<String> commands) {}

  @Test
  void everyBlockIsRunOrSaysWhyNot() throws IOException {
    List<Block> blocks = blocks("README.md");
    blocks.addAll(blocks("docs/tutorial.md"));
    assertThat(blocks).hasSizeGreaterThan(6);
    for (Block block : blocks) {
      assertThat(block.mark())
          .as(block.page() + ": " + block.commands())
          .matches("<!-- run -->|<!-- not run: .{10,} -->|<!-- run with TWOTOWER_DATA -->");
      for (String[] command : twotower(block)) {
        assertThat(Main.commandLine(console()).parseArgs(command).subcommand())
            .as(String.join(" ", command))
            .isNotNull();
      }
    }
  }

  @Test
  void theCommandsOfTheReadmeWork() throws IOException {
    Files.writeString(folder.resolve("log.csv"), log());
    run("README.md", "<!-- run -->");
    assertThat(folder.resolve("runs/ab/report.html")).exists();
  }

  @Test
  void theCommandsOfTheTutorialWork() throws IOException {
    String data = System.getProperty("TWOTOWER_DATA", System.getenv("TWOTOWER_DATA"));
    assumeTrue(data != null, "set TWOTOWER_DATA to the folder that holds online-retail");
    Path log = Path.of(data, "online-retail", "online_retail.csv.gz");
    assumeTrue(Files.exists(log), "no " + log);
    Files.createSymbolicLink(folder.resolve("online_retail.csv.gz"), log);
    run("docs/tutorial.md", "<!-- run with TWOTOWER_DATA -->");
  }

  private void run(String page, String mark) throws IOException {
    int run = 0;
    for (Block block : blocks(page)) {
      if (block.mark().equals(mark)) {
        for (String[] command : twotower(block)) {
          Invocation result = Invocation.of(inFolder(command));
          assertThat(result.exitCode())
              .as(String.join(" ", command) + ": " + result.err())
              .isZero();
          run++;
        }
      }
    }
    assertThat(run).as("commands run").isGreaterThan(3);
  }

  /** Paths lead into the test's folder; training is cut short. */
  private String[] inFolder(String[] command) {
    List<String> arguments = new ArrayList<>();
    for (String word : command) {
      arguments.add(
          word.matches("(log\\.csv|online_retail\\.csv\\.gz|(logs|runs|lists)/.*)")
              ? folder.resolve(word).toString()
              : word);
    }
    if (List.of("compare", "train", "curve").contains(command[0])) {
      arguments.addAll(SMALL);
    }
    return arguments.toArray(String[]::new);
  }

  private static List<String[]> twotower(Block block) {
    return block.commands().stream()
        .filter(line -> line.startsWith(PROGRAM))
        .map(line -> words(line.substring(PROGRAM.length())))
        .toList();
  }

  /** As a shell splits a line: at spaces, not within quotes. */
  private static String[] words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (char c : (line + " ").toCharArray()) {
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && c == ' ') {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    return words.toArray(String[]::new);
  }

  private static List<Block> blocks(String page) throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve(page));
    List<Block> blocks = new ArrayList<>();
    for (int at = 0; at < lines.size(); at++) {
      if (lines.get(at).startsWith("```")) {
        int end = at + 1;
        while (!lines.get(end).startsWith("```")) {
          end++;
        }
        if (!lines.get(at).equals("```text")) {
          String all = String.join("\n", lines.subList(at + 1, end)).replaceAll("\\\\\n *", "");
          List<String> commands =
              Arrays.stream(all.split("\n"))
                  .map(line -> line.replaceFirst("(^| +)#.*", "").strip())
                  .filter(line -> !line.isEmpty())
                  .toList();
          blocks.add(new Block(page, at == 0 ? "" : lines.get(at - 1), commands));
        }
        at = end;
      }
    }
    return blocks;
  }

  /** A small log with the columns that the README names. */
  private static String log() {
    Random random = new Random(1);
    StringBuilder log = new StringBuilder("customer,product,basket,at\n");
    for (int basket = 0; basket < 600; basket++) {
      int customer = 4700 + basket % 60;
      for (int row = 0; row < 4; row++) {
        int product = (customer * 7 + random.nextInt(40)) % 150;
        log.append(
            "%d,p%d,b%d,2026-01-%02dT10:00:%02d%n"
                .formatted(customer, product, basket, 1 + basket / 30, row));
      }
    }
    return log.toString();
  }

  private static Console console() {
    return new Console(
        new PrintWriter(System.out, false, StandardCharsets.UTF_8),
        System.err,
        false,
        new Interruption());
  }
}
