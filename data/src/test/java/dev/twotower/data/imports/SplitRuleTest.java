package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitRuleTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "leave-last-out",
        "time:0.1",
        "time:0.25",
        "given:0.1",
        "given:0.0",
        "leave-last-out+cold-items:0.2",
        "time:0.1+cold-items:0.5",
        "given:0.1+cold-items:0.01"
      })
  void textReadsBack(String text) {
    assertThat(SplitRule.parse(text)).hasToString(text);
  }

  @Test
  void givenDrawsATenthByDefault() {
    assertThat(SplitRule.parse("given")).isEqualTo(new SplitRule.Given(0.1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "random",
        "time",
        "time:",
        "time:x",
        "given:y",
        "Given",
        "leave-last-out+cold-items:x",
        "cold-items:",
        "time:0.1cold-items:0.2"
      })
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> SplitRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--split is '" + text + "'")
        .hasMessageContaining("leave-last-out, time:FRACTION, given, given:VALIDATION")
        .hasMessageContaining("+cold-items:FRACTION");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time:0",
        "time:0.5",
        "time:-0.1",
        "time:NaN",
        "given:1",
        "given:-0.1",
        "cold-items:0",
        "cold-items:1",
        "time:0.1+cold-items:NaN"
      })
  void fractionsOutOfRangeAreRefused(String text) {
    assertThatThrownBy(() -> SplitRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: a fraction");
  }

  @Test
  void itemsAreHeldOutOnceAndOverLeaveLastOutByDefault() {
    assertThat(SplitRule.parse("cold-items:0.2"))
        .isEqualTo(new SplitRule.ColdItems(new SplitRule.LeaveLastOut(), 0.2));
    assertThatThrownBy(() -> SplitRule.parse("time:0.1+cold-items:0.2+cold-items:0.3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  /**
   * Only training rows of the items held out go; all else stays where it would be without, and the
   * draw follows the seed.
   */
  @ParameterizedTest
  @ValueSource(strings = {"leave-last-out", "time:0.2"})
  void heldOutItemsLoseTheirTrainingRowsAndNothingElseChanges(String rows) throws IOException {
    ImportFolder folder = new ImportFolder(temp);
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 600; row++) {
      lines.add("u" + row % 37 + ",i" + row * 7 % 50 + "," + row);
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    List<String> plain;
    try (Dataset data = folder.open(folder.table(log).split(SplitRule.parse(rows)))) {
      plain = ImportFolder.allRows(data);
    }
    Files.move(folder.target(), temp.resolve("plain"));
    SplitRule rule = SplitRule.parse(rows + "+cold-items:0.3");
    Set<String> before = null;
    for (long seed : new long[] {1, 1, 2}) {
      ImportSummary summary = folder.run(folder.table(log).split(rule).seed(seed));
      try (Dataset data = Dataset.open(folder.target())) {
        Set<String> cold = new TreeSet<>();
        for (int item = 0; item < data.items(); item++) {
          cold.add(data.itemTable().id(item));
        }
        ImportFolder.rows(data, Split.TRAIN).forEach(row -> cold.remove(row.split(" ")[1]));
        assertThat(data.items()).isEqualTo(50);
        assertThat(cold).hasSize(15);
        List<String> expected =
            plain.stream()
                .filter(row -> !row.startsWith("train ") || !cold.contains(row.split(" ")[2]))
                .map(SplitRuleTest::withoutRequest)
                .toList();
        assertThat(ImportFolder.allRows(data).stream().map(SplitRuleTest::withoutRequest))
            .containsExactlyElementsOf(expected);
        assertThat(data.manifest().split()).isEqualTo(rule.toString());
        assertThat(summary.dropped())
            .containsEntry(
                "training rows of held-out items (--split cold-items)",
                (long) plain.size() - expected.size());
        assertThat(summary.notes())
            .anyMatch(note -> note.startsWith("held out of training: 15 of 50 items"));
        if (before != null) {
          assertThat(cold.equals(before)).isEqualTo(seed == 1);
        }
        before = cold;
      }
      Files.move(folder.target(), temp.resolve("kept-" + System.nanoTime()));
    }
  }

  private static String withoutRequest(String row) {
    return row.replaceAll("^(\\S+ \\S+ \\S+) \\S+", "$1");
  }

  @Test
  void aShareThatHoldsNothingOutIsRefused() {
    ImportFolder folder = new ImportFolder(temp);
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 60; row++) {
      lines.add("u" + row % 7 + ",i" + row % 5 + "," + row);
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    assertThatThrownBy(
            () -> folder.run(folder.table(log).split(SplitRule.parse("cold-items:0.01"))))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("holds out 0 of the 5 items");
    folder.assertNothingLeft();
  }

  @Test
  void timeCutsOnceForAllUsers() {
    ImportFolder folder = new ImportFolder(temp);
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int row = 0; row < 100; row++) {
      lines.add("u" + row % 7 + ",i" + row % 11 + "," + (row * 37 % 100));
    }
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    try (Dataset data = folder.open(folder.table(log).split(new SplitRule.Time(0.2)))) {
      // Times 0..99 once each: the last 20 are test, the 20 before them validation.
      assertThat(times(data.interactions(Split.TEST))).allMatch(time -> time >= 80);
      assertThat(times(data.interactions(Split.VALIDATION)))
          .allMatch(time -> time >= 60 && time < 80);
      assertThat(times(data.interactions(Split.TRAIN))).allMatch(time -> time < 60).hasSize(60);
    }
  }

  private static List<Long> times(Interactions rows) {
    List<Long> times = new ArrayList<>();
    for (long row = 0; row < rows.rows(); row++) {
      times.add(rows.time(row) / 1_000_000);
    }
    return times;
  }

  @Test
  void drawnValidationRowsAreAShareOfEachUserAndNeverAllOfThem() throws IOException {
    ImportFolder folder = new ImportFolder(temp);
    List<String> lines = new ArrayList<>(List.of("user,item,s"));
    for (int user = 0; user < 300; user++) {
      for (int row = 0; row <= user % 30; row++) {
        lines.add(user + "," + row + ",train");
      }
    }
    lines.add("0,1,test");
    Path log = folder.file("log.csv", lines.toArray(String[]::new));
    ImportRequest.Builder request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "item")
            .column("split", "s")
            .split(new SplitRule.Given(0.25));
    List<String> first;
    try (Dataset data = folder.open(request.seed(1))) {
      Interactions train = data.interactions(Split.TRAIN);
      Interactions validation = data.interactions(Split.VALIDATION);
      assertThat(data.interactions(Split.TEST).rows()).isEqualTo(1);
      long all = train.rows() + validation.rows();
      assertThat(all).isEqualTo(lines.size() - 2);
      assertThat((double) validation.rows() / all).isBetween(0.22, 0.28);
      for (int user = 0; user < data.users(); user++) {
        long kept = train.userEnd(user) - train.userStart(user);
        long drawn = validation.userEnd(user) - validation.userStart(user);
        double share = 0.25 * (kept + drawn);
        assertThat(kept).isPositive();
        assertThat((double) drawn).isBetween(Math.floor(share), Math.ceil(share));
      }
      first = ImportFolder.rows(data, Split.VALIDATION);
    }
    Files.move(folder.target(), temp.resolve("first"));
    try (Dataset data = folder.open(request.seed(1))) {
      assertThat(ImportFolder.rows(data, Split.VALIDATION)).isEqualTo(first);
    }
    Files.move(folder.target(), temp.resolve("second"));
    try (Dataset data = folder.open(request.seed(2))) {
      assertThat(ImportFolder.rows(data, Split.VALIDATION)).isNotEqualTo(first);
    }
  }
}
