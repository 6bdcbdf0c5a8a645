package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options take one expression over the columns of a row, never a statement. */
class SqlExpressionTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1=1) ; COPY (SELECT 1) TO 'PWNED'; --",
        "1=1); COPY (SELECT 1) TO 'PWNED'; SELECT (1=1",
        "1=1) UNION SELECT (content = '') FROM read_text('PWNED') WHERE (1=1",
        "1=1) FROM read_csv('PWNED') WHERE (1=1",
        "1=1), (2=2",
        "1=1) LIMIT (1",
        "user IN (SELECT content FROM read_text('log.csv'))",
        "EXISTS (FROM glob('*'))",
        "(SELECT count(*) FROM 'log.csv') > 0",
        "user = getenv('HOME')",
        "nextval('s') > 0",
        "write_log('x') IS NULL",
        "upper(current_setting('temp_directory')) = 'X'",
        "COLUMNS(*) = 1",
        "random() < 0.5",
        "user < CAST(uuid() AS VARCHAR)",
        "item",
        "upper(item) || 'x'",
        "user = ?",
        "1=1); ATTACH 'PWNED'; --",
        "1=1); INSTALL httpfs; --",
        "1=1 --",
        "user >",
        ""
      })
  void anythingElseIsRefusedBeforeItRuns(String text) {
    Path pwned = temp.resolve("pwned.csv");
    String sql = text.replace("PWNED", pwned.toString());
    assertThatThrownBy(() -> folder.run(folder.table(folder.log()).where(sql)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an SQL condition");
    assertThat(Files.exists(pwned)).isFalse();
    folder.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unnest([item, 'z'])", "UNNEST(string_split(item, ''))", "unlist([item, 'z'])"})
  void aRowStaysOneRow(String text) {
    assertThatThrownBy(() -> folder.run(folder.table(folder.log()).column("item", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column item: ")
        .hasMessageContaining("() makes several rows of one; allowed: one value per row");
    folder.assertNothingLeft();
  }

  @Test
  void everyOptionThatTakesAnExpressionTakesOneOnly() {
    Path pwned = temp.resolve("pwned.csv");
    String sql = "'a') ; COPY (SELECT 1) TO '%s'; --".formatted(pwned);
    Path items = folder.file("items.csv", "item,title", "a,Anna");
    assertThatThrownBy(
            () ->
                folder.run(
                    folder
                        .table(folder.log())
                        .column("item", sql)
                        .column("weight", sql)
                        .context("x=" + sql)
                        .where(sql)
                        .items(items.toString())
                        .itemKey(sql)
                        .itemName(sql)
                        .itemFeature("f=categorical:" + sql)
                        .tree("path:" + sql + ":/")))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            refused ->
                assertThat(refused.getMessage().lines())
                    .filteredOn(line -> line.contains("'a') ; COPY"))
                    .hasSizeGreaterThanOrEqualTo(7));
    assertThat(Files.exists(pwned)).isFalse();
    folder.assertNothingLeft();
  }

  @Test
  void saysWhatIsAllowed() {
    assertThatThrownBy(
            () -> folder.run(folder.table(folder.log()).where("item IN (SELECT 'a' AS x)")))
        .hasMessageContaining("it holds a query; allowed: one expression over the columns of a row")
        .hasMessageContaining("the columns are [user, item, basket, time, amount, place]");
    assertThatThrownBy(
            () -> folder.run(folder.table(folder.log()).where("TRUE); COPY t TO 'x'; --")))
        .hasMessageContaining("it holds a statement; allowed: one expression");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amount > 0 AND place IS NOT NULL OR item LIKE 'a%'",
        "CASE WHEN time BETWEEN 1 AND 1e9 THEN TRUE ELSE FALSE END",
        "list_contains(['a', 'b', 'c', 'd'], item)",
        "len([x FOR x IN [1, 2] IF x > 1]) = 1",
        "place IN ('fr', 'de') OR place IS NULL",
        "item <> ';' AND item <> '--'",
        "strptime('2024-01-01', '%Y-%m-%d') < now()"
      })
  void expressionsStay(String text) {
    assertThat(folder.run(folder.table(folder.log()).where(text)).manifest().counts().allRows())
        .isPositive();
  }

  @Test
  void nothingButTheSourceFilesIsReadOnceTheyAreOpen() throws IOException {
    Path log = folder.log();
    Path other = folder.file("other.csv", "a", "b");
    Path scratch = Files.createDirectory(temp.resolve("scratch"));
    try (QuerySession session = new QuerySession(scratch)) {
      session.confine(List.of(log));
      String read = "SELECT count(*) FROM read_csv(%s)";
      assertThat(session.number(read.formatted(SqlPath.of(log)))).isEqualTo(10);
      assertThatThrownBy(() -> session.number(read.formatted(SqlPath.of(other))))
          .hasMessageContaining("Permission");
      assertThatThrownBy(
              () ->
                  session.run(
                      "COPY (SELECT 1) TO "
                          + QuerySession.literal(temp.resolve("x.csv").toString())))
          .hasMessageContaining("Permission");
      assertThatThrownBy(() -> session.run("SET enable_external_access = true"))
          .isInstanceOf(QuerySession.QueryException.class);
    }
  }
}
