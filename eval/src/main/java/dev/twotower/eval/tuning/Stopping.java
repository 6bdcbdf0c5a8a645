package dev.twotower.eval.tuning;

import dev.twotower.eval.tuning.TuneReport.Point;
import dev.twotower.eval.tuning.TuneReport.Stop;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The best value that was known after so much training: the cost of stopping earlier. */
public final class Stopping {
  /** More points than this are not drawn: a long search is told in steps of several minutes. */
  private static final int MOST = 60;

  private static final double MINUTE = 60;

  private Stopping() {}

  /**
   * A stretch of a trial's training, in the order in which the search trained.
   *
   * @param trial the trial's number
   * @param from epochs it had before
   * @param to epochs it had then
   */
  public record Stretch(int trial, long from, long to) {}

  private record Found(double seconds, int trial, double value) {}

  /**
   * The best known after each whole number of minutes, and at the end; after fewer, the first.
   *
   * @param trials all trials
   * @param stretches what was trained, in order
   */
  public static List<Stop> of(List<Trial> trials, List<Stretch> stretches) {
    Map<Integer, Trial> byNumber = new HashMap<>();
    trials.forEach(trial -> byNumber.put(trial.number(), trial));
    List<Found> found = new ArrayList<>();
    double spent = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (Stretch stretch : stretches) {
      Trial trial = byNumber.get(stretch.trial());
      double before = secondsAt(trial, stretch.from());
      for (Point point : trial.curve()) {
        if (point.epoch() > stretch.from() && point.epoch() <= stretch.to()) {
          if (point.value() > best) {
            best = point.value();
            found.add(new Found(spent + point.seconds() - before, trial.number(), best));
          }
        }
      }
      spent += secondsAt(trial, stretch.to()) - before;
    }
    return found.isEmpty() ? List.of() : stops(found, spent);
  }

  private static List<Stop> stops(List<Found> found, double spent) {
    double end = found.get(found.size() - 1).value();
    double step = MINUTE * Math.max(1, Math.ceil(spent / MINUTE / MOST));
    List<Stop> stops = new ArrayList<>();
    int at = 0;
    for (double time = step; time < spent + step; time += step) {
      double until = Math.min(time, spent);
      while (at + 1 < found.size() && found.get(at + 1).seconds() <= until) {
        at++;
      }
      Found known = found.get(at);
      if (known.seconds() <= until) {
        stops.add(new Stop(until / MINUTE, known.trial(), known.value(), known.value() / end));
      }
    }
    return stops;
  }

  /** Seconds spent on a trial until an epoch, as far as evaluations tell. */
  public static double secondsAt(Trial trial, long epoch) {
    return trial.curve().stream()
        .filter(point -> point.epoch() <= epoch)
        .mapToDouble(Point::seconds)
        .max()
        .orElse(0);
  }
}
