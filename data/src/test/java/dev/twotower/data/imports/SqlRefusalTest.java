package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind: SQL that an engine refuses in its own words, by people who do not know it. */
class SqlRefusalTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private Path log;

  @BeforeEach
  void makeLog() {
    folder = new ImportFolder(temp);
    log =
        folder.file(
            "log.csv",
            "user,item,time,device,rating,Order Date",
            "u,a,1,ios,3,2024-01-01",
            "u,b,2,web,4,2024-01-02");
  }

  /** All of them in one command, as all mistakes are told at once. */
  private void assertTold(Map<String, String> toldByCondition) {
    ImportRequest.Builder request = folder.table(log);
    toldByCondition.keySet().forEach(request::where);
    AbstractThrowableAssert<?, ?> refused = folder.assertUsage(request);
    toldByCondition.forEach(
        (condition, told) ->
            refused.hasMessageContaining(
                "--where '%s' is not an SQL condition over the columns of log.csv: %s; the columns are [user"
                    .formatted(condition, told)));
    refused.message().doesNotContain("Error:", "FROM clause", "LINE 1");
  }

  @Test
  void textsNeedSingleQuotes() {
    Map<String, String> told = new TreeMap<>();
    String is = "is no column; a text is in single quotes";
    String doubled = ", double ones are for names of columns";
    told.put("device = ios", "'ios' " + is + ": --where \"device = 'ios'\"");
    told.put(
        "device = \"ios\" and rating > 3",
        "'ios' " + is + doubled + ": --where \"device = 'ios' and rating > 3\"");
    told.put(
        "device = \u2018ios\u2019", "'\u2018ios\u2019' " + is + ": --where \"device = 'ios'\"");
    told.put(
        "lower(device) IN (ios, web)",
        "'ios', 'web' are no columns; a text is in single quotes: --where \"lower(device) IN"
            + " ('ios', 'web')\"");
    told.put("device LIKE \"i%\"", "'i%' " + is + doubled + ": --where \"device LIKE 'i%'\"");
    told.put("device LIKE ios%", "it ends where more is needed; texts are in single quotes");
    told.put(
        "device = 'ios",
        "a text begins with ' and does not end; in a shell, the whole expression is in double"
            + " quotes");
    assertTold(told);
  }

  @Test
  void namesFunctionsAndTypes() {
    Map<String, String> told = new TreeMap<>();
    told.put("devices = 'ios'", "'devices' is no column (did you mean 'device'?)");
    told.put("log.device = 'ios'", "'log.device' is no column; one is named by itself, as device");
    told.put("device.name = 'x'", "column device has no fields, so it has none called 'name'");
    told.put("lenght(device) > 1", "there is no function 'lenght' (did you mean 'length'?)");
    told.put("device = 'ios' && rating > 3", "in SQL, && is written AND, and || is written OR");
    told.put("rating = 3;", "it has a ';'; allowed: one expression, which needs none");
    told.put(
        "device <> NULL",
        "it compares with NULL by = or <>, which is never true; allowed: IS NULL, IS NOT NULL");
    told.put("sum(rating) > 3", "it sums over many rows; allowed: what follows from one row alone");
    told.put(
        "device",
        "it is a text, which is neither true nor false; compare it with something, as in COLUMN ="
            + " 'text' or COLUMN > 3");
    told.put(
        "\"Order Date\" > 2024",
        "it compares a time with a whole number; a moment is written TIMESTAMP '2024-01-31"
            + " 12:00:00'");
    told.put(
        "hour(time) > 3",
        "hour() does not take a whole number; seconds since 1970 are made a time by"
            + " to_timestamp(COLUMN)");
    assertTold(told);
  }

  @Test
  void valuesOfRolesAreOfOneRow() {
    folder
        .assertUsage(folder.table(log).column("weight", "sum(rating)"))
        .hasMessageContaining("--column weight: 'sum(rating)' is neither a column nor")
        .hasMessageContaining("it sums over many rows");
    folder
        .assertUsage(folder.table(log).column("user", "CASE WHEN device = ios THEN user END"))
        .hasMessageContaining("--column \"user=CASE WHEN device = 'ios' THEN user END\"");
  }

  /** What the condition itself holds is the caller's mistake, what rows hold is the data's. */
  @Test
  void textsWhereNumbersAreNeeded() {
    List<String> conditions = new ArrayList<>(List.of("rating > 'abc'", "time > '2024-01-01'"));
    folder
        .assertUsage(folder.table(log).where(conditions.get(0)))
        .hasMessage(
            "--where 'rating > 'abc'': 'abc' stands where a whole number is needed, and is none");
    folder
        .assertUsage(folder.table(log).where(conditions.get(1)))
        .hasMessageContaining("in seconds since 1970 it is epoch(TIMESTAMP '2024-01-01')");
    folder
        .assertBadData(folder.table(log).where("device::INT > 3"))
        .hasMessageContaining(
            "fails on a row: 'ios' of column device is not a whole number; TRY_CAST in place of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = 'X',
      quoteCharacter = '`',
      value = {
        "~ X . If '~' is between its fields, give --delimiter '~'",
        "^ X . If '^' is between its fields, give --delimiter '^'",
        ": X . If ':' is between its fields, give --delimiter :",
        "~|~ X , names with '~' beside them: is --delimiter right?"
      })
  void delimitersThatAreNotLookedFor(String delimiter, String told) {
    Path odd = folder.file("odd.csv", "user,item,time".replace(",", delimiter), "u,a,1");
    folder
        .assertUsage(folder.table(odd))
        .hasMessageContaining("has no column 'user'")
        .hasMessageContaining(told);
  }

  @Test
  void spacesBetweenFields() {
    folder
        .assertUsage(folder.table(folder.file("one.csv", "user item time", "u a 1")))
        .hasMessageContaining(". If a space is between its fields, give --delimiter ' '");
    folder
        .assertUsage(folder.table(folder.file("wide.csv", "user  item  time", "u     a     1")))
        .hasMessageContaining("first make one of each, as tr -s ' ' does");
  }

  /** Kind: what other programs print or write in place of a csv file. */
  @Test
  void firstLinesThatAreNoNames() {
    folder
        .assertUsage(folder.table(folder.file("c.csv", "# exported", "u,a,1")))
        .hasMessageContaining(". The first line is no line of names; leave out comments");
    folder
        .assertUsage(folder.table(folder.file("q.csv", "'user','item','time'", "'u','a','1'")))
        .hasMessageContaining(". Fields are enclosed by double quotes, not by single ones");
    folder
        .assertUsage(folder.table(folder.file("kv.csv", "user=u,item=a,time=1")))
        .message()
        .doesNotContain("--delimiter");
  }

  @Test
  void linesAboveTheHeader() {
    folder
        .assertUsage(
            folder.table(folder.file("t.csv", "Report, of today,,", "", "user,item,time", "u,a,1")))
        .hasMessageContaining("has no column 'user'; it has [Report, of today, ")
        .hasMessageEndingWith("t.csv > log.csv")
        .message()
        .containsOnlyOnce("the names of columns seem to be in line 3 of t.csv (user,item,time)")
        .contains("tail -n +3 ");
    // A row that holds the word is no header.
    folder
        .assertUsage(folder.table(folder.file("r.csv", "who,what,time", "user,item,1")))
        .message()
        .doesNotContain("seem to be");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        " user | item | time ;------+------+------; u    | a    |    1 ;2",
        "+------+------+------+;| user | item | time |;+------+------+------+;1",
        "| user | item | time |;|---|:-:|---:|;| u | a | 1 |;2",
        "| user | item | time |;| - | - | - |;| u | a | 1 |;2",
        "\u250c\u2500\u2500\u2500\u2500\u252c\u2500\u2500\u2510;\u2502 user"
            + " \u2502;\u2514\u2500\u2518;1",
        "-[ RECORD 1 ]--------;user | u;item | a;1"
      })
  void tablesDrawnForPeople(String first, String second, String third, int line) {
    folder
        .assertBadData(folder.table(folder.file("d.txt", first, second, third)))
        .hasMessageContaining("d.txt: line " + line + " is drawn (")
        .hasMessageContaining("psql --csv, mysql --batch, duckdb -csv");
  }

  /** The command that a message names writes what can be imported. */
  @Test
  void aDrawnTableBecomesOneByTheCommandOfTheMessage() throws Exception {
    Path drawn =
        folder.file(
            "d.txt",
            " user | item | time ",
            "------+------+------",
            " u-1  | a    |    1 ",
            " u-1  | b c  |    2",
            " u-1  | d    |    3",
            "(3 rows)");
    String message = folder.assertBadData(folder.table(drawn)).actual().getMessage();
    String command = message.substring(message.indexOf("sed -E"));
    Process run =
        new ProcessBuilder("sh", "-c", command).directory(drawn.getParent().toFile()).start();
    assertThat(run.waitFor()).isZero();
    assertThat(Files.readAllLines(drawn.resolveSibling("log.csv")))
        .containsExactly("user|item|time", "u-1|a|1", "u-1|b c|2", "u-1|d|3");
  }

  @Test
  void dashesInFieldsDrawNothing() {
    try (Dataset data =
        folder.open(
            folder.table(folder.file("l.csv", "user|item|time", "--|a|1", "--|b|2", "--|c-d|3")))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(3);
    }
  }

  @Test
  void aLineThatCountsTheRowsIsNamed() {
    folder
        .assertBadData(
            folder.table(folder.file("p.csv", "user,item,time", "u,a,1", "u,b,2", "(2 rows)")))
        .hasMessageContaining("1: line counts the rows, as psql does")
        .hasMessageContaining("p.csv line 4: (2 rows)");
  }
}
