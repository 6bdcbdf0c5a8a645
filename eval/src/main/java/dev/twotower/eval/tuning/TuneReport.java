package dev.twotower.eval.tuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.ranking.Disliked;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a search for settings has found, ready for JSON and for a page.
 *
 * @param dataset name of the data set
 * @param metric what trials are ranked by
 * @param split the rows that it is measured on
 * @param trials the trials, best first; number 0 has the settings that the search began with
 * @param rungs what was trained, shortest first
 * @param spent what that cost
 * @param effects what each setting did, the strongest first
 * @param stopping the best value known after so many minutes of training
 * @param space what was drawn from, by setting
 * @param warnings what a reader must know before believing it
 * @param provenance data, seed, budget
 */
public record TuneReport(
    String dataset,
    String metric,
    String split,
    List<Trial> trials,
    List<Rung> rungs,
    Spent spent,
    List<Effect> effects,
    List<Stop> stopping,
    Map<String, List<String>> space,
    List<String> warnings,
    Map<String, String> provenance) {

  /** Best value first; among equals the earlier trial. */
  public static final Comparator<Trial> BEST_FIRST =
      Comparator.comparingDouble((Trial trial) -> trial.valueUntil(Long.MAX_VALUE))
          .reversed()
          .thenComparingInt(Trial::number);

  /**
   * One evaluation of a trial.
   *
   * @param epoch epochs completed
   * @param seconds spent on the trial until then, evaluations included
   * @param value the metric
   */
  public record Point(long epoch, double seconds, double value) {}

  /**
   * One choice of settings.
   *
   * @param number from 0 in the order in which they were drawn
   * @param settings what was drawn, by name
   * @param value its best evaluation; null where there is none
   * @param bestEpoch the epoch of that; 0 where there is none
   * @param epochs epochs trained
   * @param seconds spent on it
   * @param ended whether it ran to its own end, its patience or the limit
   * @param failure why it could not be trained; null where it could
   * @param curve its evaluations
   * @param disliked of what users must not get, the shares that its best evaluation listed; absent
   *     where the log does not say
   */
  public record Trial(
      int number,
      Map<String, String> settings,
      Double value,
      long bestEpoch,
      long epochs,
      double seconds,
      boolean ended,
      String failure,
      List<Point> curve,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> disliked) {
    public Trial {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      curve = List.copyOf(curve);
      disliked = Collections.unmodifiableMap(new LinkedHashMap<>(disliked));
    }

    /** The best value until an epoch; minus infinity where there is none. */
    public double valueUntil(long epoch) {
      return curve.stream()
          .filter(point -> point.epoch() <= epoch)
          .mapToDouble(Point::value)
          .max()
          .orElse(Double.NEGATIVE_INFINITY);
    }

    /** Whether the last evaluation is the best one, and more epochs might be better still. */
    public boolean rising() {
      return !curve.isEmpty() && curve.get(curve.size() - 1).epoch() == bestEpoch;
    }
  }

  /**
   * A length of training.
   *
   * @param epochs epochs at most
   * @param trials trials that were trained so long
   */
  public record Rung(long epochs, int trials) {}

  /**
   * What a search has cost.
   *
   * @param minutes of training and ranking, all trials together
   * @param of minutes that were given; null where trials alone were
   * @param ended why it ended with minutes left; null where it did not
   */
  public record Spent(double minutes, Double of, String ended) {
    /** In one sentence with what it bought. */
    String sentence(List<Rung> rungs) {
      String bought =
          rungs.stream()
              .filter(rung -> rung.trials() > 0)
              .map(rung -> number("%,d up to epoch ", rung.trials()) + number("%,d", rung.epochs()))
              .collect(Collectors.joining(", "));
      return "%s%s minutes of training bought %s%s%s."
          .formatted(
              brief(minutes),
              of == null ? "" : " of " + brief(of),
              Amount.of(rungs.isEmpty() ? 0 : rungs.get(0).trials(), "trial"),
              bought.isEmpty() ? "" : ": " + bought,
              ended == null ? "" : "; it ended early, since " + ended);
    }

    private static String number(String form, long number) {
      return String.format(Locale.ROOT, form, number);
    }

    private static String brief(double minutes) {
      return String.format(Locale.ROOT, minutes < 1 ? "%.2f" : "%.1f", minutes);
    }
  }

  /** What the search has cost, and how far how many trials were trained for it. */
  public String bought() {
    return spent.sentence(rungs);
  }

  /**
   * What one setting did.
   *
   * @param setting its name
   * @param correlation Spearman's rank correlation of setting and metric over the trials of the
   *     first rung; null where its values have no order
   * @param levels its values, in order
   * @param spread the distance between the best and the worst median of its values that have at
   *     least three trials, relative to the median of all
   */
  public record Effect(String setting, Double correlation, List<Level> levels, double spread) {
    private static final int ENOUGH = 3;

    /** Whether two of its values at least have enough trials, so that the spread says something. */
    public boolean told() {
      return levels.stream().filter(level -> level.trials() >= ENOUGH).count() > 1;
    }
  }

  /**
   * One value of a setting.
   *
   * @param trials trials of the first rung that had it
   * @param median of the metric over them
   * @param best of the metric over them
   */
  public record Level(String value, int trials, double median, double best) {}

  /**
   * What would have been found by stopping earlier.
   *
   * @param minutes of training
   * @param trial the best trial until then
   * @param value its value
   * @param share of the value that was found in the end
   */
  public record Stop(double minutes, int trial, double value, double share) {}

  /** The share of what users reject that stands beside the metric; empty without such. */
  public Optional<String> disliked() {
    return trials.stream()
        .flatMap(trial -> Disliked.beside(metric, trial.disliked().keySet()).stream())
        .findFirst();
  }

  /** The best trial; empty where none could be trained. */
  public Optional<Trial> best() {
    return trials.stream().filter(trial -> !trial.curve().isEmpty()).findFirst();
  }

  /** The trial that has the settings that the search began with. */
  public Optional<Trial> first() {
    return trials.stream().filter(trial -> trial.number() == 0).findFirst();
  }
}
