package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file name names one file, whatever characters are in it or in the folders above it. */
class FileNamesTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    // Files that the names of the tests would match, were they patterns.
    for (String other : new String[] {"log1", "logs", "log-", "logb", "loga", "log", "lo"}) {
      folder.file(other + ".csv", "user,item,time", "wrong,a,1", "wrong,b,2", "wrong,c,3");
      folder.file(other + "/log.csv", "user,item,time", "wrong,a,1", "wrong,b,2", "wrong,c,3");
    }
  }

  private static List<String> users(Dataset data) {
    List<String> users = new ArrayList<>();
    for (int user = 0; user < data.userTable().size(); user++) {
      users.add(data.userTable().id(user));
    }
    return users;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log[1]",
        "log*",
        "log?",
        "log[!x]",
        "[log]",
        "{log,logs}",
        "**",
        "log's \"own\"",
        "log\nline",
        "log\\s",
        "~",
        "lög 日本 é",
        "user=bob",
        "item=x [2024] (a)",
        "log;--",
        "$HOME%20#log",
        "--log"
      })
  void aNameIsNoPattern(String name) {
    String[] rows = {"user,item,time", "u,a,1", "u,b,2", "v,a,3", "u,c,4"};
    Path file = folder.file(name + ".csv", rows);
    folder.file(name + "/log.csv", rows);
    Path inside = temp.resolve(name);
    Path parquet = temp.resolve(name + ".parquet");
    Path json = temp.resolve(name + ".json");
    try (QuerySession session = new QuerySession(temp)) {
      for (Path copy : List.of(parquet, json)) {
        session.run(
            "COPY (SELECT * FROM read_csv(%s, hive_partitioning = false)) TO %s"
                .formatted(SqlPath.of(file), QuerySession.literal(copy.toString())));
      }
    }
    int run = 0;
    for (Path from : List.of(file, inside, parquet, json)) {
      Path target = temp.resolve("out/" + name + run++);
      ImportRequest.Builder request =
          ImportRequest.builder(ImportFormat.TABLE, from, target)
              .column("user", "user")
              .column("item", "item")
              .column("time", "time");
      folder.run(request);
      try (Dataset data = Dataset.open(target)) {
        assertThat(users(data)).as(from.toString()).containsExactly("u", "v");
        assertThat(data.manifest().counts().allRows()).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"items[1].csv", "items*.csv", "items?.csv", "item=z/items.csv"})
  void aNameOfASideFileIsNoPattern(String name) {
    folder.file("items1.csv", "item,title", "a,wrong");
    folder.file("items.csv", "item,title", "a,wrong");
    Path side = folder.file(name, "item,title", "a,Anna", "b,Berta", "c,Clara", "d,Dora");
    Path parents = folder.file("parents " + name, "id,parent,name", "fr,,France", "de,,Germany");
    ImportRequest.Builder request =
        folder
            .table(folder.log())
            .items(side.toString())
            .itemName("title")
            .tree("parents:" + parents + ":place");
    try (Dataset data = folder.open(request)) {
      assertThat(data.itemTable().name(data.itemTable().index("a").getAsInt())).isEqualTo("Anna");
      assertThat(data.tree().orElseThrow().nodes()).isEqualTo(3);
    }
  }

  @Test
  void aNameOfAPublishedSplitIsNoPattern() {
    folder.file("l1/train.txt", "7 1 2 3 4");
    folder.file("l1/test.txt", "7 5");
    folder.file("l[1]/train.txt", "1 1 2 3 4");
    folder.file("l[1]/test.txt", "1 5");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.LIGHTGCN, temp.resolve("l[1]"), folder.target())
            .split(new SplitRule.Given(0));
    try (Dataset data = folder.open(request)) {
      assertThat(users(data)).containsExactly("1");
    }
  }

  @Test
  void whatCannotBeToldFromAPatternIsRefused() {
    Path log = folder.file("a\\b[1].csv", "user,item,time", "u,a,1");
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("a\\b[1].csv")
        .hasMessageContaining("rename it");
  }
}
