package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.trainer.vectorfile.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of items, where people read and where programs do. */
class ItemNamesTest {
  @TempDir static Path folder;
  private static Path named;
  private static Path nameless;

  @BeforeAll
  static void train() throws IOException {
    List<String> log = new ArrayList<>(List.of("user,item,time,title"));
    for (int row = 0; row < 240; row++) {
      int item = (row % 20 * 3 + row / 20 * 7) % 60;
      log.add("u%d,i%d,%d,%s".formatted(row % 20, item, row, item == 7 ? "" : "Café no. " + item));
    }
    Files.write(folder.resolve("log.csv"), log);
    named = run("named", "--item-name=title");
    nameless = run("nameless", "--seed=1");
  }

  private static Path run(String name, String option) {
    Path data = folder.resolve(name + "-data");
    Invocation.done(
        "import",
        "table",
        "--from=" + folder.resolve("log.csv"),
        "--column=user=user",
        "--column=item=item",
        "--column=time=time",
        option,
        "--to=" + data);
    Path run = folder.resolve(name);
    Invocation.done(
        "train", "--data=" + data, "--out=" + run, "--set=epochs=1", "--set=dim=4", "--device=cpu");
    return run;
  }

  @Test
  void aTerminalShowsThem() {
    assertThat(Invocation.done("recommend", "--run=" + named, "--user=u3").out())
        .containsPattern("1  -?[0-9.]+  Café no. [0-9]+ \\(i[0-9]+\\)");
    assertThat(Invocation.done("similar", "--run=" + named, "--item=i3").out())
        .contains("nearest to Café no. 3 (i3):");
    Invocation.of("similar", "--run=" + named, "--item=I3")
        .refused(2, "no item 'I3' (the log has 'i3'; write it so); allowed");
    Invocation.of("recommend", "--run=" + named, "--new-user", "--history=i3,I4")
        .refused(2, "received [I4], no item of the data set (the log has 'i4'; write it so)");
  }

  @Test
  void listsHaveThemWhereTheyAreAskedFor() throws IOException {
    for (String ending : List.of("parquet", "csv", "jsonl")) {
      Path lists = folder.resolve("lists." + ending);
      Invocation.done("recommend", "--run=" + named, "--all", "--to=" + lists, "--names", "-k=60");
      try (QuerySession session = new QuerySession(folder)) {
        String reader = ending.equals("jsonl") ? "read_json" : "read_" + ending;
        String from = " FROM %s(%s)".formatted(reader, SqlPath.of(lists));
        assertThat(session.describe("SELECT *" + from).stream().map(QuerySession.Column::name))
            .containsExactly("user", "rank", "item", "score", "name", "source");
        assertThat(session.number("SELECT count(*)" + from)).isPositive();
        // An item without a name is called by its id.
        assertThat(
                session.number(
                    "SELECT count(*)"
                        + from
                        + " WHERE name <> CASE WHEN item = 'i7' THEN 'i7' ELSE 'Café no. ' ||"
                        + " substr(item, 2) END"))
            .isZero();
        assertThat(session.number("SELECT count(*)" + from + " WHERE item = 'i7'")).isPositive();
      }
    }
    Path similar = folder.resolve("similar.csv");
    Invocation.done("similar", "--run=" + named, "--all", "--to=" + similar, "--names");
    assertThat(Files.readAllLines(similar).get(0)).isEqualTo("item,rank,near,score,name");
    Path plain = folder.resolve("plain.csv");
    Invocation.done("recommend", "--run=" + named, "--all", "--to=" + plain);
    assertThat(Files.readAllLines(plain).get(0)).isEqualTo("user,rank,item,score,source");
  }

  @Test
  void exportsHaveThemAndAreReadBack() throws IOException {
    Path vectors = folder.resolve("vectors");
    Invocation.done(
        "export", "--run=" + named, "--to=" + vectors, "--format=parquet,npy,onnx", "--names");
    List<?> ids =
        new ObjectMapper().readValue(vectors.resolve("items.ids.json").toFile(), List.class);
    List<?> names =
        new ObjectMapper().readValue(vectors.resolve("items.names.json").toFile(), List.class);
    assertThat(names).hasSameSizeAs(ids);
    assertThat(names.get(ids.indexOf("i7"))).isEqualTo("i7");
    assertThat(names.get(ids.indexOf("i12"))).isEqualTo("Café no. 12");
    assertThat(vectors.resolve("users.names.json")).doesNotExist();
    assertThat(vectors.resolve("SHA256SUMS")).content().contains("items.names.json");
    try (QuerySession session = new QuerySession(folder)) {
      assertThat(
              session.texts(
                  "SELECT name FROM read_parquet(%s) WHERE id = 'i12'"
                      .formatted(SqlPath.of(vectors.resolve("items.parquet")))))
          .containsExactly("Café no. 12");
    }
    Path plain = folder.resolve("plain-vectors");
    Invocation.done("export", "--run=" + named, "--to=" + plain, "--format=parquet,npy");
    assertThat(plain.resolve("items.names.json")).doesNotExist();
    assertThat(VectorFile.read(vectors.resolve("items.parquet"), "items").values())
        .isDeepEqualTo(VectorFile.read(plain.resolve("items.parquet"), "items").values());
  }

  @Test
  void whatWouldChangeNothingIsRefused() {
    Invocation.of("recommend", "--run=" + named, "--user=u3", "--names")
        .refused(2, "--names: received together with --user");
    Path never = folder.resolve("never.csv");
    Invocation.of("recommend", "--run=" + nameless, "--all", "--to=" + never, "--names")
        .refused(2, "have no names but their ids", "import --item-name COLUMN");
    Invocation.of(
            "export",
            "--run=" + nameless,
            "--to=" + folder.resolve("no-vectors"),
            "--format=npy",
            "--names")
        .refused(2, "have no names but their ids");
    assertThat(never).doesNotExist();
    assertThat(folder.resolve("no-vectors")).doesNotExist();
  }
}
