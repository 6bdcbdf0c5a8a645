package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ReferencePageTest {
  /** Write it anew with {@code -Dtwotower.reference=true}. */
  @Test
  void saysWhatTheCodeSays() throws IOException {
    if (Boolean.getBoolean("twotower.reference")) {
      ReferencePage.main(new String[0]);
    }
    assertThat(Files.readString(ReferencePage.FILE))
        .as("docs/reference.md is stale; run this test with -Dtwotower.reference=true")
        .isEqualTo(ReferencePage.text());
  }

  @Test
  void holdsEverySettingAndCommand() throws IOException {
    String page = ReferencePage.text();
    assertThat(page)
        .contains("| `loss.topK.temperature` |", "| `batchSize` | `auto` |")
        .contains("\n## compare\n", "\n## quantize\n", "\n### tune\n");
    assertThat(page).doesNotContain("`null`", "| null |");
    assertThat(page)
        .contains(
            "\n### import, generate\n", "`pairs[].a`", "`required?`, `required.met?`", "`from?`");
  }

  /** Every option that the program understands, also in its negated form. */
  @Test
  void holdsEveryOptionInEveryForm() throws IOException {
    String page = ReferencePage.text();
    int negated = 0;
    for (CommandLine command : ReferencePage.commands()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.negatable()) {
          String other = option.longestName().replaceFirst("^--", "--no-");
          assertThat(page).contains("`%s, %s`".formatted(option.longestName(), other));
          negated++;
        }
      }
    }
    assertThat(negated).isGreaterThan(2);
  }
}
