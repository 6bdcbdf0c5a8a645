package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAlignedAndNumbersReadable() {
    TextTable table = new TextTable("name", "rows", "mean", "share");
    table.add("a", 1_234_567L, 12.345, TextTable.percent(0.0345));
    table.add("long name", 5, 0.5, "-");
    assertThat(table.toString().lines())
        .containsExactly(
            "name            rows    mean  share",
            "a          1,234,567    12.3  3.5 %",
            "long name          5  0.5000      -");
  }

  @Test
  void aTableThatIsWiderThanTheTerminalIsFolded() {
    TextTable table = new TextTable("arm", "recall@20", "95 % interval", "verdict");
    table.add("requests:100000:8/identity+user", 0.25, "0.2400 .. 0.2600", "equivalent");
    table.add("popularity", 0.05, "", "");
    String wide = table.toString();
    System.setProperty("twotower.columns", "40");
    try {
      assertThat(table.toString().lines())
          .allMatch(line -> line.length() <= 40)
          .containsExactly(
              "arm: requests:100000:8/identity+user",
              "  recall@20 0.2500",
              "  95 % interval 0.2400 .. 0.2600",
              "  verdict equivalent",
              "arm: popularity",
              "  recall@20 0.0500");
      System.setProperty("twotower.columns", "100");
      assertThat(table.toString()).isEqualTo(wide);
    } finally {
      System.clearProperty("twotower.columns");
    }
  }
}
