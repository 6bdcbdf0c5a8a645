package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import says at its end. */
class ImportSummaryTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder request(List<String> more) {
    List<String> log = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 12; row++) {
      log.add("u%d,i%d,%d".formatted(row % 3, row % 4, 1_700_000_000 + row));
    }
    log.addAll(more);
    return folder
        .table(folder.file("log.csv", log.toArray(String[]::new)))
        .maxBadRows(100)
        .split(new SplitRule.Time(0.2));
  }

  @Test
  void namesAndCategoriesAreCounted() {
    folder.file(
        "items.csv", "item,title,dept,aisle", "i0,Milk,a,c", "i1,,a,d", "i2,Tea,b,e", "i3,Salt,,");
    ImportSummary summary =
        folder.run(request(List.of()).items("items.csv").itemName("title").tree("dept>aisle"));
    assertThat(summary.lines())
        .contains(
            "                  name: 1 item without one",
            "                  category tree: 2 levels of 2 > 3 categories; 1 item without a"
                + " category");
    assertThat(summary.itemsWithoutName()).hasValue(1);
    assertThat(summary.usersWithoutName()).isEmpty();
    assertThat(summary.warnings()).isEmpty();
  }

  @Test
  void aLogWithoutThemSaysNothingOfThem() {
    ImportSummary summary = folder.run(request(List.of()));
    assertThat(summary.tree()).isEmpty();
    assertThat(summary.lines()).noneMatch(line -> line.matches(" +(name|category).*"));
  }

  @Test
  void fewRowsLeftOutAreAllShown() {
    ImportSummary summary = folder.run(request(List.of("u1,,5", "u1,i1,", "u1,i2,")));
    assertThat(leftOut(summary))
        .containsExactly(
            "left out: log.csv line 14: item is absent: user=u1, item=, time=5",
            "left out: log.csv line 15: time is absent: user=u1, item=i1, time=",
            "left out: log.csv line 16: time is absent: user=u1, item=i2, time=");
  }

  @Test
  void ofManyRowsLeftOutOneOfEachFrequentReasonIsShown() {
    List<String> bad = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      bad.addAll(List.of("u1,,5", "u1,i1,soon", ",i1,6", "u1,i2,-4"));
    }
    bad.addAll(List.of("u1,i1,", "u2,,5", "u2,,6", ",i1,7"));
    ImportSummary summary = folder.run(request(bad));
    assertThat(leftOut(summary))
        .containsExactly(
            "left out: log.csv line 14: item is absent: user=u1, item=, time=5 (1 of 6)",
            "left out: log.csv line 16: user is absent: user=, item=i1, time=6 (1 of 5)",
            "left out: log.csv line 15: time cannot be read: user=u1, item=i1, time=soon (1 of 4)",
            "left out: 16 more examples, of 5 reasons; --json shows them");
    assertThat(summary.examples()).hasSize(19);
  }

  /** Kind: the same reason in the log and in two files beside it. */
  @Test
  void linesOfFilesBesideTheLogAreCountedByFile() {
    List<String> items = new ArrayList<>(List.of("item,title,aisle", "i0,Milk,a"));
    List<String> prices = new ArrayList<>(List.of("item,price,vat", "i0,1,2"));
    for (int row = 0; row < 9; row++) {
      items.add("i" + row);
      if (row < 7) {
        prices.add("i" + row);
      }
    }
    folder.file("items.csv", items.toArray(String[]::new));
    folder.file("prices.csv", prices.toArray(String[]::new));
    ImportSummary summary =
        folder.run(
            request(List.of("u1,i1", "u2,i2"))
                .items("items.csv")
                .items("prices.csv")
                .itemName("title"));
    String reason = summary.dropped().keySet().iterator().next();
    assertThat(summary.dropped()).containsExactly(Map.entry(reason, 2L));
    assertThat(leftOut(summary))
        .containsExactly(
            "left out: items.csv line 3: %s: i0 (1 of 9)".formatted(reason),
            "left out: prices.csv line 3: %s: i0 (1 of 7)".formatted(reason),
            "left out: log.csv line 14: %s: u1,i1 (1 of 2)".formatted(reason),
            "left out: 9 more examples, of 3 reasons; --json shows them");
  }

  private static List<String> leftOut(ImportSummary summary) {
    return summary.lines().stream().filter(line -> line.startsWith("left out: ")).toList();
  }
}
