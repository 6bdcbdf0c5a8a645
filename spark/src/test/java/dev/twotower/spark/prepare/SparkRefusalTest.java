package dev.twotower.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark refuses is told in plain words, with the exit code of what would mend it. */
class SparkRefusalTest {
  private static final int USAGE = 2;
  private static final int BAD_DATA = 3;

  @TempDir Path temp;
  private Path log;

  @BeforeEach
  void write() throws IOException {
    log =
        Files.write(
            temp.resolve("log.csv"),
            List.of("who,what,at,amount,my col", "1,a,100,1.5,x", "1,b,200,0,y", "2,a,300,u,z"));
  }

  private void refused(int code, String message, String... options) {
    List<String> args = new ArrayList<>(List.of("prepare", "--to=" + temp.resolve("parts")));
    args.addAll(List.of("--parts=1", "--column=item=what", "--column=time=at"));
    args.addAll(List.of(options));
    if (args.stream().noneMatch(arg -> arg.startsWith("--column=user="))) {
      args.add("--column=user=who");
    }
    if (args.stream().noneMatch(arg -> arg.startsWith("--from="))) {
      args.add("--from=" + log);
    }
    LocalSpark.Result result = LocalSpark.run(args.toArray(String[]::new));
    assertThat(result.err())
        .contains(message)
        .doesNotContain("SQLSTATE")
        .doesNotContainPattern("\\[[A-Z_.]{5,}]")
        .doesNotContain("\tat ");
    assertThat(result.exitCode()).isEqualTo(code);
    assertThat(temp.resolve("parts")).doesNotExist();
  }

  @Test
  void expressionsThatAreNoneAreAllNamed() {
    refused(
        USAGE,
        "--column user: 'wo' is no column of the log; it has who, what, at, amount, my col (did"
            + " you mean 'who'?)",
        "--column=user=wo",
        "--where=amout > 1");
    refused(
        USAGE,
        "--where: 'amout > 1' is neither a column nor a Spark SQL expression over the columns of"
            + " the log: there is no column 'amout' (did you mean 'amount'?); the columns are who,",
        "--column=user=wo",
        "--where=amout > 1");
    String[] expressions = {
      "amount >",
      "amount = 'x",
      "lenght(amount) > 1",
      "amount",
      "count(*) > 1",
      "row_number() OVER (ORDER BY at) > 1",
      "substring(amount) = 'x'",
      "array(1) > 2",
      "\"my col\" = 'x'",
      "my col = 'x'"
    };
    String[] told = {
      "it ends where more is needed",
      "a text begins with ' and does not end",
      "there is no function 'lenght' (did you mean 'length'?)",
      "it is a text, which is neither true nor false",
      "it looks at other rows (count(1)); allowed: what follows from one row alone",
      "it looks at other rows (OVER)",
      "substring() does not take 1 values, but 2, 3",
      "joins ARRAY<INT> with a whole number",
      "the column of that name is written `my col`",
      "names of more than letters, digits and _ are in backticks: `my col`"
    };
    for (int i = 0; i < told.length; i++) {
      refused(USAGE, told[i], "--where=" + expressions[i]);
    }
    refused(USAGE, "--column weight: 'count(*)' is neither", "--column=weight=count(*)");
    refused(USAGE, "it sums over many rows", "--column=weight=sum(amount)");
    refused(USAGE, "it makes several rows of one", "--column=weight=explode(array(1, 2))");
    refused(USAGE, "is written `my col`", "--context=a=\"my col\"", "--where=\"who\" IS NOT NULL");
  }

  @Test
  void contextsOfListsAreNamed() {
    refused(
        USAGE,
        "--context query: received a list (:words); allowed here: :numeric or :categorical, since a"
            + " log of parts keeps no lists; import keeps them",
        "--context=query=what:words");
  }

  @Test
  void expressionsThatFailOnARowAreNamed() {
    refused(
        BAD_DATA,
        "--where 'CAST(amount AS INT) > 0' fails on a row: '1.5' is not a whole number; TRY_CAST in"
            + " place of CAST",
        "--where=CAST(amount AS INT) > 0");
    refused(
        BAD_DATA,
        "--column weight='1/(CAST(at AS INT)-100)' fails on a row: it divides by zero in"
            + " 1/(CAST(at AS INT)-100); nullif(",
        "--column=weight=1/(CAST(at AS INT)-100)");
    refused(
        USAGE,
        "--time-format: received '%d/%m/%Y'; allowed: a datetime pattern of Spark",
        "--time-format=%d/%m/%Y");
  }

  @Test
  void valuesMayRankARowAmongOthersAndHoldTexts() throws IOException {
    List<String> lines = new ArrayList<>(List.of("who,what,at,amount,my col"));
    for (int row = 0; row < 40; row++) {
      lines.add("u%d,i%d,%d,1,x".formatted(row % 5, row % 7, 100 + row));
    }
    Path sound = Files.write(temp.resolve("sound.csv"), lines);
    LocalSpark.Result result =
        LocalSpark.run(
            "prepare",
            "--from=" + sound,
            "--to=" + temp.resolve("parts"),
            "--parts=1",
            "--column=user=who",
            "--column=item=what",
            "--column=time=lag(at, 0) OVER (PARTITION BY who ORDER BY at)",
            "--column=weight=row_number() OVER (PARTITION BY who ORDER BY at)",
            "--context=before=coalesce(lag(what) OVER (PARTITION BY who ORDER BY at), \"who\")",
            "--where=what <> \"my col\"");
    assertThat(result.err()).doesNotContain("OVER");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void floatingPointIdsThatHaveLostDigitsAreBadRows() {
    String[] lost = {"9007199254740992D", "CAST('-inf' AS DOUBLE)", "1e300"};
    for (String value : lost) {
      refused(
          BAD_DATA,
          "{user is a floating-point number that has lost digits=1}",
          "--column=user=CASE at WHEN '300' THEN " + value + " ELSE 9007199254740991D END");
    }
    refused(
        BAD_DATA,
        "{user is a floating-point number that has lost digits=1}",
        "--column=user=CAST(CASE at WHEN '300' THEN 16777216 ELSE 16777215 END AS FLOAT)");
  }

  @Test
  void whatATaskFailsOnIsToldWithoutWhereItRan() {
    String where =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 1.0 (TID 5) (10.0.0.1 executor 2): ";
    assertThat(
            SparkRefusal.plain(new IllegalStateException(where + "java.io.IOException: no room")))
        .isEqualTo("no room");
    assertThat(
            SparkRefusal.plain(
                new IllegalStateException(
                    where + "x", new IllegalStateException(new IOException("no room")))))
        .isEqualTo("no room");
    assertThat(SparkRefusal.plain(new java.nio.file.NoSuchFileException("/shared/a")))
        .isEqualTo("NoSuchFileException: /shared/a");
  }

  @Test
  void tablesThatCannotBeOpenedAreNamed() throws IOException {
    refused(
        USAGE, "--from: there is nothing at '" + temp + "/no.csv'", "--from=" + temp + "/no.csv");
    refused(BAD_DATA, log + " is no parquet file, or it is damaged", "--format=parquet");
    refused(BAD_DATA, "has no line that Spark reads as json", "--format=json");
    refused(
        USAGE,
        "--format: received 'parqet'; allowed: parquet, csv, json, orc, text, jdbc, table (did you"
            + " mean 'parquet'?)",
        "--format=parqet");
    refused(
        USAGE, "--from: Spark has no table 'shop.events'", "--format=table", "--from=shop.events");
    refused(
        USAGE,
        "--from: Spark cannot read 'shop events' as table: ",
        "--format=table",
        "--from=shop events");
    Path nothing = Files.createDirectory(temp.resolve("nothing"));
    refused(BAD_DATA, "holds no file that Spark reads as parquet", "--from=" + nothing);
    Path empty = Files.createFile(temp.resolve("empty.csv"));
    refused(BAD_DATA, "has no columns: it is empty", "--from=" + empty);
    Path items = Files.write(temp.resolve("items.csv"), List.of("what,title", "a,A", "b,B"));
    refused(
        USAGE,
        "--item-name: 'titel' is no column of --items " + items + "; it has what, title (did you",
        "--items=" + items,
        "--item-name=titel");
  }
}
