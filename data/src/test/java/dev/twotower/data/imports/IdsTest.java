package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.csv.CsvFile;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An id is its text, whatever reads it (design 9). */
class IdsTest {
  private static final String BIG = "1234567890123456789";
  private static final String NEXT = "1234567890123456790";

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "'' || user",
        "concat(user)",
        "CAST(user AS VARCHAR)",
        "user::TEXT",
        "trim(user)",
        "replace(user, 'x', 'y')",
        "CASE WHEN item = 'x' THEN 'y' ELSE user END",
        "coalesce(user, 'y')"
      })
  void keepTheirTextInExpressions(String expression) {
    String[] odd = {"007", "7", "+7", "1.10", "1.1", "1e3", "1000", BIG, NEXT, "-0", "a b"};
    assertThat(folder.users(folder.tableByTime(folder.idLog(odd)).column("user", expression)))
        .containsExactlyInAnyOrder(odd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "007 7 012 8",
        "1.10 1.1 1.2 1.20",
        "1234567890123456789 1234567890123456790 3 4",
        "12345678901234567890123456789012345678901 12345678901234567890123456789012345678902 1 2",
        "1e3 1000 1001 1002",
        "2024-01-01 2024-01-02 2024-01-03 2024-01-04",
        "-7 7 8 9",
        "1.0 2.0 3.0 4.5"
      })
  void keepTheirTextWhateverTheColumnLooksLike(String ids) {
    String[] texts = ids.split(" ");
    assertThat(folder.users(folder.tableByTime(folder.idLog(texts))))
        .containsExactlyInAnyOrder(texts);
    folder = new ImportFolder(temp.resolve("expression"));
    assertThat(
            folder.users(
                folder.tableByTime(folder.idLog(texts)).column("user", "user || '-' || item")))
        .containsExactlyInAnyOrder(
            Arrays.stream(texts).map(t -> t + "-" + t).toArray(String[]::new));
    folder = new ImportFolder(temp.resolve("context"));
    try (Dataset data = folder.open(folder.tableByTime(folder.idLog(texts)).context("c=item"))) {
      assertThat(ImportFolder.contexts(data, "c").values()).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "item <> 1234567890123456790; 1234567890123456789 1234567890123456790 3 4; 1",
        "item = '1234567890123456790'; 1234567890123456789 1234567890123456790 3 4; 3",
        "item NOT IN (1234567890123456790, 3); 1234567890123456789 1234567890123456790 3 4; 2",
        "item <> 7; 007 7 8 9; 1",
        "item <> '007'; 007 7 8 9; 1",
        "item <> '007'; 6 7 8 9; 0",
        "item = '7'; 6 7 8 9; 3",
        "'07' = item; 6 7 8 9; 4",
        "item IN ('06', '7', 8); 6 7 8 9; 2",
        "item NOT IN ('x', '7'); 6 7 8 9; 1",
        "item NOT IN (7, 8); 007 7 8 9; 2",
        "item > 8; 007 7 8 9; 3",
        "item + 1 > 9; 007 7 8 9; 3",
        "abs(item) BETWEEN 7 AND 8; 007 7 8 9; 1",
        "item < 2; 1.10 1.1 1.20 9; 1",
        "item >= 10.5; 9.50 10.5 10.25 11; 2",
        "item > time; 9.50 10.5 0.25 11; 1",
        "CASE item WHEN 7 THEN FALSE ELSE TRUE END; 007 7 8 9; 1",
        "left(item, 1) = '1'; 10 20 30 41; 3"
      })
  void compareExactly(String where, String items, long left) {
    ImportRequest.Builder request =
        folder
            .tableByTime(folder.idLog(items.split(" ")))
            .where(where)
            .split(new SplitRule.Given(0));
    Path log = request.build().from();
    try (QuerySession session = new QuerySession(temp)) {
      SourceTable source =
          CsvFile.open(session, log, Packing.NONE, 0, CsvFile.Dialect.withHeader(",", "utf-8"));
      Resolver resolver = new Resolver(session);
      String condition = resolver.condition(source, "--where", where);
      resolver.check();
      assertThat(
              session.number(
                  "SELECT count(*) FROM %s WHERE NOT %s".formatted(source.from(), condition)))
          .isEqualTo(left);
    }
  }

  @Test
  void joinByTheirText() {
    folder.file("prices.csv", "item,price", "007,A", "7,B", BIG + ",C", "9,D");
    ImportRequest.Builder request =
        folder.tableByTime(folder.idLog("007", "7", BIG, NEXT)).join("prices.csv").context("price");
    ImportSummary summary = folder.run(request);
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(ImportFolder.contexts(data, "price"))
          .containsExactlyInAnyOrderEntriesOf(Map.of("007", 1.0, "7", 2.0, BIG, 3.0, NEXT, 0.0));
    }
    assertThat(summary.notes())
        .anyMatch(note -> note.contains("1 of 4 rows without a match in prices.csv"));
  }

  @Test
  void ofCsvPartsOfUnlikeKindsAreTexts() {
    folder.file("log/a.csv", "user,item,time,pos", "u,a,1,1", "u,b,2,2", "u,c,3,3");
    folder.file("log/b.csv", "pos,user,item,time", "top,u,d,4", "left,u,e,5", "3,u,f,6");
    try (Dataset data = folder.open(folder.table(temp.resolve("log")).context("pos"))) {
      assertThat(data.interactions(Split.TRAIN).context("pos").numeric()).isFalse();
      assertThat(ImportFolder.contexts(data, "pos").values()).doesNotContain(0.0);
    }
  }

  @Test
  void ofSignedAndUnsignedHashesAreIds() {
    String[] hashes = {"-8845298781299428018", "-1", "18446744073709551615", "5"};
    assertThat(folder.users(folder.tableByTime(folder.idLog(hashes))))
        .containsExactlyInAnyOrder(hashes);
  }

  @Test
  void thatDifferOnlyBySpacesAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,a,1",
            "u,b,2",
            "u,c,3",
            "u ,a,4",
            "\u00a0u,b,5",
            "v ,c,6");
    folder.file("items.csv", "item,title", "a,A", "b ,B");
    ImportRequest.Builder request = folder.table(log).items("items.csv").itemName("title");
    List<String> notes = folder.run(request).notes();
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("2 users differ from others only by spaces around the id")
                    .contains("trim(COLUMN)"))
        .anySatisfy(note -> assertThat(note).startsWith("1 item differs from another only by"));
    folder.clear();
    assertThat(folder.run(folder.table(folder.log())).notes())
        .noneMatch(note -> note.contains("spaces"));
  }

  /** What trim leaves where it is; the expression that the note names makes one user of both. */
  @ParameterizedTest
  @ValueSource(strings = {"u\u200b", "\ufeffu", "\tu"})
  void thatDifferByWhatIsNotSeenAreNotedWithWhatMakesThemOne(String disguised) {
    Path log =
        folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3", disguised + ",a,4");
    String note =
        folder.run(folder.table(log)).notes().stream()
            .filter(each -> each.startsWith("1 user differs from another only by spaces"))
            .findFirst()
            .orElseThrow();
    String expression =
        note.replaceFirst(".*give (.*) in place of the column", "$1").replace("COLUMN", "\"user\"");
    folder.clear();
    assertThat(
            folder.users(
                ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                    .column("user", expression)
                    .column("item", "item")
                    .column("time", "time")))
        .containsExactly("u");
  }

  @Test
  void whatIsNotSeenAroundIdsIsShownAndCountedForUsersItemsAndRequests() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,basket,time",
            "\u00a0u,a,r,1",
            "\u00a0u,b\u200b,r\u2060,2",
            "\u00a0u,c,s,3",
            "v,a,r\u2060,4",
            "v,\u00adc,x,5",
            "v,e\u0301,x,6");
    ImportRequest.Builder request = folder.table(log).column("request", "basket");
    assertThat(folder.run(request).notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("1 user has spaces or characters that are not seen around the id,")
                    .contains("such as '\\u00a0u'; they are taken as they are")
                    .contains("give nfc_normalize(trim(COLUMN)) in place"))
        .anySatisfy(
            note ->
                assertThat(note).startsWith("1 item differs from another").contains("'\\u00adc'"))
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("1 request differs from another only by spaces")
                    .contains("'r\\u2060'"));
    folder.clear();
    assertThat(folder.users(folder.table(log))).containsExactly("v", "\u00a0u");
  }

  @Test
  void anIdInWhichNothingIsHiddenIsShownAsItIs() {
    assertThat(DisguisedIds.escaped("caf\u00e9 \u0928\u0940\u091c \ud83d\ude00"))
        .isEqualTo("caf\u00e9 \u0928\u0940\u091c \ud83d\ude00");
    assertThat(DisguisedIds.escaped("\tcafe\u0301\u00a0")).isEqualTo("\\u0009cafe\\u0301\\u00a0");
  }
}
