package dev.twotower.eval.tuning;

import dev.twotower.eval.stats.Median;
import dev.twotower.eval.stats.RankCorrelation;
import dev.twotower.eval.tuning.TuneReport.Effect;
import dev.twotower.eval.tuning.TuneReport.Level;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What settings did to the metric (package description). */
public final class Effects {
  /** A median of fewer trials says more of their other settings. */
  private static final int TRIALS = 3;

  private Effects() {}

  /**
   * The effect of each setting, the strongest first.
   *
   * @param trials trials, each with every setting
   * @param space the values of each setting, in order
   * @param value what a trial came to at the same length of training; those that are not finite are
   *     left out
   */
  public static List<Effect> of(
      List<Trial> trials, Map<String, List<String>> space, ToDoubleFunction<Trial> value) {
    List<Trial> judged =
        trials.stream()
            .filter(trial -> Double.isFinite(value.applyAsDouble(trial)))
            .filter(trial -> trial.settings().keySet().containsAll(space.keySet()))
            .toList();
    double all = median(judged, value);
    return space.entrySet().stream()
        .map(each -> effect(each.getKey(), each.getValue(), judged, value, all))
        .sorted(Comparator.comparingDouble(Effect::spread).reversed())
        .toList();
  }

  private static Effect effect(
      String setting,
      List<String> values,
      List<Trial> trials,
      ToDoubleFunction<Trial> value,
      double all) {
    List<Level> levels = new ArrayList<>();
    for (String each : values) {
      List<Trial> of =
          trials.stream().filter(trial -> trial.settings().get(setting).equals(each)).toList();
      if (!of.isEmpty()) {
        double best = of.stream().mapToDouble(value).max().orElseThrow();
        levels.add(new Level(each, of.size(), median(of, value), best));
      }
    }
    double[] medians =
        levels.stream().filter(of -> of.trials() >= TRIALS).mapToDouble(Level::median).toArray();
    double spread =
        medians.length < 2
            ? 0
            : (Arrays.stream(medians).max().orElseThrow()
                    - Arrays.stream(medians).min().orElseThrow())
                / all;
    return new Effect(setting, correlation(setting, trials, value).orElse(null), levels, spread);
  }

  private static double median(List<Trial> trials, ToDoubleFunction<Trial> value) {
    return Median.of(trials.stream().mapToDouble(value).toArray());
  }

  private static Optional<Double> correlation(
      String setting, List<Trial> trials, ToDoubleFunction<Trial> value) {
    double[] x;
    try {
      x = trials.stream().mapToDouble(trial -> number(trial.settings().get(setting))).toArray();
    } catch (NumberFormatException words) {
      return Optional.empty();
    }
    if (x.length < 2 * TRIALS || Arrays.stream(x).distinct().count() < 2) {
      return Optional.empty();
    }
    double[] y = trials.stream().mapToDouble(value).toArray();
    return Optional.of(RankCorrelation.of(x, y));
  }

  /** A number; of a layout with pieces, the rows of one. */
  private static double number(String value) {
    return Double.parseDouble(value.replaceFirst("^requests:[0-9]+:", ""));
  }
}
