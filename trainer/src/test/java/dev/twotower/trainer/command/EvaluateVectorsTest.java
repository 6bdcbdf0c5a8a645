package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.vectorfile.NpyFile;
import dev.twotower.trainer.vectorfile.VectorFile;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of any origin are judged as a run is. */
class EvaluateVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir private static Path shared;
  private static ShortRun made;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    made = ShortRun.in(shared);
    for (String format : List.of("npy", "parquet", "safetensors")) {
      Invocation.done(
          "export", "--run=" + made.run(), "--to=" + shared.resolve(format), "--format=" + format);
    }
  }

  private record Rows(String name, List<String> ids, float[][] values) implements Vectors {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public int dimension() {
      return values[0].length;
    }

    @Override
    public String id(int row) {
      return ids.get(row);
    }

    @Override
    public void read(int from, int count, float[] into) {
      for (int i = 0; i < count; i++) {
        System.arraycopy(values[from + i], 0, into, i * dimension(), dimension());
      }
    }

    static Rows of(String name) throws IOException {
      VectorFile read = VectorFile.read(shared.resolve("npy").resolve(name + ".npy"), name);
      return new Rows(name, read.ids().orElseThrow(), read.values());
    }

    /** Some of the rows, in any order. */
    Rows only(int... rows) {
      return new Rows(
          name,
          IntStream.of(rows).mapToObj(ids::get).toList(),
          IntStream.of(rows).mapToObj(row -> values[row]).toArray(float[][]::new));
    }

    void write(Path folder) throws IOException {
      NpyFile.write(this, folder.resolve(name + ".npy"));
      JSON.writeValue(folder.resolve(name + ".ids.json").toFile(), ids);
    }
  }

  private static Invocation judged(Path vectors, String... more) {
    List<String> words = new ArrayList<>(List.of("evaluate", "--vectors=" + vectors));
    words.add("--data=" + made.data());
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private Invocation judged(String... more) {
    return judged(folder, more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"npy", "parquet", "safetensors"})
  void theVectorsOfARunAreJudgedAsTheRunIs(String format) {
    JsonNode run =
        Invocation.done(
                "evaluate", "--run=" + made.run(), "--rank-seen", "--split=validation", "--json")
            .json();
    JsonNode vectors =
        judged(shared.resolve(format), "--rank-seen", "--split=validation", "--json").json();
    assertThat(vectors).isEqualTo(run);
  }

  /** A run's vectors have length 1; others need not, and their rows need not be in order. */
  @Test
  void onlyTheOrderOfTheProductsCounts() throws IOException {
    Rows users = Rows.of("users");
    Rows items = Rows.of("items");
    users.only(IntStream.range(0, 60).map(row -> 59 - row).toArray()).write(folder);
    for (float[] vector : items.values()) {
      for (int place = 0; place < vector.length; place++) {
        vector[place] *= 1024;
      }
    }
    items.write(folder);
    JsonNode expected = judged(shared.resolve("npy"), "--json").json();
    assertThat(judged("--json").json().path("metrics")).isEqualTo(expected.path("metrics"));
  }

  /** Products of such numbers are too small, or too large, for 32 bits. */
  @ParameterizedTest
  @ValueSource(ints = {-100, 100})
  void theScaleDoesNotCountHoweverFarFromOne(int exponent) throws IOException {
    for (Rows rows : List.of(Rows.of("users"), Rows.of("items"))) {
      for (float[] vector : rows.values()) {
        for (int place = 0; place < vector.length; place++) {
          vector[place] = Math.scalb(vector[place], exponent);
        }
      }
      rows.write(folder);
    }
    JsonNode expected = judged(shared.resolve("npy"), "--json").json();
    assertThat(judged("--json").json().path("metrics")).isEqualTo(expected.path("metrics"));
  }

  @Test
  void whoHasNoVectorIsCounted() throws IOException {
    Rows.of("users").only(IntStream.range(0, 58).toArray()).write(folder);
    Rows items = Rows.of("items");
    List<String> ids = new ArrayList<>(items.ids());
    ids.set(4, "not there");
    new Rows("items", ids, items.values()).write(folder);
    Invocation judged = judged();
    assertThat(judged.exitCode()).isZero();
    assertThat(judged.err())
        .contains("2 of 60 users have no vector: items rank by popularity for them")
        .contains("1 of 200 items have no vector: they rank last")
        .contains("such as 'not there', is not in " + made.data());
  }

  /** Without one user's vector, what everybody finds is popular. */
  @Test
  void usersWithoutVectorsGetWhatIsPopular() throws IOException {
    Rows users = Rows.of("users");
    users.only(0).write(folder);
    Rows.of("items").write(folder);
    JsonNode judged = judged("--json", "--replicates=0").json();
    double popular = judged.path("baselines").path("popularity").path("recall@20").doubleValue();
    assertThat(judged.path("metrics").path("recall@20").doubleValue())
        .isCloseTo(popular, within(1.0 / 60));
  }

  /** Without a history vectors do not change with the split; with one, those of test know more. */
  @Test
  void anExportThatHasSeenTheValidationRowsSaysSo() throws IOException {
    String seen = "as of the test split";
    assertThat(judged(shared.resolve("npy"), "--split=validation").err()).doesNotContain(seen);

    Path run = folder.resolve("with history");
    assertThat(made.train(run, "--set", "user.history.length=4").exitCode()).isZero();
    Path vectors = folder.resolve("of history");
    Invocation.done("export", "--run=" + run, "--to=" + vectors, "--format=npy");
    assertThat(judged(vectors, "--split=validation").err()).contains(seen, "evaluate --run");
    Invocation test = judged(vectors, "--rank-seen", "--json");
    assertThat(test.err()).doesNotContain(seen);
    assertThat(test.json())
        .isEqualTo(Invocation.done("evaluate", "--run=" + run, "--rank-seen", "--json").json());

    Files.delete(vectors.resolve("SHA256SUMS"));
    Files.writeString(vectors.resolve("export.json"), "{}");
    assertThat(judged(vectors, "--split=validation").err()).contains(seen);
  }

  @Test
  void aRunIsComparedWithVectors() {
    Invocation beside =
        judged(shared.resolve("npy"), "--against=" + made.run(), "--require=better", "--json");
    assertThat(beside.exitCode()).isEqualTo(ExitCode.NOT_MET);
    Invocation text = judged(shared.resolve("npy"), "--against=" + made.run());
    assertThat(text.out()).contains("against " + made.run()).contains("equivalent");
  }

  /** The other way round: the same pair, seen from the run. */
  @Test
  void vectorsMayBeWhatARunIsComparedWith() throws IOException {
    Rows.of("users").only(IntStream.range(0, 30).toArray()).write(folder);
    Rows.of("items").write(folder);
    JsonNode there = judged("--against=" + made.run(), "--json").json().at("/pairs/0");
    Invocation beside =
        Invocation.of("evaluate", "--run=" + made.run(), "--against=" + folder, "--json");
    assertThat(beside.err()).contains("30 of 60 users have no vector");
    JsonNode here = beside.json().at("/pairs/0");
    assertThat(here.path("b").textValue()).isEqualTo(folder.toString());
    assertThat(here.path("difference").doubleValue())
        .isCloseTo(-there.path("difference").doubleValue(), within(1e-12));
    assertThat(here.path("low").doubleValue())
        .isCloseTo(-there.path("high").doubleValue(), within(1e-12));
    JsonNode same =
        judged(shared.resolve("npy"), "--against=" + shared.resolve("parquet"), "--json").json();
    assertThat(same.at("/pairs/0/difference").doubleValue()).isZero();
    assertThat(same.at("/pairs/0/verdict").textValue()).isEqualTo("equivalent");

    Invocation.of(
            "evaluate",
            "--run=" + made.run(),
            "--against=" + folder,
            "--against-data=" + made.data())
        .refused(ExitCode.USAGE, "--against-data: received", "holds vectors");
    Invocation.of("evaluate", "--run=" + made.run(), "--against=" + shared)
        .refused(ExitCode.USAGE, "holds neither a run nor vectors");
  }

  /** It is looked at first: nothing else of these commands is there. */
  @Test
  void whatIsComparedWithIsCheckedBeforeAnythingIsRanked() throws IOException {
    String run = "--run=" + folder.resolve("no run");
    Invocation.of("evaluate", run, "--against=" + folder)
        .refused(ExitCode.USAGE, "--against: '" + folder + "' holds neither a run nor vectors");
    Rows.of("users").write(folder);
    Invocation.of("evaluate", run, "--against=" + folder)
        .refused(ExitCode.USAGE, "--against: '" + folder + "' holds no vectors of items");
    Rows.of("items").write(folder);
    Invocation.of(
            "evaluate", run, "--against=" + folder, "--against-data=" + folder.resolve("no data"))
        .refused(ExitCode.USAGE, "--against-data: received", "holds vectors");
  }

  @Test
  void theDifferenceFromPopularityIsJudged() throws IOException {
    Rows users = Rows.of("users");
    Rows.of("items").write(folder);
    users.only(0).write(folder);
    // All users but one get what is popular: that one alone makes the difference.
    JsonNode judged = judged("--json").json();
    JsonNode pair = judged.at("/againstPopularity/0");
    assertThat(pair.path("a").textValue()).isEqualTo("model");
    assertThat(pair.path("b").textValue()).isEqualTo("popularity");
    assertThat(pair.path("metric").textValue()).isEqualTo("recall@20");
    assertThat(pair.path("difference").doubleValue())
        .isCloseTo(
            judged.at("/metrics/recall@20").doubleValue()
                - judged.at("/baselines/popularity/recall@20").doubleValue(),
            within(1e-12));
    assertThat(pair.path("verdict").textValue()).isIn("undecided", "equivalent");
    assertThat(judged().out())
        .contains("against popularity, over users; differences in percent of its value:");
    // A user's own item that is to be found scores 1, all others 0.
    float[][] known = new float[60][200];
    float[][] apart = new float[200][200];
    IntStream.range(0, 200).forEach(item -> apart[item][item] = 1);
    try (Dataset log = Dataset.open(made.data())) {
      Interactions test = log.interactions(Split.TEST);
      for (int row = 0; row < test.rows(); row++) {
        known[test.user(row)][test.item(row)] = 1;
      }
    }
    Path oracle = Files.createDirectory(folder.resolve("oracle"));
    new Rows("items", Rows.of("items").ids(), apart).write(oracle);
    new Rows("users", users.ids(), known).write(oracle);
    JsonNode better = judged(oracle, "--json").json().at("/againstPopularity/0");
    assertThat(better.path("verdict").textValue()).isEqualTo("better");
    assertThat(better.path("low").doubleValue()).isPositive();
  }

  @Test
  void optionsThatDoNotFitAreRefused() {
    Invocation.of("evaluate", "--vectors=" + shared.resolve("npy"))
        .refused(ExitCode.USAGE, "without --data");
    judged(shared.resolve("npy"), "--run=" + made.run())
        .refused(ExitCode.USAGE, "--run", "--vectors");
    Invocation.of("evaluate").refused(ExitCode.USAGE, "--run", "--vectors");
  }

  @Test
  void foldersWithoutTheVectorsAreRefused() throws IOException {
    judged(folder.resolve("none")).refused(ExitCode.USAGE, "no folder", "twotower export");
    judged().refused(ExitCode.USAGE, "holds no vectors of users", "users.parquet", "users.npy");
    Rows.of("users").write(folder);
    judged().refused(ExitCode.USAGE, "--vectors: ", "holds no vectors of items");
    Rows.of("items").write(folder);
    Files.copy(shared.resolve("parquet/items.parquet"), folder.resolve("items.parquet"));
    judged().refused(ExitCode.USAGE, "holds items.parquet and items.npy; allowed: one of");
  }

  @Test
  void vectorsOfSomethingElseAreBadData() throws IOException {
    Rows users = Rows.of("users");
    users.write(folder);
    Rows items = Rows.of("items");
    float[][] longer = new float[200][items.dimension() + 1];
    longer[0][0] = 1;
    new Rows("items", items.ids(), longer).write(folder);
    judged().refused(ExitCode.BAD_DATA, "of 8 numbers", "items.npy of 9");
    Files.delete(folder.resolve("items.npy"));
    items.only(IntStream.generate(() -> 3).limit(2).toArray()).write(folder);
    judged().refused(ExitCode.BAD_DATA, "holds item '" + items.ids().get(3) + "' twice");
    Files.delete(folder.resolve("items.npy"));
    List<String> upper =
        items.ids().stream().map(id -> id.toUpperCase(Locale.ROOT) + ".0").toList();
    new Rows("items", upper, items.values()).write(folder);
    judged().refused(ExitCode.BAD_DATA, "none of its 200 ids", upper.get(0), items.ids().get(0));
    Files.delete(folder.resolve("items.npy"));
    Rows few = items.only(0, 1);
    few.write(folder);
    Files.delete(folder.resolve("items.ids.json"));
    judged().refused(ExitCode.BAD_DATA, "holds 2 vectors without ids", "200 items");
  }
}
