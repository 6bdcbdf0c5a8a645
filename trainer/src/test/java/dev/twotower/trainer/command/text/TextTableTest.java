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
}
