package dev.twotower.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.Importers;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.spark.LocalSpark;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A log prepared in parts is the log imported whole. */
class PreparationTest {
  @TempDir Path temp;

  /**
   * Rows with ties, repeats, words for null, and ids whose texts are not in the order of values.
   */
  private Path log() throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>(List.of("who,what,basket,at,amount,place,part,kind"));
    for (int row = 0; row < 600; row++) {
      int user = random.nextInt(random.nextBoolean() ? 5 : 40);
      String line =
          "%d,i%d,%d,%d,%d.5,%s,%s,%s"
              .formatted(
                  user,
                  random.nextInt(25),
                  user * 10 + random.nextInt(4),
                  1_700_000_000L + random.nextInt(300) * 60L,
                  random.nextInt(3),
                  List.of("home", "work", "NULL", "").get(random.nextInt(4)),
                  List.of("train", "train", "train", "test").get(random.nextInt(4)),
                  List.of("view", "click ", "buy").get(random.nextInt(3)));
      lines.add(line);
      if (random.nextInt(10) == 0) {
        lines.add(line);
      }
    }
    return Files.write(temp.resolve("log.csv"), lines);
  }

  private static PrepareRequest request(
      Path log, Path to, int parts, String split, String duplicates, long gap) {
    return request(log, parts, importRequest(log, to, split, duplicates, gap).build());
  }

  private static PrepareRequest request(Path log, int parts, ImportRequest of) {
    return new PrepareRequest(List.of(log.toString()), Optional.empty(), Map.of(), parts, of);
  }

  private static ImportRequest.Builder importRequest(
      Path log, Path to, String split, String duplicates, long gap) {
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, to)
            .column("user", "who")
            .column("item", "what")
            .column("time", "at")
            .column("weight", "amount")
            .context("place")
            .context("amount:numeric")
            .split(SplitRule.parse(split))
            .seed(3)
            .duplicates(Duplicates.parse(duplicates));
    if (gap == 0) {
      request.column("request", "basket");
    } else {
      request.sessionGap(gap);
    }
    // Rows are of kinds in some of the logs.
    if (duplicates.equals("merge") && gap == 0) {
      request.column("event", "kind");
    }
    if (split.startsWith("given")) {
      request.column("split", "part");
    }
    return request;
  }

  private Path imported(Path log, String split, String duplicates, long gap) {
    return imported(log, temp.resolve("whole"), split, duplicates, gap);
  }

  private static Path imported(Path log, Path to, String split, String duplicates, long gap) {
    Importers.run(
        importRequest(log, to, split, duplicates, gap).build(), (stage, done, total) -> {});
    return to;
  }

  private static List<String> rows(Dataset data, Split split) {
    Interactions rows = data.interactions(split);
    List<String> texts = new ArrayList<>();
    for (long row = 0; row < rows.rows(); row++) {
      int request = rows.request(row);
      texts.add(
          "%s %s %d %d %s %s %s %d-%d"
              .formatted(
                  data.userTable().id(rows.user(row)),
                  data.itemTable().id(rows.item(row)),
                  request,
                  rows.time(row),
                  rows.weight(row),
                  rows.context("place").value(row),
                  rows.context("amount").value(row),
                  rows.requestStart(request),
                  rows.requestEnd(request)));
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"leave-last-request-out,merge,0", "time:0.2+cold-items:0.3,merge,3600"})
  void partsTogetherAreTheLogImportedWhole(String split, String duplicates, long gap)
      throws IOException {
    Path log = log();
    Path parts = temp.resolve("parts");
    try (Jobs jobs = LocalSpark.jobs()) {
      Preparation.Prepared prepared =
          Preparation.run(jobs, request(log, parts, 3, split, duplicates, gap));
      assertThat(prepared.events().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(gap > 0 ? 0 : prepared.manifest().counts().allRows());
    }
    try (Dataset whole = Dataset.open(imported(log, split, duplicates, gap));
        Dataset joined = Dataset.open(parts)) {
      assertThat(joined.manifest().counts()).isEqualTo(whole.manifest().counts());
      assertThat(joined.manifest().overlaps()).isEqualTo(whole.manifest().overlaps());
      assertThat(joined.manifest().schema()).isEqualTo(whole.manifest().schema());
      for (Split each : Split.values()) {
        assertThat(rows(joined, each)).as("%s", each).isEqualTo(rows(whole, each));
      }
      assertThat(joined.trainCounts().toArray()).isEqualTo(whole.trainCounts().toArray());
      assertThat(joined.kinds()).isEqualTo(whole.kinds()).hasSize(gap > 0 ? 0 : 3);
      for (int user = 0; user < whole.users(); user++) {
        assertThat(joined.userTable().index(whole.userTable().id(user))).hasValue(user);
      }
    }
  }

  @Tag("nightly")
  @ParameterizedTest
  @CsvSource({"leave-last-out,keep,0", "time:0.1,drop,0", "given:0.2,merge,0"})
  void partsTogetherAreTheLogUnderOtherRules(String split, String duplicates, long gap)
      throws IOException {
    partsTogetherAreTheLogImportedWhole(split, duplicates, gap);
  }

  /**
   * Numbers count by value, letters by what they are and not by how a URI writes them. All rows are
   * of one moment, so that their order is that of the files.
   */
  @Test
  void filesAreReadInTheOrderOfTheirNames() throws IOException {
    Path log = log();
    List<String> lines = new ArrayList<>(Files.readAllLines(log));
    lines.replaceAll(line -> line.replaceFirst(",17[0-9]{8},", ",1700000000,"));
    Files.write(log, lines);
    Path folder = Files.createDirectory(temp.resolve("files"));
    List<String> names =
        List.of("Mai", "M\u00e4rz", "a b", "a!b", "a+b", "part-2", "part-9", "part-10");
    int from = 1;
    for (int file = 0; file < names.size(); file++) {
      // The first file is the smallest: Spark reads large ones first.
      int end = file == names.size() - 1 ? lines.size() : from + 20 * (file + 1);
      List<String> some = new ArrayList<>(lines.subList(0, 1));
      some.addAll(lines.subList(from, end));
      Files.write(folder.resolve(names.get(file) + ".csv"), some);
      from = end;
    }
    Path parts = temp.resolve("parts");
    try (Jobs jobs = LocalSpark.jobs()) {
      PrepareRequest one = request(log, parts, 3, "leave-last-out", "keep", 0);
      Preparation.Prepared prepared =
          Preparation.run(
              jobs,
              new PrepareRequest(
                  List.of(folder + "/*.csv"), Optional.empty(), Map.of(), 3, one.log()));
      assertThat(prepared.notes()).containsAll(oddities(log)).isNotEmpty();
    }
    try (Dataset whole = Dataset.open(imported(log, "leave-last-out", "keep", 0));
        Dataset ofFolder =
            Dataset.open(imported(folder, temp.resolve("folder"), "leave-last-out", "keep", 0));
        Dataset joined = Dataset.open(parts)) {
      for (Split each : Split.values()) {
        assertThat(rows(ofFolder, each)).as("import, %s", each).isEqualTo(rows(whole, each));
        assertThat(rows(joined, each)).as("%s", each).isEqualTo(rows(whole, each));
      }
    }
  }

  /** What import says of repeated rows, and of columns that look as though they were others. */
  private List<String> oddities(Path log) {
    ImportRequest whole =
        importRequest(log, temp.resolve("odd"), "leave-last-out", "keep", 0).build();
    List<String> notes =
        Importers.run(whole, (stage, done, total) -> {}).notes().stream()
            .filter(note -> note.contains("repeat another") || note.contains("24 hours"))
            .toList();
    assertThat(notes).isNotEmpty();
    return notes;
  }

  @Test
  void nothingStaysInTheMemoryOfSpark() throws IOException {
    Path log = log();
    try (Jobs jobs = LocalSpark.jobs()) {
      Set<Integer> before = Set.copyOf(jobs.context().getPersistentRDDs().keySet());
      Preparation.run(
          jobs, request(log, temp.resolve("parts"), 3, "time:0.2+cold-items:0.3", "merge", 0));
      assertThat(jobs.context().getPersistentRDDs().keySet()).isEqualTo(before);
    }
  }

  @Test
  void onePartHasTheFilesOfAnImport() throws IOException {
    Path log = log();
    List<String> lines = new ArrayList<>(List.of("what,title,kind,tags,price,top,leaf"));
    for (int item = 0; item < 30; item++) {
      lines.add(
          "i%d,title %d,%s,x|t%d,%s,all,%s"
              .formatted(
                  item,
                  item,
                  item % 5 == 0 ? "NA" : "k" + item % 4,
                  item % 3,
                  item % 6 == 0 ? "null" : item / 4.0,
                  item % 7 == 0 ? "NULL" : "leaf" + item % 2));
    }
    // The same item once more, but for blanks around the names of its categories.
    lines.add(lines.get(2).replace(",all,", ", all ,"));
    String items = Files.write(temp.resolve("items.csv"), lines).toString();
    Function<Path, ImportRequest> request =
        to ->
            importRequest(log, to, "leave-last-out", "merge", 0)
                .items(items)
                .itemName("title")
                .itemFeature("categorical:kind")
                .itemFeature("multi:tags")
                .itemFeature("numeric:price")
                .tree("top>leaf")
                .build();
    Path parts = temp.resolve("parts");
    try (Jobs jobs = LocalSpark.jobs()) {
      Preparation.run(jobs, request(log, 1, request.apply(parts)));
    }
    Path whole = temp.resolve("whole");
    Importers.run(request.apply(whole), (stage, done, total) -> {});
    for (String file :
        List.of(
            "users.arrow",
            "items.arrow",
            "taxonomy.arrow",
            "requests.arrow",
            "interactions/part-train-0.arrow")) {
      assertThat(parts.resolve("part-00000").resolve(file))
          .hasSameBinaryContentAs(whole.resolve(file));
    }
    Map<String, String> said = options(whole);
    assertThat(said).containsKeys("column weight", "context", "items", "duplicates", "tree");
    said.put("from", log.toString());
    said.put("parts", "1");
    assertThat(options(parts)).as("what was asked for").isEqualTo(said);
  }

  private static Map<String, String> options(Path dataset) {
    try (Dataset data = Dataset.open(dataset)) {
      return new HashMap<>(data.manifest().provenance().options());
    }
  }

  @Test
  void aPartKnowsItsUsersAndTheCountsOfTheLog() throws IOException {
    Path parts = temp.resolve("parts");
    try (Jobs jobs = LocalSpark.jobs()) {
      Preparation.run(jobs, request(log(), parts, 3, "leave-last-out", "merge", 0));
    }
    Feedback uses = RunConfig.defaults().with("events={buy: 3, click: 0.5, view: shown}").events();
    for (Feedback each : List.of(Feedback.NONE, uses)) {
      PartedDataset data = PartedDataset.open(parts).reading(each);
      try (Dataset all = Dataset.open(parts)) {
        Dataset whole = all.reading(each);
        boolean[] met = new boolean[whole.users()];
        for (int part = 0; part < data.parts(); part++) {
          Dataset own = data.part(part, TrainSplits.TRAIN);
          int[] users = data.users(part);
          for (int user = 0; user < users.length; user++) {
            assertThat(own.userTable().id(user)).isEqualTo(whole.userTable().id(users[user]));
            assertThat(met[users[user]]).isFalse();
            met[users[user]] = true;
          }
          assertThat(own.trainCounts().toArray()).isEqualTo(whole.trainCounts().toArray());
          assertThat(own.trainCounts().total()).isEqualTo(whole.interactions(Split.TRAIN).rows());
          TrainSplits both = TrainSplits.TRAIN_AND_VALIDATION;
          assertThat(data.part(part, both).trainCounts().toArray())
              .isEqualTo(whole.trainedOn(both).trainCounts().toArray());
          for (TrainSplits splits : TrainSplits.values()) {
            assertThat(data.trainRows(part, splits))
                .isEqualTo(data.partAlone(part, splits).interactions(Split.TRAIN).rows());
          }
        }
        assertThat(met).doesNotContain(false);
      }
    }
    // Other parts do not read the first, which would take as long as their own work.
    Files.delete(parts.resolve("part-00000/users.arrow"));
    PartedDataset rest = PartedDataset.open(parts);
    assertThat(rest.itemRows(TrainSplits.TRAIN)).isNotEmpty();
    assertThat(rest.reading(uses).part(1, TrainSplits.TRAIN).trainCounts().total()).isPositive();
  }

  @Test
  void rowsThatCannotBeUsedAreCountedAndRefused() throws IOException {
    Path log =
        Files.write(
            temp.resolve("bad.csv"),
            Arrays.asList(
                "who,what,basket,at,amount,place,part",
                "1,a,1,100,1,home,train",
                ",a,1,100,1,home,train",
                "NULL,b,1,100,1,home,train",
                "2,b,1,soon,1,home,train",
                "2,b,1,100,-1,home,train"));
    try (Jobs jobs = LocalSpark.jobs()) {
      PrepareRequest request = request(log, temp.resolve("parts"), 1, "leave-last-out", "keep", 0);
      assertThatThrownBy(() -> Preparation.run(jobs, request))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("4 rows cannot be used of 5")
          .hasMessageContaining("the word NULL means null")
          .hasMessageContaining("weight is negative");
    }
    assertThat(temp.resolve("parts")).doesNotExist();
  }

  @Test
  void theCommandSaysWhatIsWrong() throws IOException {
    Path log = log();
    LocalSpark.Result result =
        LocalSpark.run(
            "prepare", "--from", log.toString(), "--to", temp + "/x", "--column=user=no");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("--column item=COLUMN")
        .contains("a table has no order of its own");
  }
}
