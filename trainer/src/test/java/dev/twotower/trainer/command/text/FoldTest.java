package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final String TEXT =
      String.join(
          System.lineSeparator(),
          "a    1   2",
          "",
          "  Worst: half of them, which is more than one wants.",
          "report: /a/path/that/is/wider/than/the/terminal");

  @Test
  void sentencesAreBrokenBetweenWordsAndPathsStayWhole() {
    System.setProperty("twotower.columns", "24");
    try {
      assertThat(Fold.forTerminal(TEXT).lines())
          .containsExactly(
              "a    1   2",
              "",
              "  Worst: half of them,",
              "  which is more than one",
              "  wants.",
              "report:",
              "/a/path/that/is/wider/than/the/terminal");
    } finally {
      System.clearProperty("twotower.columns");
    }
  }

  @Test
  void aCommandAndAnOptionWithItsValueStayWhole() {
    String command = "twotower train --data 'my logs' --out \"it's here\" --resume";
    assertThat(Fold.within("stopped early; continue with: " + command + ", or begin again", 24))
        .hasLineCount(4)
        .contains(System.lineSeparator() + command + "," + System.lineSeparator());
    assertThat(Fold.within("leave them out with --where 'at < 5', or correct them", 24).lines())
        .containsExactly("leave them out with", "--where 'at < 5', or", "correct them");
  }

  @Test
  void aCommandIsKnownHoweverTheProgramWasCalled() {
    for (String program : List.of("../scripts/twotower", "'my tools/twotower'")) {
      String command = program + " train --data logs/mine --out runs/one --resume";
      assertThat(Fold.within("stopped; continue with: " + command + ", or begin again", 24))
          .contains(System.lineSeparator() + command + "," + System.lineSeparator());
    }
  }

  @Test
  void aNumberStaysWithItsUnit() {
    assertThat(Fold.within("the interval covers 95 % of it (64 GB, 10 ms)", 22).lines())
        .containsExactly("the interval covers", "95 % of it (64 GB,", "10 ms)");
    assertThat(Fold.within("users 1 to 3 heads", 9).lines())
        .containsExactly("users 1", "to 3", "heads");
    assertThat(Fold.within("at most 3 has, 20 seconds.", 16).lines())
        .containsExactly("at most 3 has,", "20 seconds.");
  }

  @Test
  void whatIsNoTerminalKeepsItsLines() {
    assertThat(Fold.forTerminal(TEXT)).isEqualTo(TEXT);
  }
}
