package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.run.Continued;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContinuedTextTest {
  private static String text(int taken, int dropped, String table) {
    var parent = new Continued.Ancestor("runs/monday", "logs/monday", "a", "b", 10, 1);
    var rows = List.of(new Continued.TakenRows(table, taken, 3, 0, dropped));
    return ContinuedText.of(new Continued("keep", List.of(parent), rows, null));
  }

  @Test
  void manyUsersThatAreLeftBehindAreTold() {
    assertThat(text(535, 791, "user")).contains("note: 791 of 1,326 users", "import the old rows");
    assertThat(text(900, 100, "user")).doesNotContain("note:");
    assertThat(text(535, 791, "item")).doesNotContain("note:");
  }
}
