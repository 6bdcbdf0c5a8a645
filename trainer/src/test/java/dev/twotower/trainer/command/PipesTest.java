package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a shell hands over as {@code <(command)}: read once, or refused as what they are. */
class PipesTest {
  @TempDir static Path folder;
  private static ShortRun made;
  private static int pipes;

  @BeforeAll
  static void train() {
    made = ShortRun.in(folder);
  }

  /** A pipe that somebody writes a text to, once. */
  private static Path pipe(String text) throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe" + pipes++);
    try {
      assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    } catch (IOException absent) {
      assumeTrue(false, "no mkfifo here");
    }
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.writeString(pipe, text);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.setDaemon(true);
    writer.start();
    return pipe;
  }

  private static Invocation recommend(String... more) {
    String[] words = new String[3 + more.length];
    words[0] = "recommend";
    words[1] = "--run=" + made.run();
    words[2] = "--json";
    System.arraycopy(more, 0, words, 3, more.length);
    return Invocation.done(words);
  }

  private static List<String> items(Invocation shown) {
    JsonNode items = shown.json().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .map(item -> item.path("item").asText())
        .toList();
  }

  @Test
  void idsComeThroughPipes() throws Exception {
    String user = "--user=" + made.user();
    List<String> best = items(recommend(user, "-k=3"));
    assertThat(items(recommend(user, "-k=2", "--without=" + pipe(best.get(0) + "\n"))))
        .isEqualTo(best.subList(1, 3));
    assertThat(items(recommend(user, "-k=2", "--among=" + pipe(best.get(2) + "\n"))))
        .isEqualTo(best.subList(2, 3));
    Path lists = folder.resolve("lists.csv");
    recommend("--users=" + pipe(made.user()), "--without=" + pipe(best.get(0)), "--to=" + lists);
    assertThat(lists).content().contains(best.get(1)).doesNotContain("," + best.get(0) + ",");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void aMarkIsNoPartOfTheFirstId(String charset) throws IOException {
    String user = "--user=" + made.user();
    List<String> best = items(recommend(user, "-k=3"));
    Path ids = folder.resolve(charset + ".txt");
    Files.write(ids, ("\ufeff" + best.get(2) + "\r\n").getBytes(Charset.forName(charset)));
    assertThat(items(recommend(user, "--among=" + ids))).isEqualTo(best.subList(2, 3));
  }

  @Test
  void aFolderIsNoFileOfIds() {
    Invocation.of("recommend", "--run=" + made.run(), "--user=x", "--among=" + folder)
        .refused(2, "is no file and no condition");
  }

  @Test
  void settingsComeThroughAPipe() throws Exception {
    Path out = folder.resolve("piped");
    // Read more than once: for what is given, what is automatic, and what follows from the log.
    Invocation.done(
        "train",
        "--data=" + made.data(),
        "--out=" + out,
        "--config=" + pipe("epochs: 1\ndim: 4\ndevice: cpu\nbatchSize: 128\n"));
    assertThat(RunDirectory.open(out).config().dim()).isEqualTo(4);
    assertThat(RunDirectory.open(out).config().epochs()).isEqualTo(1);
    Invocation.of(
            "train",
            "--data=" + made.data(),
            "--out=" + folder.resolve("never"),
            "--config=" + pipe("epochs: 0\n"))
        .refused(2, "epochs");
  }

  @ParameterizedTest
  @CsvSource({"--from", "--items", "--users", "--join"})
  void aLogIsReadMoreThanOnce(String option) throws Exception {
    Path log = folder.resolve("log.csv");
    Files.writeString(log, "user,item\n1,1\n", StandardCharsets.UTF_8);
    Path pipe = pipe("user,item\n1,1\n");
    Path from = option.equals("--from") ? pipe : log;
    Invocation.of(
            "import",
            "table",
            "--from=" + from,
            option.equals("--from") ? "--seed=1" : option + "=" + pipe,
            "--column=user=user",
            "--column=item=item",
            "--to=" + folder.resolve("never"))
        .refused(2, option + " " + pipe + " is a pipe or a device", "write it to a file first");
    Invocation.of(
            "import",
            "table",
            "--from=" + log,
            "--column=user=user",
            "--column=item=item",
            "--tree=parents:" + pipe + ":item",
            "--to=" + folder.resolve("never"))
        .refused(2, "--tree " + pipe + " is a pipe or a device");
    Invocation.of(
            "import",
            "table",
            "--from=" + log,
            "--column=user=user",
            "--column=item=item",
            "--items=" + folder,
            "--to=" + folder.resolve("never"))
        .refused(2, "--items " + folder + " is a folder; name the file in it");
  }

  @Test
  void anIndexHasAFileBesideIt() throws Exception {
    Path pipe = pipe("");
    Invocation.of("recommend", "--run=" + made.run(), "--user=" + made.user(), "--index=" + pipe)
        .refused(2, "--index: received '" + pipe + "', which is no file", "items.hnsw.json");
    Path other = Files.writeString(folder.resolve("other.csv"), "id\n");
    Invocation.of("recommend", "--run=" + made.run(), "--user=" + made.user(), "--index=" + other)
        .refused(2, "--index: received '" + other + "', which is no index", "items.hnsw.json");
  }
}
