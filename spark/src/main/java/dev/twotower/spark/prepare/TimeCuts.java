package dev.twotower.spark.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/**
 * Where {@code time:FRACTION} cuts: rows from {@code test} on are test, those from {@code
 * validation} on validation. The same cuts as an import's: they lie between unequal times and leave
 * each split a row; of those, the one is taken whose share of the rows is nearest to the fraction
 * (of two equally near, the later).
 */
record TimeCuts(long validation, long test) implements Serializable {
  int split(long order) {
    return order < validation ? 0 : order < test ? 1 : 2;
  }

  /**
   * @param counts rows by time, ascending
   */
  static TimeCuts find(JavaPairRDD<Long, Long> counts, double fraction) {
    List<Tuple2<Long, Long>> first = counts.take(2);
    long earliest = first.get(0)._1();
    long second = first.size() > 1 ? first.get(1)._1() : earliest;
    double wanted = fraction * rows(counts, Long.MAX_VALUE);
    long test = nearest(counts, wanted, second, Long.MAX_VALUE, second);
    long validation = nearest(counts, wanted, earliest, test, test);
    return new TimeCuts(validation, test);
  }

  private static long rows(JavaPairRDD<Long, Long> counts, long end) {
    return counts.filter(each -> each._1() < end).values().fold(0L, Long::sum);
  }

  /** A cut and the rows by which it misses what is wanted. */
  private record Candidate(long cut, double error) implements Serializable {
    Candidate orBetter(Candidate other) {
      if (other.error < error || other.error == error && other.cut > cut) {
        return other;
      }
      return this;
    }
  }

  /**
   * @param otherwise the cut where no time lies between {@code after} and {@code end}
   */
  private static long nearest(
      JavaPairRDD<Long, Long> counts, double wanted, long after, long end, long otherwise) {
    long[] inPartition =
        counts
            .mapPartitions(
                each -> {
                  long sum = 0;
                  while (each.hasNext()) {
                    Tuple2<Long, Long> next = each.next();
                    sum += next._1() < end ? next._2() : 0;
                  }
                  return List.of(sum).iterator();
                })
            .collect()
            .stream()
            .mapToLong(Long::longValue)
            .toArray();
    long all = Arrays.stream(inPartition).sum();
    Candidate none = new Candidate(otherwise, Double.POSITIVE_INFINITY);
    return counts
        .mapPartitionsWithIndex(
            (partition, each) -> {
              long left = all - Arrays.stream(inPartition, 0, partition).sum();
              return best(each, left, wanted, after, end, none);
            },
            true)
        .fold(none, Candidate::orBetter)
        .cut();
  }

  private static Iterator<Candidate> best(
      Iterator<Tuple2<Long, Long>> times,
      long rowsFromHere,
      double wanted,
      long after,
      long end,
      Candidate none) {
    Candidate best = none;
    long left = rowsFromHere;
    while (times.hasNext()) {
      Tuple2<Long, Long> next = times.next();
      if (next._1() > after && next._1() < end) {
        best = best.orBetter(new Candidate(next._1(), Math.abs(left - wanted)));
      }
      left -= next._1() < end ? next._2() : 0;
    }
    List<Candidate> found = new ArrayList<>();
    found.add(best);
    return found.iterator();
  }
}
