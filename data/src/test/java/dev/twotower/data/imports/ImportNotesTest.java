package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import does as it was told, and says because it may not have been meant. */
class ImportNotesTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private Path log;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    log = folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3");
  }

  @Test
  void aShareOfValidationThatTheLogHasAlreadyIsNoted() {
    Path given = folder.file("given.csv", "user,item,s", "u,a,train", "u,b,test", "u,c,validation");
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, given, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("split", "s")
            .split(new SplitRule.Given(0.5));
    assertThat(folder.run(request).notes())
        .contains("--split given:0.5 draws no validation rows, as the log has 1 of its own");
  }

  @Test
  void aCutByTimeWithoutTimesIsNoted() {
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .split(new SplitRule.Time(0.3));
    assertThat(folder.run(request).notes())
        .anyMatch(
            note -> note.startsWith("--split time:0.3 cuts the log in the order of its lines"));
  }

  @Test
  void listsThatWereWrittenAsTextAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time",
            "u,\"['a', 'b']\",1",
            "u,\"['a']\",2",
            "u,\"['b', 'c']\",3");
    assertThat(folder.run(folder.table(log)).notes())
        .anyMatch(note -> note.startsWith("every item is a list or a struct written as text"));
  }

  @Test
  void requestsThatASplitOfOnesOwnDividesAreNoted() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,visit,part",
            "u,a,1,x,train",
            "u,b,2,x,test",
            "v,a,3,y,train",
            "v,b,4,z,test");
    ImportRequest.Builder request =
        folder.table(log).column("request", "visit").column("split", "part");
    assertThat(folder.run(request.split(SplitRule.parse("given:0"))).notes())
        .anyMatch(
            note -> note.startsWith("1 of 2 test rows (50.0 %) belong to a request that also has"));
    folder.clear();
    Path plain = folder.file("plain.csv", "user,item,time,visit", "u,a,1,x", "u,b,2,x", "u,c,3,x");
    assertThat(folder.run(folder.table(plain).column("request", "visit")).notes())
        .as("what leave-last-out is for")
        .noneMatch(note -> note.contains("belong to a request"));
  }
}
