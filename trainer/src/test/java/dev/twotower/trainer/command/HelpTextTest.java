package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HelpTextTest {
  @Test
  void anExampleIsBrokenBetweenArgumentsNotWithinQuotes() {
    List<String> lines =
        HelpText.wrap(
            "  twotower evaluate --run runs/tuesday --against runs/monday --require \"not worse\"");
    assertThat(lines)
        .containsExactly(
            "  twotower evaluate --run runs/tuesday --against runs/monday \\",
            "      --require \"not worse\"");
    assertThat(
            HelpText.wrap("  twotower recommend --among \"\\\"category.1\\\" = 'a  b' AND x > 1\""))
        .containsExactly("  twotower recommend --among \"\\\"category.1\\\" = 'a  b' AND x > 1\"");
  }
}
