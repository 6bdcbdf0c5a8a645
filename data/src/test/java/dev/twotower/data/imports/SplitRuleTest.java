package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitRuleTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"leave-last-out", "time:0.1", "time:0.25", "given:0.1", "given:0.0"})
  void textReadsBack(String text) {
    assertThat(SplitRule.parse(text)).hasToString(text);
  }

  @Test
  void givenDrawsATenthByDefault() {
    assertThat(SplitRule.parse("given")).isEqualTo(new SplitRule.Given(0.1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "random", "time", "time:", "time:x", "given:y", "Given"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> SplitRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--split is '" + text + "'")
        .hasMessageContaining("leave-last-out, time:FRACTION, given, given:VALIDATION");
  }

  @ParameterizedTest
  @ValueSource(strings = {"time:0", "time:0.5", "time:-0.1", "time:NaN", "given:1", "given:-0.1"})
  void fractionsOutOfRangeAreRefused(String text) {
    assertThatThrownBy(() -> SplitRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: a fraction");
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
      assertThat(times(data.interactions(Split.TEST))).allMatch(time -> time >= 79);
      assertThat(times(data.interactions(Split.VALIDATION)))
          .allMatch(time -> time >= 59 && time < 79);
      assertThat(times(data.interactions(Split.TRAIN))).allMatch(time -> time < 59).hasSize(59);
    }
  }

  private static List<Long> times(Interactions rows) {
    List<Long> times = new ArrayList<>();
    for (long row = 0; row < rows.rows(); row++) {
      times.add(rows.time(row));
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
