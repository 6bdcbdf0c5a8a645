package dev.twotower.eval.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.tuning.Stopping.Stretch;
import dev.twotower.eval.tuning.TuneReport.Effect;
import dev.twotower.eval.tuning.TuneReport.Point;
import dev.twotower.eval.tuning.TuneReport.Stop;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectsTest {
  private static Trial trial(int number, Map<String, String> settings, Point... curve) {
    double best = curve[curve.length - 1].value();
    long epochs = curve[curve.length - 1].epoch();
    return new Trial(
        number,
        settings,
        best,
        epochs,
        epochs,
        curve[curve.length - 1].seconds(),
        false,
        null,
        List.of(curve),
        Map.of());
  }

  @Test
  void whatDecidesTheMetricComesFirst() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String rate = List.of("0.1", "0.2", "1").get(i % 3);
      String word = List.of("one", "other").get(i / 3 % 2);
      // Rising with the rate, whatever the word; a little noise that neither explains.
      double value = 0.1 + Double.parseDouble(rate) / 10 + i % 7 * 1e-4;
      trials.add(trial(i, Map.of("rate", rate, "word", word), new Point(1, 1, value)));
    }
    List<Effect> effects =
        Effects.of(
            trials,
            Map.of("word", List.of("one", "other"), "rate", List.of("0.1", "0.2", "1")),
            trial -> trial.valueUntil(1));
    assertThat(effects.get(0).setting()).isEqualTo("rate");
    assertThat(effects.get(0).correlation()).isGreaterThan(0.9);
    // Medians about 0.11 and 0.20 around 0.12.
    assertThat(effects.get(0).spread()).isBetween(0.7, 0.8);
    assertThat(effects.get(1).correlation()).as("words have no order").isNull();
    assertThat(effects.get(1).spread()).isLessThan(0.05);
    assertThat(effects.get(0).levels())
        .extracting(TuneReport.Level::trials)
        .containsExactly(8, 8, 8);
  }

  /** Medians of fewer than three trials say nothing of a setting. */
  @Test
  void aSpreadIsToldWhereTwoValuesHaveTrialsEnough() {
    assertThat(effect(3, 3, 1).told()).isTrue();
    assertThat(effect(9, 2, 2).told()).isFalse();
    assertThat(effect(9).told()).isFalse();
  }

  private static Effect effect(int... trials) {
    List<TuneReport.Level> levels = new ArrayList<>();
    for (int count : trials) {
      levels.add(new TuneReport.Level("v" + levels.size(), count, 0.1, 0.1));
    }
    return new Effect("rate", null, levels, 0.2);
  }

  @Test
  void epochsOfATrialAreThoseItMayTakeAtMost() {
    assertThat(
            new TuneReport.Spent(1.5, null, null)
                .sentence(List.of(new TuneReport.Rung(4, 12), new TuneReport.Rung(16, 3))))
        .contains("12 up to epoch 4", "3 up to epoch 16");
  }

  @Test
  void stoppingEarlierKeepsWhatWasKnownThen() {
    Trial first = trial(0, Map.of(), new Point(1, 50, 0.10), new Point(3, 150, 0.12));
    Trial second = trial(1, Map.of(), new Point(1, 30, 0.11), new Point(3, 90, 0.15));
    List<Stop> stops =
        Stopping.of(
            List.of(second, first),
            List.of(
                new Stretch(0, 0, 1),
                new Stretch(1, 0, 1),
                new Stretch(1, 1, 3),
                new Stretch(0, 1, 3)));
    // 0 is judged at 50 s, 1 at 80 s and again at 140 s; 0 ends at 240 s with nothing better.
    assertThat(stops).extracting(Stop::minutes).containsExactly(1.0, 2.0, 3.0, 4.0);
    assertThat(stops).extracting(Stop::value).containsExactly(0.10, 0.11, 0.15, 0.15);
    assertThat(stops).extracting(Stop::trial).containsExactly(0, 1, 1, 1);
    assertThat(stops.get(0).share()).isEqualTo(0.10 / 0.15);
  }
}
