package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of one user or item that say different things of it, and rows that say all twice. */
class DisagreementsTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  /** Item x has three titles of which Tea is most frequent, y two that are as frequent. */
  private Path titles() {
    return folder.file(
        "log.csv",
        "user,item,time,title,shelf,land",
        "u,x,1,Coffee,b,de",
        "u,x,2,Tea,a,fr",
        "u,y,3,Zoo,a,de",
        "u,y,4,Ape,a,de",
        "u,x,5,Tea,a,de",
        "u,x,6,Milk,a,de",
        "v,w,7,One,c,it",
        "v,w,8,One,c,it",
        "v,w,9,One,c,it");
  }

  @Test
  void theMostFrequentValueCountsThenTheEarliestAndItIsSaid() {
    ImportRequest.Builder request =
        folder
            .table(titles())
            .itemName("title")
            .tree("shelf")
            .itemFeature("categorical:shelf")
            .userFeature("categorical:land");
    List<String> notes = folder.run(request).notes();
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(List.of(data.itemTable().name(0), data.itemTable().name(1)))
          .containsExactly("One", "Tea");
      assertThat(data.itemTable().name(2)).isEqualTo("Zoo");
    }
    assertThat(notes)
        .contains(
            "--item-name title: the log gives 2 items several values, such as 'x': 'Tea', and"
                + " 'Coffee'; the one of most rows counts, the earliest of those that are as"
                + " frequent",
            "--item-feature shelf: the log gives 1 item several values, such as 'x': 'a', and"
                + " 'b'; the one of most rows counts, the earliest of those that are as frequent",
            "--tree shelf: the log gives 1 item several values, such as 'x': 'a', and 'b'; the"
                + " one of most rows counts, the earliest of those that are as frequent",
            "--user-feature land: the log gives 1 user several values, such as 'u': 'de', and"
                + " 'fr'; the one of most rows counts, the earliest of those that are as"
                + " frequent");
  }

  @Test
  void oneValueEachIsNotNoted() {
    Path log =
        folder.file("log.csv", "user,item,time,title", "u,x,1,T", "u,x,2,T", "u,y,3,", "u,y,4,S");
    assertThat(folder.run(folder.table(log).itemName("title")).notes())
        .noneMatch(note -> note.contains("several values"));
  }

  @Test
  void aColumnThatDiffersFromRowToRowIsToldToBeOneOfRows() {
    List<String> lines = new ArrayList<>(List.of("user,item,time,minutes"));
    for (int row = 0; row < 60; row++) {
      lines.add("u%d,i%d,%d,%d".formatted(row % 6, row % 10, row, row * 7));
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    assertThat(folder.run(folder.table(log).itemFeature("categorical:minutes")).notes())
        .anyMatch(
            note ->
                note.startsWith("--item-feature minutes: the log gives 10 items several values")
                    && note.endsWith(
                        "There are 60 values in 60 rows of items with more than one row: such a"
                            + " column tells of the row, not of the item; --context keeps it with"
                            + " the row"));
  }

  @Test
  void numbersAsCategoriesOfOneItemEachAreNoted() {
    List<String> items = new ArrayList<>(List.of("item,price,shelf"));
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 60; row++) {
      lines.add("u%d,i%d,%d".formatted(row % 6, row % 30, row));
    }
    for (int item = 0; item < 30; item++) {
      items.add("i%d,%d.5,%d".formatted(item, item, item % 3));
    }
    ImportRequest.Builder request =
        folder
            .table(folder.file("log.csv", lines.toArray(String[]::new)))
            .items(folder.file("items.csv", items.toArray(String[]::new)).toString())
            .itemFeature("categorical:price")
            .itemFeature("categorical:shelf");
    assertThat(folder.run(request).notes())
        .filteredOn(note -> note.contains("all are numbers"))
        .containsExactly(
            "item feature 'price': 30 values of 30 items are categories of their own, and all are"
                + " numbers; if their size tells something, give --item-feature numeric:COLUMN");
  }

  @Test
  void wholeRepeatsAreCountedAndCanBeDropped() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,place",
            "u,x,1,a",
            "u,y,1,a",
            "u,x,1,a",
            "u,x,1,b",
            "u,x,1,a",
            "u,z,2,a",
            "v,z,2,a",
            "u,x,3,a");
    assertThat(folder.run(folder.table(log).context("place")).notes())
        .anyMatch(note -> note.startsWith("2 rows repeat another of 8 with the same user, item"));
    folder.clear();
    ImportSummary dropped =
        folder.run(folder.table(log).context("place").duplicates(Duplicates.DROP));
    assertThat(dropped.manifest().counts().allRows()).isEqualTo(6);
    assertThat(dropped.notes()).noneMatch(note -> note.contains("repeat another"));
  }

  @Test
  void withoutTimesRepeatsAreNoOddity() {
    Path log = folder.file("log.csv", "user,item", "u,x", "u,x", "u,x", "u,y");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item");
    assertThat(folder.run(request).notes()).noneMatch(note -> note.contains("repeat another"));
  }
}
