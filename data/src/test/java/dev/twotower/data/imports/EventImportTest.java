package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.describe.Description;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role event: the kind of feedback of each row. */
class EventImportTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new ImportFolder(temp);
  }

  private Path log() {
    return folder.file(
        "log.csv",
        "user,item,time,type",
        "a,x,1,view",
        "a,x,2,buy",
        "a,y,3,view",
        "a,z,4,2",
        "a,z,5,view",
        "a,y,6,buy");
  }

  private ImportRequest.Builder request(Path log) {
    return folder
        .table(log)
        .column("event", "type")
        .context("place=time:numeric")
        .split(SplitRule.parse("time:0.2"));
  }

  @Test
  void kindsAreKeptWithTheirTexts() {
    ImportSummary summary = folder.run(request(log()));
    assertThat(summary.events()).isEqualTo(Map.of("2", 1L, "buy", 2L, "view", 3L));
    assertThat(summary.lines()).contains("             3    event view");
    try (Dataset data = Dataset.open(folder.target())) {
      assertThat(data.kinds()).containsExactly("2", "buy", "view");
      assertThat(data.interactions(Split.TRAIN).contextColumns()).containsExactly("event", "place");
      assertThat(data.trainedOn(TrainSplits.TRAIN_AND_VALIDATION).kinds()).isEqualTo(data.kinds());
      Map<String, Map<String, Long>> events = Description.of(data, List.of(2)).events();
      assertThat(events.keySet()).containsExactly("2", "buy", "view");
      assertThat(events.get("view")).isEqualTo(Map.of("train", 2L, "validation", 1L, "test", 0L));
    }
  }

  @Test
  void aLogWithoutTheRoleHasNoKinds() {
    try (Dataset data = folder.open(folder.table(log()))) {
      assertThat(data.kinds()).isEmpty();
      assertThat(Description.of(data, List.of(2)).events()).isEmpty();
    }
  }

  @Test
  void rowsWithoutAKindAreBad() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,type",
            "a,x,1,view",
            "a,y,2, ",
            "a,x,3,NULL",
            "a,z,4,buy",
            "a,w,5,buy");
    folder
        .assertBadData(request(log))
        .hasMessageContaining("event is absent")
        .hasMessageContaining("event is absent: the word NULL means null (--null-words)")
        .hasMessageContaining("log.csv");
  }

  @Test
  void mergedRowsAreOfOneKind() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,type",
            "a,x,1,view",
            "a,x,2,buy",
            "a,x,3,view",
            "a,y,4,buy",
            "a,z,5,buy");
    ImportSummary summary = folder.run(request(log).duplicates(Duplicates.MERGE));
    assertThat(summary.events()).isEqualTo(Map.of("buy", 3L, "view", 1L));
  }

  @Test
  void mistakesAreNamed() {
    folder
        .assertUsage(folder.table(log()).column("event", "kind"))
        .hasMessageContaining("--column event")
        .hasMessageContaining("'kind'");
    folder
        .assertUsage(folder.table(log()).context("event=type"))
        .hasMessageContaining("give --column event=type");
    folder
        .assertUsage(folder.table(log()).context("event=what is it"))
        .hasMessageContaining("give --column 'event=what is it', which masks");
    folder
        .assertUsage(folder.table(log()).context("time=at what"))
        .hasMessageContaining("as in --context 'time2=at what'");
    folder
        .assertUsage(folder.table(log()).context("at what").itemFeature("numeric:lower(a)"))
        .hasMessageContaining("as in 'place=at what'")
        .hasMessageContaining("as in 'size=numeric:lower(a)'");
  }

  /** How rows are split does not depend on their kinds; what comes back does, which is said. */
  @Test
  void splitsAreRemarkedOnAsInOtherLogs() {
    Path log =
        folder.file(
            "log.csv",
            "user,item,time,type,fold",
            "a,x,1,view,train",
            "a,y,9,buy,train",
            "a,x,5,view,test",
            "b,z,6,buy,train",
            "b,z,7,buy,test");
    ImportRequest.Builder request =
        folder
            .table(log)
            .column("event", "type")
            .column("split", "fold")
            .split(SplitRule.parse("given:0"));
    assertThat(folder.run(request).notes())
        .anyMatch(note -> note.contains("are older than a training row of the same user"))
        .anyMatch(
            note ->
                note.contains("repeat an item that the user had before, be it in a row of another")
                    && note.contains("diagnose --events KIND=USE,..")
                    && !note.contains("evaluation.rankSeen"));
  }

  @Test
  void rowsThatRepeatOthersAreToldAsInOtherLogs() {
    Path log =
        folder.file(
            "log.csv", "user,item,time,type", "a,x,1,view", "a,x,1,view", "a,x,1,buy", "a,y,5,buy");
    assertThat(folder.run(folder.table(log).column("event", "type")).notes())
        .anyMatch(note -> note.startsWith("1 row repeats another of 4"));
  }

  @Test
  void holdingOutTheLastRowIsRemarkedOn() {
    assertThat(folder.run(folder.table(log()).column("event", "type")).notes())
        .anyMatch(note -> note.contains("whatever their event"));
  }
}
