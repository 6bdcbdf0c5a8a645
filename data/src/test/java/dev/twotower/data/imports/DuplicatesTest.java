package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kind: rows that repeat are compared and merged as the help says. */
class DuplicatesTest {
  /** Texts of the column place, in order of their codes. */
  private static final List<String> CODES = List.of("", "de", "es", "fr", "it", "pt");

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  @Test
  void aMergedRowIsTheEarliestWithTheWeightsOfAll() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,basket,time,place,n,amount",
            "a,x,r1,9,de,1,2",
            "a,x,r1,5,fr,2,3",
            "a,x,r1,5,it,3,4",
            "a,y,r1,5.2,es,4,1",
            "a,y,r1,5.1,pt,5,1",
            "a,z,r2,11,de,6,1",
            "a,w,r3,12,de,7,1");
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .column("request", "basket")
                .column("weight", "amount")
                .context("place")
                .context("n")
                .duplicates(Duplicates.MERGE))) {
      assertThat(described(data))
          .containsExactly(
              "x 5000000 fr 2 9", "y 5100000 pt 5 2", "z 11000000 de 6 1", "w 12000000 de 7 1");
    }
  }

  @Test
  void aMergedRowHasThePlaceOfTheEarliest() {
    Path log =
        folder.file(
            "log.csv", "user,item,time", "a,x,9", "a,y,5", "a,z,5", "a,x,5", "a,w,1", "a,v,2");
    for (String context : List.of("", "n=time")) {
      ImportRequest.Builder request = folder.table(log).duplicates(Duplicates.MERGE);
      try (Dataset data = folder.open(context.isEmpty() ? request : request.context(context))) {
        assertThat(ImportFolder.rows(data, Split.VALIDATION)).containsExactly("a z 0 5 1.0");
        assertThat(ImportFolder.rows(data, Split.TEST)).containsExactly("a x 0 5 1.0");
      }
      folder.clear();
    }
  }

  private static List<String> described(Dataset data) {
    List<String> found = new ArrayList<>();
    for (Split split : Split.values()) {
      Interactions rows = data.interactions(split);
      ContextColumn place = rows.context("place");
      for (long row = 0; row < rows.rows(); row++) {
        found.add(
            "%s %d %s %.0f %.0f"
                .formatted(
                    data.itemTable().id(rows.item(row)),
                    rows.time(row),
                    CODES.get((int) place.value(row)),
                    rows.context("n").value(row),
                    rows.weight(row)));
      }
    }
    return found;
  }

  @Test
  void droppingComparesAllColumnsOfTheLog() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,basket,time,shelf",
            "a,x,r1,5.1,left",
            "a,x,r1,5.9,left",
            "a,x,r1,5.1,right",
            "a,x,r1,5.1,left",
            "a,y,r1,7,left",
            "a,y,r2,7,left");
    ImportSummary summary =
        folder.run(folder.table(log).column("request", "basket").duplicates(Duplicates.DROP));
    assertThat(summary.dropped()).containsValue(1L).hasSize(1);
    assertThat(summary.manifest().counts().allRows()).isEqualTo(5);
  }

  @Test
  void rowsRepeatInALogWithoutTimesToo() {
    Path log = folder.file("log.csv", "user,item", "a,x", "a,x", "a,y", "a,z", "a,x");
    ImportSummary summary =
        folder.run(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .duplicates(Duplicates.DROP));
    assertThat(summary.manifest().counts().allRows()).isEqualTo(3);
    try (Dataset data = Dataset.open(folder.target())) {
      // The first of the repeats stays.
      assertThat(data.itemTable().id(data.interactions(Split.TEST).item(0))).isEqualTo("z");
    }
  }
}
