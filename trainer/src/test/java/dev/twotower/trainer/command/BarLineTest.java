package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import org.junit.jupiter.api.Test;

class BarLineTest {
  private static String shown(int room, long total, long done, String note) {
    List<String> lines = new ArrayList<>();
    ProgressBarConsumer consumer =
        new ProgressBarConsumer() {
          @Override
          public int getMaxRenderedLength() {
            return room;
          }

          @Override
          public void accept(String line) {
            lines.add(line);
          }

          @Override
          public void close() {}
        };
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("train")
            .setInitialMax(total)
            .startsFrom(0, Duration.ZERO)
            .setRenderer(new BarLine("steps"))
            .setConsumer(consumer)
            .build()) {
      bar.setExtraMessage(" " + note);
      bar.stepTo(done);
      bar.refresh();
    }
    return lines.get(lines.size() - 1);
  }

  @Test
  void theNoteComesBeforeTheBarWhereThereIsLittleRoom() {
    String note = "loss 4.9574, epoch 13 recall@20 0.3712";
    assertThat(shown(120, 228, 95, note))
        .hasSize(120)
        .containsPattern(
            "train  41% \\[=+ +\\] 95/228 steps \\(0:0\\d left\\) [0-9.,]+ steps/s loss");
    assertThat(shown(60, 228, 95, note))
        .startsWith("train  41% 95/228 (")
        .contains(" left) ", note)
        .doesNotContain("[");
  }

  @Test
  void nobodyKnowsAnEnd() {
    assertThat(shown(80, -1, 2_000_000, "file 2"))
        .containsPattern("train 2,000,000 steps \\(0:0\\d\\) [0-9.,]+ steps/s file 2");
    assertThat(shown(80, 0, 0, "")).contains("train 100% 0/0 steps");
  }
}
