package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** generate, describe and diagnose on a small generated data set. */
class DataCommandsTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void generate() {
    data = folder.resolve("small set");
    Invocation made =
        Invocation.of(
            "generate",
            "--to",
            data.toString(),
            "--users",
            "60",
            "--items",
            "200",
            "--rows",
            "900");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("60 users, 200 items", "900 rows", "twotower diagnose --data");
  }

  @Test
  void generateAnswersWithTheManifest() {
    JsonNode manifest =
        Invocation.of(
                "generate",
                "--to",
                folder.resolve("other").toString(),
                "--users",
                "20",
                "--items",
                "80",
                "--rows",
                "100",
                "--tree",
                "3,2",
                "--json")
            .json();
    assertThat(manifest.at("/counts/users").intValue()).isEqualTo(20);
    assertThat(manifest.at("/provenance/options/tree").textValue()).isEqualTo("[3, 2]");
    assertThat(manifest.at("/counts/rows/train").intValue()).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --users=1 --rows=900      | users is 1
          --users=ten               | received 'ten'; allowed: a whole number
          --rows=5                  | rows is 5
          --taste=2 --days=0        | days is 0
          --taste=2 --days=0        | taste is 2
          --tree=0                  | tree level 1
          """)
  void generateRefusesWhatItCannotMake(String options, String fragment) throws IOException {
    Path target = folder.resolve("refused");
    String[] arguments = ("generate --to=" + target + " " + options).split(" ");
    Invocation.of(arguments).refused(2, fragment);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(path -> path.toString().contains("refused"));
    }
  }

  @Test
  void generateLeavesAnExistingDirectoryAlone() {
    Invocation.of("generate", "--to", data.toString()).refused(2, "already exists");
    Invocation.of("generate").refused(2, "--to");
  }

  @Test
  void describeShowsCountsAndExpectedRates() {
    JsonNode description =
        Invocation.of("describe", "--data", data.toString(), "--batch-size", "64", "--json").json();
    assertThat(description.at("/splits/train/rows").intValue()).isEqualTo(780);
    assertThat(description.at("/tree/leaves").intValue()).isPositive();
    assertThat(description.at("/expected/0/batchSize").intValue()).isEqualTo(64);
    assertThat(Invocation.of("describe", "--data", data.toString()).out())
        .contains("60 users", "rows per request", "Category tree", "effective users");
    assertThat(
            Invocation.of("describe", "--data", data.toString(), "--batch-size", "781,9999").out())
        .contains("No expected rates: every batch size asked for is larger than the training split")
        .doesNotContain("effective users");
  }

  @Test
  void generateRefusesASplitThatNoUserHasTheRequestsFor() {
    Path target = folder.resolve("no split");
    String[] words =
        ("generate --users 20 --items 40 --rows 60 --request-rows 50 --request-tail 0"
                + " --split leave-last-request-out --to")
            .split(" ");
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = target.toString();
    Invocation.of(all).refused(2, "leave-last-request-out", "3 requests", "50.0 here");
    assertThat(target).doesNotExist();
  }

  @Test
  void oneTrainingRowIsTooFewToDiagnose() throws IOException {
    Path log = folder.resolve("three.csv");
    Files.writeString(log, "user,item,time\nu,a,1700000000\nu,b,1700000001\nu,c,1700000002\n");
    Path three = folder.resolve("three");
    Invocation.done(
        ("import table --column user=user --column item=item --column time=time --from=" + log)
            .concat(" --to=" + three)
            .split(" "));
    Invocation.of("diagnose", "--data", three.toString())
        .refused(2, "the training split has 1 row; allowed: 2 and up");
  }

  @Test
  void diagnoseMeasuresEveryCombination() {
    JsonNode entries =
        Invocation.of(
                "diagnose",
                "--data",
                data.toString(),
                "--layout",
                "iid,sorted,requests:8",
                "--batch-size",
                "32,64",
                "--mask",
                "identity,identity+user",
                "--json")
            .json();
    assertThat(entries).hasSize(12);
    JsonNode sorted = entries.get(4);
    assertThat(sorted.at("/layout").textValue()).isEqualTo("sorted");
    assertThat(sorted.at("/batchSize").intValue()).isEqualTo(32);
    assertThat(sorted.at("/falseNegativeRate").doubleValue())
        .isCloseTo(
            sorted.at("/sameUserRate").doubleValue() + sorted.at("/collisionRate").doubleValue(),
            within(1e-12));
    assertThat(sorted.at("/conclusion").textValue()).contains("sorted, B=32");
    assertThat(entries.get(5).at("/masks").textValue()).isEqualTo("identity+user");
    assertThat(entries.get(5).at("/sameUserRate").doubleValue()).isZero();
    Invocation brief = Invocation.of("diagnose", "--data", data.toString(), "--batch-size", "32");
    assertThat(brief.out())
        .contains("same user", "Worst: sorted, B=32", "Mask: `user`", "Layout: ", "--verbose")
        .doesNotContain("iid, B=32:");
    assertThat(brief.out().lines().count()).isLessThan(12);
    assertThat(
            Invocation.of("diagnose", "--data", data.toString(), "--batch-size=32", "--verbose")
                .out())
        .contains("Worst: sorted, B=32", "iid, B=32: ", "sorted, B=32: ");
  }

  /** One rule, whichever command is asked. */
  @Test
  void diagnoseMeasuresWhatTrainWouldChooseAndNamesIt() throws IOException {
    JsonNode entries = Invocation.of("diagnose", "--data=" + data, "--json").json();
    try (Dataset log = Dataset.open(data)) {
      for (boolean rankSeen : new boolean[] {false, true}) {
        RunConfig trained =
            RunSettings.load(Optional.empty(), List.of("evaluation.rankSeen=" + rankSeen))
                .on(log)
                .config();
        assertThat(
                Invocation.of("diagnose", "--data=" + data, rankSeen ? "--rank-seen" : "--seed=1")
                    .out())
            .contains("same user", "Worst: sorted, B=" + trained.batchSize())
            .containsPattern(
                "Recipe: train would choose layout %s and masks %s in batches of %d for this log%s: \\d"
                    .formatted(
                        trained.layout(),
                        Pattern.quote(trained.masks().toString()),
                        trained.batchSize(),
                        rankSeen ? " with --set evaluation.rankSeen=true" : ""));
        assertThat(entries.findValuesAsText("layout"))
            .containsExactly("iid", "sorted", trained.layout().toString());
      }
    }
    assertThat(entries.findValuesAsText("recipe")).containsExactly("true");
    assertThat(entries.at("/2/recipe").booleanValue()).isTrue();
  }

  /** Everybody buys the same few things again and again, so the log speaks for seen items. */
  @Test
  void diagnoseNamesTheRecipeOfTheDefaultFirstAndThenTheOneThatRepeatsSpeakFor()
      throws IOException {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 2_000; row++) {
      int user = row % 40;
      lines.add("u%d,i%d,%d".formatted(user, (user * 7 + random.nextInt(8)) % 300, row));
    }
    Path log = folder.resolve("again");
    Invocation imported =
        Invocation.of(
            "import",
            "table",
            "--from=" + Files.write(folder.resolve("again.csv"), lines),
            "--to=" + log,
            "--column=user=user",
            "--column=item=item",
            "--column=time=time",
            "--split=time:0.1");
    assertThat(imported.err() + imported.out()).contains("evaluation.rankSeen=true");
    String[] command = {"diagnose", "--data=" + log, "--batch-size=64"};
    assertThat(Invocation.of(command).out())
        .contains(
            "train would choose layout requests:100000:1 and masks identity+engaged in batches of"
                + " 64 for this log, as by default it ranks no items that a user had: ")
        .containsPattern("[0-9]+ of 200 test rows \\([0-9.]+ %\\) repeat an item")
        .containsPattern(
            "With --set evaluation.rankSeen=true, train would choose masks identity\\+user:"
                + " [0-9.]+ % false");
    JsonNode entries =
        Invocation.of("diagnose", "--data=" + log, "--batch-size=64", "--json").json();
    assertThat(entries.findValuesAsText("masks"))
        .containsExactly("identity", "identity", "identity+engaged", "identity+user");
    assertThat(entries.findValuesAsText("rankSeen")).containsExactly("false", "true");
    for (boolean seen : new boolean[] {false, true}) {
      String text =
          Invocation.of(
                  "diagnose",
                  "--data=" + log,
                  "--batch-size=64",
                  seen ? "--rank-seen" : "--no-rank-seen")
              .out();
      assertThat(text)
          .contains("masks identity+" + (seen ? "user" : "engaged"))
          .doesNotContain("With --set", "by default");
    }
  }

  /** A log of repeats with weights, of which a third is 0. */
  @Test
  void trainSaysAtItsEndThatRepeatsAreNotFoundAndOnceThatRowsWeigh() throws IOException {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>(List.of("user,item,time,w"));
    for (int row = 0; row < 600; row++) {
      int user = row % 20;
      lines.add("u%d,i%d,%d,%d".formatted(user, user + random.nextInt(8), row, row % 3));
    }
    String log = folder.resolve("weighted").toString();
    Invocation imported =
        Invocation.done(
            "import",
            "table",
            "--from=" + Files.write(folder.resolve("weighted.csv"), lines),
            "--to=" + log,
            "--column=user=user",
            "--column=item=item",
            "--column=time=time",
            "--column=weight=w",
            "--split=time:0.1");
    assertThat(imported.err() + imported.out()).contains("200 of 600 rows (33.3 %) have weight 0");
    String[] train = {
      "train", "--data=" + log, "--set=epochs=1", "--set=dim=4", "--set=batchSize=64"
    };
    Invocation without = Invocation.done(with(train, "--out=" + folder.resolve("without")));
    assertThat(without.out().strip())
        .contains("or: train again with --set evaluation.rankSeen=true");
    assertThat(without.err()).containsOnlyOnce("note: the log has weights: a row's loss is");
    assertThat(
            Invocation.done(
                    with(
                        train, "--out=" + folder.resolve("with"), "--set=evaluation.rankSeen=true"))
                .out())
        .doesNotContain("train again");
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  /** With a size of batches given, too: what train would choose if it were told that size. */
  @Test
  void diagnoseMeasuresTheRecipeForEachSizeOfBatches() throws IOException {
    JsonNode entries =
        Invocation.of("diagnose", "--data=" + data, "--batch-size=64,256", "--json").json();
    String text = Invocation.of("diagnose", "--data=" + data, "--batch-size=64,256").out();
    assertThat(entries).hasSize(6);
    try (Dataset log = Dataset.open(data)) {
      for (int size : new int[] {64, 256}) {
        RunConfig trained =
            RunSettings.load(Optional.empty(), List.of("batchSize=" + size)).on(log).config();
        JsonNode recipe = entries.get(size == 64 ? 4 : 5);
        assertThat(recipe.path("recipe").booleanValue()).isTrue();
        assertThat(recipe.path("batchSize").intValue()).isEqualTo(size);
        assertThat(recipe.path("layout").textValue()).isEqualTo(trained.layout().toString());
        assertThat(recipe.path("masks").textValue()).isEqualTo(trained.masks().toString());
      }
    }
    assertThat(text)
        .contains(
            "Recipe: train would choose layout requests:100000:1 and masks identity+engaged in"
                + " batches of 64 for this log: ")
        .contains(
            "Recipe: in batches of 256 (batchSize=256), train would choose layout"
                + " requests:100000:4 and masks identity+engaged for this log: ");
  }

  @Test
  void diagnoseTakesTheRecipeAsALayout() {
    JsonNode alone =
        Invocation.of("diagnose", "--data=" + data, "--layout=recipe", "--json").json();
    assertThat(alone).hasSize(1);
    assertThat(alone.at("/0/recipe").booleanValue()).isTrue();
    // Its own name for the same thing adds no row; masks that are asked for take the place of its.
    JsonNode masked =
        Invocation.of(
                "diagnose",
                "--data=" + data,
                "--layout=recipe,iid,requests:100000:1",
                "--mask=identity",
                "--json")
            .json();
    assertThat(masked.findValuesAsText("layout")).containsExactly("requests:100000:1", "iid");
    assertThat(masked.findValuesAsText("masks")).containsOnly("identity");
    assertThat(masked.findValues("recipe")).isEmpty();
  }

  @Test
  void noConclusionGivesANumberWithoutSayingOfWhat() {
    String text = Invocation.of("diagnose", "--data=" + data, "--batch-size=64", "--verbose").out();
    assertThat(text).doesNotContain(" points ").contains("% through the same user's rows");
  }

  @Test
  void diagnoseWritesAPageWithTheAnswerAndEveryCombination() throws IOException {
    Path page = folder.resolve("diagnosis.html");
    Files.writeString(page, "an earlier one");
    Invocation run =
        Invocation.of(
            "diagnose",
            "--data=" + data,
            "--batch-size=32,64",
            "--mask=identity,identity+user",
            "--html=" + page);
    assertThat(run.out()).endsWith("page: " + page + System.lineSeparator());
    String html = Files.readString(page);
    assertThat(html)
        .contains("<!DOCTYPE html>", "false in the worst of 12 settings", "Which mask helps?")
        .contains("What would train choose?", "for this log; compare takes it as the arm")
        .contains(
            "sorted, B=64, identity+user", "class=\"part part-1\"", "every batch of an epoch");
    assertThat(html.split("<tr>")).hasSize(1 + 1 + 12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --html=page.txt              | received 'page.txt'; allowed: a file ending in .html
          --html=nowhere/page.html     | 'nowhere/page.html' cannot be written
          --layout=random              | iid, sorted, requests:G
          --layout=recipes             | , or recipe for what train would choose (did you mean 'recipe'?)
          --layout=                    | iid, sorted, requests:G
          --layout=requests:0          | '0' requests in the buffer; allowed: a whole number from 1 to
          --batch-size=1               | received 1; allowed: 2 and up
          --batch-size=781             | 2 to 780
          --batch-size=2,x             | received 'x'; allowed: a whole number
          --mask=usr                   | or none (did you mean 'user'?)
          --mask=context:nowhere       | nowhere
          --max-batches=1 --batch-size=32  | 2 or more
          --seed=1.5                   | received '1.5'; allowed: a whole number
          --data=somewhere             | should be specified only once
          leftover                     | belongs to no option
          """)
  void diagnoseRefusesWhatDoesNotFit(String options, String fragment) {
    String[] given = options.split(" ");
    String[] arguments =
        Stream.concat(Stream.of("diagnose", "--data", data.toString()), Stream.of(given))
            .toArray(String[]::new);
    Invocation.of(arguments).refused(2, fragment);
  }
}
