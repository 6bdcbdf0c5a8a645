package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of all users and items, the index, and codes of a later model, from the command line. */
class ServingCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USERS = 60;
  @TempDir private static Path folder;

  /** The second log is the first with an item more. */
  @BeforeAll
  static void twoDays() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("user,item,request,time,path"));
    for (int row = 0; row < 1200; row++) {
      int item = row / 20 % 4 * 20 + random.nextInt(20);
      lines.add("u%d,i%d,r%d,%d,top%d".formatted(row / 20, item, row / 4, 1000 + row, item / 20));
    }
    day("monday", lines);
    for (int user = 0; user < USERS; user++) {
      lines.add("u%d,extra,e%d,%d,top0".formatted(user, user, 500 + user));
    }
    day("tuesday", lines);
  }

  private static void day(String name, List<String> lines) throws IOException {
    Invocation.done(
        "import",
        "table",
        "--from=" + Files.write(folder.resolve(name + ".csv"), lines),
        "--to=" + at(name + "-data"),
        "--column=user=user",
        "--column=item=item",
        "--column=request=request",
        "--column=time=time",
        "--tree=path:path:|",
        "--split=leave-last-request-out");
    Invocation.done(
        "train",
        "--data=" + at(name + "-data"),
        "--out=" + at(name),
        "--device=cpu",
        "--set=threads=1",
        "--set=batchSize=64",
        "--set=dim=8",
        "--set=epochs=2");
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private static List<JsonNode> lines(String name) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void listsOfAllUsersAreThoseOfEach() throws IOException {
    Invocation all =
        Invocation.done(
            "recommend", "--run=" + at("monday"), "--all", "--to=" + at("all.jsonl"), "-k", "7");
    assertThat(all.out()).contains("60");
    assertThat(all.err()).containsPattern("note: \\d+ test rows of the log are unknown to these");
    List<JsonNode> rows = lines("all.jsonl");
    assertThat(rows).hasSize(7 * USERS);
    Set<String> users = new HashSet<>();
    rows.forEach(row -> users.add(row.path("user").textValue()));
    assertThat(users).hasSize(USERS);
    for (String user : List.of("u0", "u31", "u59")) {
      JsonNode alone =
          Invocation.done(
                  "recommend", "--run=" + at("monday"), "--user=" + user, "-k", "7", "--json")
              .json();
      List<JsonNode> listed =
          rows.stream().filter(row -> row.path("user").textValue().equals(user)).toList();
      for (int rank = 1; rank <= 7; rank++) {
        JsonNode one = alone.path("items").get(rank - 1);
        JsonNode other = listed.get(rank - 1);
        assertThat(other.path("rank").intValue()).isEqualTo(rank);
        assertThat(other.path("item")).isEqualTo(one.path("item"));
        assertThat(other.path("score").floatValue()).isEqualTo(one.path("score").floatValue());
        assertThat(other.path("source").textValue()).isEqualTo("rows");
      }
    }
  }

  @Test
  void listsAreLimitedToWhatIsAskedFor() throws IOException {
    Path some = Files.writeString(folder.resolve("some.txt"), "u3\nu5\nU07\nnobody\n");
    Invocation given =
        Invocation.done(
            "recommend",
            "--run=" + at("monday"),
            "--users=" + some,
            "--to=" + at("some.jsonl"),
            "-k",
            "6",
            "--without=\"category.1\" = 'top1'",
            "--max-per=category.1=2",
            "--json");
    JsonNode answer = given.json();
    assertThat(answer.path("lists").intValue()).isEqualTo(2);
    assertThat(answer.path("unknownIds").intValue()).isEqualTo(2);
    assertThat(given.err()).contains(some + ": 2 lines are no users of the log, such as 'U07'");
    assertThat(lines("some.jsonl"))
        .hasSize(12)
        .allSatisfy(
            row -> {
              int item = Integer.parseInt(row.path("item").textValue().substring(1));
              assertThat(item / 20).isNotEqualTo(1);
            });
    Invocation.of("recommend", "--run=" + at("monday"), "--all").refused(2, "--to");
    Invocation.of("recommend", "--run=" + at("monday"), "--all", "--to=" + at("x.txt"))
        .refused(2, ".parquet", ".csv", ".jsonl");
  }

  @Test
  void nearestItemsOfAllAreThoseOfEach() throws IOException, SQLException {
    Invocation.done(
        "similar", "--run=" + at("monday"), "--all", "--to=" + at("near.parquet"), "-k", "5");
    JsonNode alone =
        Invocation.done("similar", "--run=" + at("monday"), "--item=i7", "-k", "5", "--json")
            .json();
    List<String> near = new ArrayList<>();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select near from '" + at("near.parquet") + "' where item = 'i7' order by rank")) {
      while (rows.next()) {
        near.add(rows.getString(1));
      }
    }
    List<String> expected = new ArrayList<>();
    alone.path("items").forEach(each -> expected.add(each.path("item").textValue()));
    assertThat(near).hasSize(5).doesNotContain("i7").isEqualTo(expected);
    Invocation.of("similar", "--run=" + at("monday"), "--item=none").refused(2, "none");
  }

  @Test
  void somebodyNewGetsAListOfWhatIsLeft() {
    String run = "--run=" + at("monday");
    Invocation list =
        Invocation.done(
            "recommend", run, "--new-user", "--history=i7,i8", "-k", "5", "--no-rank-seen");
    assertThat(list.out()).contains("history, newest first", "i7", "recommended by popularity");
    assertThat(list.err()).contains("reads ids alone", "twotower train --data");
    JsonNode answer =
        Invocation.done("recommend", run, "--new-user", "--history=i7", "--json").json();
    assertThat(answer.path("items")).hasSize(10);
    assertThat(answer.at("/history/0/item").textValue()).isEqualTo("i7");
    Invocation.of("recommend", run, "--user=nobody").refused(2, "nobody", "--new-user");
    Invocation.of("recommend", run, "--user=u3", "--history=i7").refused(2, "--new-user");
    Invocation.of("recommend", run, "--all", "--to=" + at("no.csv"), "--feature=a=b")
        .refused(2, "--feature");
    Invocation.of("recommend", run, "--new-user", "--feature=a").refused(2, "NAME=VALUE");
    Invocation.of("recommend", run, "--new-user", "--feature=a=b").refused(2, "reads none");
    Invocation.of("recommend", run, "--new-user", "--to=" + at("one.csv"))
        .refused(2, "--to", "--new-user");
    Invocation.of("recommend", run, "--new-user", "--index=x").refused(2, "--index", "--user");
  }

  @Test
  void anIndexListsWhatItFinds() {
    Invocation.done("export", "--run=" + at("monday"), "--to=" + at("serving"), "--format=hnsw");
    String index = at("serving/items.hnsw");
    String[] words = {"recommend", "--run=" + at("monday"), "--user=u4", "-k", "10", "--json"};
    JsonNode exact = Invocation.done(words).json();
    Invocation found =
        Invocation.done(
            "recommend",
            "--run=" + at("monday"),
            "--user=u4",
            "-k",
            "10",
            "--json",
            "--index=" + index);
    assertThat(found.err()).contains("from the index, searched with width", "recall");
    // Of 80 items an index of 16 neighbours misses none.
    assertThat(found.json().path("items")).isEqualTo(exact.path("items"));
    Invocation.of(
            "recommend",
            "--run=" + at("monday"),
            "--all",
            "--to=" + at("no.csv"),
            "--index=" + index)
        .refused(2, "--index", "--user");
    Invocation.of("recommend", "--run=" + at("tuesday"), "--user=u4", "--index=" + index)
        .refused(3, "items.hnsw");
  }

  /** The last rows are of a user and an item that training does not meet. */
  @Test
  void anExportSaysOfWhomNothingIsKnownAndHowPopularItemsAre() throws IOException {
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 400; row++) {
      lines.add("u%d,i%d,%d".formatted(row % 20, row * row % 13, row));
    }
    for (int row = 0; row < 40; row++) {
      lines.add("late,new,%d".formatted(1000 + row));
    }
    Invocation imports =
        Invocation.done(
            "import",
            "table",
            "--from=" + Files.write(folder.resolve("late.csv"), lines),
            "--to=" + at("late-data"),
            "--column=user=user",
            "--column=item=item",
            "--column=time=time",
            "--split=time:0.1",
            "--json");
    JsonNode imported = imports.json();
    Invocation.done(
        "train",
        "--data=" + at("late-data"),
        "--out=" + at("late"),
        "--set=evaluation.rankSeen=true",
        "--device=cpu",
        "--set=threads=1",
        "--set=batchSize=64",
        "--set=dim=8",
        "--set=epochs=1");
    Invocation export =
        Invocation.done(
            "export", "--run=" + at("late"), "--to=" + at("late-out"), "--format=npy,parquet");
    assertThat(export.out())
        .contains("1 of 21 users have a vector of zeros", "popularity of items.parquet")
        .contains("1 of 8 items have a vector of zeros");
    JsonNode ids = JSON.readTree(folder.resolve("late-out/items.ids.json").toFile());
    JsonNode popularity = JSON.readTree(folder.resolve("late-out/items.popularity.json").toFile());
    assertThat(popularity).hasSameSizeAs(ids);
    int rows = 0;
    for (int item = 0; item < ids.size(); item++) {
      rows += popularity.get(item).intValue();
      if (ids.get(item).textValue().equals("new")) {
        assertThat(popularity.get(item).intValue()).isZero();
      }
    }
    assertThat(rows).isEqualTo(imported.at("/counts/rows/train").intValue());
    JsonNode summary = JSON.readTree(folder.resolve("late-out/export.json").toFile());
    assertThat(summary.at("/users/zeros").intValue()).isEqualTo(1);
    assertThat(summary.at("/items/zeros").intValue()).isEqualTo(1);
    Invocation towers =
        Invocation.done(
            "export", "--run=" + at("late"), "--to=" + at("late-onnx"), "--format=onnx", "--json");
    assertThat(towers.json().path("zeros")).isEmpty();
    assertThat(folder.resolve("late-onnx/items.popularity.json")).exists();
  }

  @Test
  void codesOfKnownItemsStayAndNewOnesAreCoded() throws IOException, SQLException {
    Invocation.done(
        "quantize",
        "--run=" + at("monday"),
        "--out=" + at("monday-ids"),
        "--set=sizes=[4,4]",
        "--set=epochs=4",
        "--set=warmup=2",
        "--set=hidden=[]",
        "--set=tree.lambda=0",
        "--device=cpu");
    JsonNode answer =
        Invocation.done(
                "quantize",
                "--run=" + at("tuesday"),
                "--out=" + at("tuesday-ids"),
                "--from=" + at("monday-ids"),
                "--json")
            .json();
    assertThat(answer.path("kept").intValue()).isEqualTo(80);
    assertThat(answer.path("added").intValue()).isEqualTo(1);
    List<String> before = codes("monday-ids");
    List<String> after = codes("tuesday-ids");
    assertThat(before).hasSize(80);
    assertThat(after).hasSize(81).containsAll(before);
    assertThat(after.stream().filter(code -> code.startsWith("extra "))).hasSize(1);
  }

  private static List<String> codes(String name) throws SQLException {
    List<String> codes = new ArrayList<>();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select id, semantic_id, code_1 from '"
                    + at(name + "/result/codes.parquet")
                    + "'")) {
      while (rows.next()) {
        codes.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
      }
    }
    return codes;
  }
}
