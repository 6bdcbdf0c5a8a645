package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** quantize and browse on a small shop whose words tell the shelf. */
class QuantizeCommandTest {
  private static final int ITEMS = 240;
  private static final int SHELVES = 12;

  @TempDir static Path folder;
  private static Path data;
  private static Path codes;
  private static JsonNode report;

  @BeforeAll
  static void quantise() {
    data = folder.resolve("data");
    UniformRandomProvider random = Streams.stream(1, "quantize-command-test");
    DatasetBuilder builder = new DatasetBuilder();
    int[] shelf = IntStream.range(0, ITEMS).map(item -> item % SHELVES).toArray();
    int[][] words = new int[ITEMS][];
    List<String> names = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      words[item] = new int[] {1 + shelf[item], 1 + SHELVES + random.nextInt(20)};
      names.add("word%d of shelf%d".formatted(words[item][1], shelf[item]));
      builder.row(Split.TRAIN, item % 40, item, item % 40, item);
      builder.row(Split.TRAIN, (item + 7) % 40, item, (item + 7) % 40, item);
    }
    List<String> vocabulary = new ArrayList<>(List.of(""));
    IntStream.range(0, SHELVES + 20).forEach(word -> vocabulary.add("w" + word));
    int[] parent = IntStream.range(0, 4 + SHELVES).map(n -> n < 4 ? -1 : (n - 4) / 3).toArray();
    builder
        .itemNames(names)
        .itemFeature(MemoryFeature.multi("words", vocabulary, words))
        .tree(
            parent,
            IntStream.range(0, parent.length)
                .mapToObj(n -> n < 4 ? "department" + n : "shelf" + (n - 4))
                .toList(),
            IntStream.of(shelf).map(s -> 4 + s).toArray())
        .write(data)
        .close();
    codes = folder.resolve("codes of words");
    report = invoke(codes, "--json").json();
  }

  private static Invocation invoke(Path out, String... more) {
    return quantize(
        out,
        Stream.concat(
                Stream.of("--features", "words", "--data", data.toString(), "--dimension", "12"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Invocation quantize(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("quantize", "--out", out.toString()));
    if (!List.of(more).contains("--resume")) {
      for (String setting :
          List.of(
              "tree.lambda=0.1",
              "sizes=[8,8,8]",
              "latent=12",
              "hidden=[16]",
              "epochs=6",
              "warmup=3",
              "batchSize=60",
              "threads=1",
              "tree.batchSize=48")) {
        arguments.addAll(List.of("--set", setting));
      }
      arguments.addAll(List.of("--device", "cpu"));
    }
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  /** The page may lie in the folder that the command makes. */
  @Test
  void thePageSaysWhatTheReportSays() throws IOException {
    Path out = folder.resolve("codes with a page");
    Path page = out.resolve("ids.html");
    invoke(out, "--html=" + out.resolve("deeper/ids.html")).refused(2, "cannot be written");
    Invocation run = invoke(out, "--html=" + page);
    assertThat(run.out()).endsWith("page: " + page + System.lineSeparator());
    assertThat(Files.readString(page))
        .contains(
            "240 items in codes of 3 numbers", "Does an ID name one item?", "level 3, 8 codes")
        .contains("tree level 2", "prefix of 3");
    assertThat(Invocation.done("browse", "--codes=" + out).out()).isNotBlank();
    assertThat(invoke(out, "--resume", "--json").json().at("/items").intValue()).isEqualTo(ITEMS);
  }

  @Test
  void theReportHasEveryIntrinsicMetric() {
    assertThat(report.at("/items").intValue()).isEqualTo(ITEMS);
    assertThat(report.at("/reconstructionError").doubleValue()).isBetween(0.0, 1.0);
    assertThat(report.at("/prefixErrors")).hasSize(3);
    assertThat(report.at("/codebooks/0/utilisation").doubleValue()).isEqualTo(1);
    assertThat(report.at("/codebooks/0/perplexity").doubleValue()).isBetween(1.0, 8.0);
    assertThat(report.at("/uniqueness/ids").doubleValue()).isEqualTo(1);
    // Three prefix lengths against two levels of the tree.
    assertThat(report.at("/agreement")).hasSize(6);
    assertThat(report.at("/agreement/0/normalisedMutualInformation").doubleValue())
        .isBetween(0.0, 1.0);
    assertThat(report.at("/similarity/spearman").doubleValue()).isBetween(-1.0, 1.0);
    assertThat(report.at("/similarity/nearSharing")).hasSize(3);
  }

  @Test
  void codesAreParquetWithIdsNamesAndCategories() throws SQLException {
    Path file = codes.resolve("result/codes.parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*), count(DISTINCT semantic_id), max(code_3), min(id), max(category)"
                    + (" FROM '" + file + "'"))) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(ITEMS);
      assertThat(rows.getInt(2)).isEqualTo(ITEMS);
      assertThat(rows.getInt(3)).isBetween(1, 7);
      assertThat(rows.getString(4)).isEqualTo("i0");
      assertThat(rows.getString(5)).isEqualTo("department3 > shelf9");
    }
    assertThat(codes.resolve("result/codebooks.safetensors")).isNotEmptyFile();
  }

  @Test
  void theTextNamesTheFiguresAndTheNextStep() {
    Invocation text = invoke(folder.resolve("text"));
    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .contains("240 items", "perplexity", "tree level 2", "prefix of 3", "Spearman", "browse");
  }

  @Test
  void sameSeedSameReport() {
    assertThat(invoke(folder.resolve("again"), "--json").json()).isEqualTo(report);
  }

  @Test
  void browseWalksFromTheFirstLevelToItems() {
    JsonNode top = browse("--json").json();
    assertThat(top.at("/items").intValue()).isEqualTo(ITEMS);
    assertThat(top.at("/children").size()).isBetween(2, 8);
    String first = top.at("/children/0/code").textValue();
    assertThat(top.at("/children/0/examples")).hasSize(4);
    JsonNode below = browse("--json", "--prefix", first).json();
    assertThat(below.at("/items")).isEqualTo(top.at("/children/0/items"));
    String second = below.at("/children/0/code").textValue();
    assertThat(second).startsWith(first + "-");
    JsonNode third = browse("--json", "--prefix", second).json();
    JsonNode whole = browse("--json", "--prefix", third.at("/children/0/code").textValue()).json();
    assertThat(whole.at("/children/0/items").intValue()).isEqualTo(1);
    assertThat(whole.at("/children/0/examples/0").textValue()).contains("of shelf");
    String item = whole.at("/children/0/ids/0").textValue();
    assertThat(browse("--prefix", whole.at("/prefix").textValue()).out())
        .contains(
            "department",
            "%s (%s)".formatted(whole.at("/children/0/examples/0").textValue(), item));
    browse("--prefix", "999-1")
        .refused(2, "--prefix: received 999-1", "allowed: for example", first);
  }

  @Test
  void browseRefusesWhatItCannotShow() {
    browse("--prefix", "1-2-3-4").refused(2, "4 levels", "have 3");
    browse("--prefix", "a").refused(2, "--prefix", "a");
    browse("--most", "0").refused(2, "--most", "received 0");
    Invocation.of("browse", "--codes", data.toString()).refused(2, "no semantic IDs at");
  }

  private static Invocation browse(String... more) {
    return Invocation.of(
        Stream.concat(Stream.of("browse", "--codes", codes.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void vectorsOfAFileNeedNoDataSetWithoutATree() throws SQLException {
    Path file = folder.resolve("vectors.parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT 'x' || i AS id, [sin(i), cos(i), i / 50] AS vector FROM range(100) t(i)) TO"
              + " '"
              + file
              + "' (FORMAT parquet)");
    }
    quantize(folder.resolve("refused"), "--vectors", file.toString())
        .refused(2, "tree.lambda is 0.1", "no category tree");
    JsonNode alone =
        quantize(
                folder.resolve("alone"),
                "--vectors",
                file.toString(),
                "--json",
                "--set",
                "tree.lambda=0")
            .json();
    assertThat(alone.at("/items").intValue()).isEqualTo(100);
    assertThat(alone.has("agreement")).isFalse();
    quantize(folder.resolve("refused"), "--vectors", file.toString(), "--data", data.toString())
        .refused(3, "'x0' is not an item of");
  }

  @Test
  void vectorsOfARunAreQuantised() {
    Path run = folder.resolve("run");
    List<String> train =
        new ArrayList<>(List.of("train", "--data", data.toString(), "--out", run.toString()));
    for (String setting :
        List.of("epochs=1", "batchSize=64", "dim=8", "evaluation.everyEpochs=0", "device=cpu")) {
      train.addAll(List.of("--set", setting));
    }
    assertThat(Invocation.of(train.toArray(String[]::new)).exitCode()).isZero();
    JsonNode of = quantize(folder.resolve("of-run"), "--run", run.toString(), "--json").json();
    assertThat(of.at("/items").intValue()).isEqualTo(ITEMS);
    assertThat(of.at("/agreement")).hasSize(6);
  }

  @Test
  void resumingWhatIsFinishedShowsItAgain() throws IOException {
    JsonNode kept = new ObjectMapper().readTree(codes.resolve("result/report.json").toFile());
    assertThat(invoke(codes, "--resume", "--json").json()).isEqualTo(kept);
    assertThat(quantize(codes, "--resume", "--json").json()).isEqualTo(kept);
    quantize(codes, "--resume", "--dimension=6")
        .refused(3, "was started with the vectors of features words", "(--resume alone finds it)");
  }

  /** The directory knows its source, so that what goes on with it is said in full. */
  @Test
  void whatWasStartedGoesOnWithTheCommandThatIsTold() throws Exception {
    Path begun = folder.resolve("begun");
    try (Stream<Path> files = Files.walk(codes)) {
      for (Path file : files.toList()) {
        if (!file.startsWith(codes.resolve("result"))) {
          Files.copy(file, begun.resolve(codes.relativize(file).toString()));
        }
      }
    }
    Invocation refused = invoke(begun);
    refused.refused(2, "was started but not finished; continue with: ");
    Pasted.done(refused.err(), "quantize --out");
    assertThat(begun.resolve("result/report.json"))
        .hasSameTextualContentAs(codes.resolve("result/report.json"));
    assertThat(begun.resolve("input.json")).content().contains("\"words\"", data.toString());
  }

  @Test
  void optionsThatDoNotFitTogetherAreRefused() throws IOException {
    Path out = folder.resolve("refused");
    quantize(out).refused(2, "--run, --vectors or --features is missing");
    quantize(out, "--features", "words").refused(2, "--features: received [words] without --data");
    invoke(out, "--features=colour").refused(2, "no feature 'colour'");
    invoke(out, "--seeds", "2").refused(2, "--ablate");
    invoke(out, "--ablate", "--lambda", "-1").refused(2, "tree.lambda");
    invoke(out, "--ablate", "--batches", "sorted").refused(2, "--batches");
    invoke(codes).refused(2, "already exists");
    invoke(out, "--resume", "--ablate").refused(2, "leave out --resume");
    invoke(out, "--resume").refused(2, "no semantic IDs at");
    assertThat(out).doesNotExist();
    Path copy = folder.resolve("altered");
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(data.relativize(file).toString()));
      }
    }
    byte[] bytes = Files.readAllBytes(copy.resolve("items.arrow"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy.resolve("items.arrow"), bytes);
    quantize(out, "--features", "words", "--data", copy.toString())
        .refused(3, "items.arrow", "SHA-256 expected");
  }

  @Test
  void anAblationComparesArmsAndDoesNotRepeatThem() throws IOException {
    Path out = folder.resolve("ablation");
    String[] asked = {
      "--ablate", "--lambda=1", "--batches=random", "--mislabelled=0.3", "--seeds=2", "--json"
    };
    JsonNode ablation = invoke(out, asked).json();
    assertThat(ablation.at("/arms")).hasSize(3);
    assertThat(ablation.at("/arms/1/name").textValue()).isEqualTo("lambda-1-random");
    assertThat(ablation.at("/arms/1/metrics/nmi.prefix1.tree1/values")).hasSize(2);
    assertThat(ablation.at("/arms/1/againstNoTree/reconstructionError/mean").doubleValue())
        .isPositive();
    assertThat(ablation.at("/arms/1/metrics").has("sameLeafPairs")).isTrue();
    assertThat(ablation.at("/arms/0/metrics").has("sameLeafPairs")).isFalse();
    Path finished = out.resolve("runs/lambda-0/seed-1/result/report.json");
    var written = Files.getLastModifiedTime(finished);
    Invocation again =
        invoke(out, "--ablate", "--lambda=1", "--batches=random", "--mislabelled=0.3", "--seeds=2");
    assertThat(again.out()).contains("lambda-1-random", "+-", "wrong category", "NMI 1");
    assertThat(Files.getLastModifiedTime(finished)).isEqualTo(written);
    assertThat(out.resolve("ablation.json")).isNotEmptyFile();
    invoke(out, "--ablate", "--lambda=1", "--set", "levelDecay=0.3")
        .refused(2, "holds a run with other settings (levelDecay: ", " there, 0.3 now)");
  }
}
