package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandTest {
  @TempDir Path folder;
  private Path log;

  @BeforeEach
  void writeLog() throws IOException {
    StringBuilder csv = new StringBuilder("who,what,moment,price\n");
    for (int user = 0; user < 4; user++) {
      for (int row = 0; row < 5; row++) {
        csv.append("u%d,item %d,%d,%d.5\n".formatted(user, (user + row) % 7, 1000 * row, row));
      }
    }
    log = Files.writeString(folder.resolve("the log.csv"), csv);
  }

  private Invocation table(String... more) {
    List<String> arguments = new ArrayList<>(List.of("import", "table", "--from", log.toString()));
    arguments.addAll(List.of("--to", folder.resolve("data").toString()));
    arguments.addAll(List.of("--column", "user=who", "--column", "item=what"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void aCsvBecomesADataSetThatDescribeReads() {
    Invocation imported = table("--column", "time=moment", "--context", "price:numeric");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("20  rows read", "4  users", "next: twotower diagnose");
    JsonNode description =
        Invocation.of("describe", "--data", folder.resolve("data").toString(), "--json").json();
    assertThat(description.at("/users").intValue()).isEqualTo(4);
    assertThat(description.at("/items").intValue()).isEqualTo(7);
    assertThat(description.at("/splits/test/rows").intValue()).isEqualTo(4);
  }

  @Test
  void featuresAreShownWithTheSettingThatUsesThem() {
    Invocation imported =
        table(
            "--column",
            "time=moment",
            "--item-feature",
            "cost=numeric:price",
            "--item-feature",
            "categorical:what");
    assertThat(imported.out())
        .contains(
            "feature cost: numeric, 4 values",
            "feature what: categorical, 7 values",
            "To train with features: --set 'item.features=[id,cost,what]'");
    Invocation described = Invocation.of("describe", "--data", folder.resolve("data").toString());
    assertThat(described.out()).containsPattern("cost +items +numeric +4 values +0.0 %");
    assertThat(described.out()).contains("To train with features: --set 'item.features=[id,cost");
    JsonNode json =
        Invocation.of("describe", "--data", folder.resolve("data").toString(), "--json").json();
    assertThat(json.at("/itemFeatures/1/name").textValue()).isEqualTo("what");
    assertThat(json.at("/itemFeatures/1/values").intValue()).isEqualTo(7);
    assertThat(json.at("/userFeatures").size()).isZero();
  }

  @Test
  void categoriesAreProposedAsAFeature() {
    Invocation imported = table("--column", "time=moment", "--tree", "price>what");
    assertThat(imported.out())
        .contains("category tree: 2 levels of 5 > ")
        .contains("To train with features: --set 'item.features=[id,category]'");
    assertThat(Invocation.of("describe", "--data", folder.resolve("data").toString()).out())
        .contains("To train with features: --set 'item.features=[id,category]'");
  }

  /** Kind: columns that change places, which makes all that follows worthless. */
  @Test
  void aWarningIsTheLastBeforeWhatComesNext() {
    Invocation swapped = table("--column", "user=what", "--column", "item=who");
    assertThat(swapped.exitCode()).isEqualTo(2);
    List<String> words = new ArrayList<>(List.of("import", "table", "--from", log.toString()));
    words.addAll(List.of("--to", folder.resolve("swapped").toString(), "--column", "time=moment"));
    words.addAll(List.of("--column", "user=price", "--column", "item=moment", "--json"));
    words.remove("--json");
    Invocation imported = Invocation.done(words.toArray(String[]::new));
    assertThat(imported.out().lines().toList().get((int) imported.out().lines().count() - 2))
        .startsWith("warning: all times are in 1970");
  }

  @Test
  void optionsReachTheImporter() {
    JsonNode manifest =
        table(
                "--column",
                "time=case when moment = 0 then 0 else moment end",
                "--session-gap",
                "1500",
                "--split",
                "time:0.2",
                "--where",
                "price < 4",
                "--json")
            .json();
    assertThat(manifest.at("/split").textValue()).isEqualTo("time:0.2");
    assertThat(manifest.at("/counts/requests").intValue()).isEqualTo(4);
    assertThat(manifest.at("/provenance/rowsRead").intValue()).isEqualTo(20);
    assertThat(manifest.at("/provenance/dropped").toString()).contains("4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --column colour=what            | 2 | unknown role 'colour'
          --column user                   | 2 | ROLE=COLUMN
          --column item=user              | 2 | --column item is given twice
          --from=                         | 2 | the name of a file or folder
          --time-format=%Y                | 2 | --time-format is for --column time=COLUMN
          --column time=moment --time-format=%Q | 2 | a strptime format
          --split random                  | 2 | leave-last-out, time:FRACTION
          --split time:0.7                | 2 | above 0 and below 0.5
          --duplicates maybe              | 2 | keep, drop, merge
          --session-gap 0                 | 2 | 1 and up
          --session-gap soon              | 2 | a whole number
          --max-bad-rows -1               | 2 | 0 and up
          --time-unit weeks               | 2 | seconds
          --column time=nowhere           | 2 | nowhere
          --tree nowhere                  | 2 | nowhere
          --where nowhere>1               | 2 | nowhere
          """)
  void refusesOptionsThatDoNotFit(String options, int code, String fragment) throws IOException {
    table(options.split(" ")).refused(code, fragment);
    nothingIsLeft();
  }

  @Test
  void rubbishLogsAreRefused() throws IOException {
    byte[] noise = new byte[4096];
    new Random(1).nextBytes(noise);
    for (byte[] content :
        List.of(
            new byte[0],
            "who,what\n".getBytes(StandardCharsets.UTF_8),
            "a;b;c\n1;2;3\n".getBytes(StandardCharsets.UTF_8),
            noise)) {
      Files.write(log, content);
      Invocation refused = table();
      // A header without the named columns blames the option, anything else the data.
      assertThat(refused.exitCode()).as(refused.err()).isIn(2, 3);
      assertThat(refused.err()).contains("the log.csv").doesNotContain("\tat ");
      nothingIsLeft();
    }
    Files.delete(log);
    Invocation absent = table();
    assertThat(absent.err()).contains("the log.csv");
    assertThat(absent.exitCode()).isIn(2, 3);
  }

  @Test
  void badRowsAreShownWithFileAndLineAndRefusedPastTheLimit() throws IOException {
    Files.writeString(log, "who,what\nu1,a\n,b\nu2,\nu3,a\nu3,b\nu3,c\n");
    table().refused(3, "the log.csv", "3", "--max-bad-rows");
    nothingIsLeft();
    Invocation counted = table("--max-bad-rows", "2");
    assertThat(counted.exitCode()).as(counted.err()).isZero();
    assertThat(counted.out()).contains("left out");
  }

  @Test
  void formatAndPlacesAreRequired() {
    Invocation.of("import").refused(2, "FORMAT");
    Invocation.of("import", "xml", "--from", ".", "--to", "x").refused(2, "movielens");
    Invocation.of("import", "table", "--to", "x").refused(2, "--from");
    Invocation.of("import", "movielens", "--from", folder.toString(), "--to", folder + "/x")
        .refused(2, "MovieLens");
  }

  private void nothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(log);
    }
  }

  /** Kind: what a shell makes of a pattern without quotes, and addresses where paths are needed. */
  @Test
  void aPatternThatTheShellHasReadIsToldHowToBeGiven() throws IOException {
    Path other = Files.copy(log, folder.resolve("other.csv"));
    table(other.toString(), "--column=time=moment")
        .refused(2, "belongs to no option; give --from once for each file, or a pattern in quotes");
    Invocation both = table("--from", other.toString(), "--column", "time=moment");
    assertThat(both.out()).contains("40  rows read");
  }

  @Test
  void pathsAreNoAddresses() {
    Invocation.of("describe", "--data", "s3://bucket/data")
        .refused(
            2, "--data: received 's3://bucket/data'", "allowed: files and folders of this machine");
    Invocation.of("generate", "--to", "gs://bucket/data").refused(2, "received 'gs://bucket/data'");
    assertThat(Path.of("gs:")).doesNotExist();
  }
}
