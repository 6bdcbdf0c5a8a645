package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

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
  void whatIsNoTerminalKeepsItsLines() {
    assertThat(Fold.forTerminal(TEXT)).isEqualTo(TEXT);
  }
}
