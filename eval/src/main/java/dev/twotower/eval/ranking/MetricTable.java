package dev.twotower.eval.ranking;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every metric of every evaluated user, for the statistics: {@code metrics x users} doubles. NaN
 * marks a user the metric says nothing about.
 */
public final class MetricTable {
  private final int[] users;
  private final List<Metric> metrics;
  private final List<String> names;
  private final double[][] values;

  /**
   * @param own names of further metrics, which follow the others
   */
  MetricTable(int[] users, List<Metric> metrics, List<String> own) {
    this.users = users;
    this.metrics = List.copyOf(metrics);
    this.names = Stream.concat(metrics.stream().map(Metric::toString), own.stream()).toList();
    this.values = new double[names.size()][users.length];
    for (double[] row : values) {
      Arrays.fill(row, Double.NaN);
    }
  }

  /**
   * Takes each user's mean over the requests that a metric says something about.
   *
   * @param requests the same metrics of users in requests, in the order of these users
   */
  void takeMeans(MetricTable requests) {
    for (int metric = 0; metric < values.length; metric++) {
      int at = 0;
      for (int user = 0; user < users.length; user++) {
        double sum = 0;
        int count = 0;
        for (; at < requests.users.length && requests.users[at] == users[user]; at++) {
          if (!Double.isNaN(requests.values[metric][at])) {
            sum += requests.values[metric][at];
            count++;
          }
        }
        values[metric][user] = count == 0 ? Double.NaN : sum / count;
      }
    }
  }

  /** All values, metrics x users. */
  double[][] values() {
    return values;
  }

  void set(int metric, int user, double value) {
    values[metric][user] = value;
  }

  /** The dense user indices evaluated, ascending. */
  public int[] users() {
    return users.clone();
  }

  public List<Metric> metrics() {
    return metrics;
  }

  /** Names of all metrics: the built-in ones, then those that a program adds. */
  public List<String> names() {
    return names;
  }

  /** Whether a program added this metric; then nothing is known of its range. */
  public boolean isOwn(String name) {
    return names.indexOf(name) >= metrics.size();
  }

  /**
   * The values of a metric, in the order of {@link #users()}.
   *
   * @throws IllegalArgumentException naming the metrics there are
   */
  public double[] values(Metric metric) {
    return values(metric.toString());
  }

  /** The values of a metric by its name. */
  public double[] values(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no values of each user for metric " + name + "; there are: " + names);
    }
    return values[index].clone();
  }

  /**
   * The same of some of the users.
   *
   * @param included asked with dense user indices
   */
  public MetricTable ofUsers(IntPredicate included) {
    int[] places =
        IntStream.range(0, users.length).filter(place -> included.test(users[place])).toArray();
    MetricTable some =
        new MetricTable(
            Arrays.stream(places).map(place -> users[place]).toArray(),
            metrics,
            names.subList(metrics.size(), names.size()));
    for (int metric = 0; metric < values.length; metric++) {
      for (int i = 0; i < places.length; i++) {
        some.values[metric][i] = values[metric][places[i]];
      }
    }
    return some;
  }

  /** Means over the users at the positions that {@code included} accepts, NaN users left out. */
  Map<String, Double> means(IntPredicate included) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int metric = 0; metric < values.length; metric++) {
      double sum = 0;
      int count = 0;
      for (int user = 0; user < users.length; user++) {
        if (included.test(user) && !Double.isNaN(values[metric][user])) {
          sum += values[metric][user];
          count++;
        }
      }
      if (count > 0) {
        means.put(names.get(metric), sum / count);
      }
    }
    return means;
  }

  /** Number of users accepted by {@code included} that the metrics say something about. */
  int count(IntPredicate included) {
    int count = 0;
    for (int user = 0; user < users.length; user++) {
      if (included.test(user) && !Double.isNaN(values[0][user])) {
        count++;
      }
    }
    return count;
  }
}
