package dev.twotower.trainer.bench;

import dev.twotower.trainer.bench.BenchSettings.Part;
import dev.twotower.trainer.train.PlannedBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Nanoseconds of the timed steps, by part, and the sizes of their batches. */
final class StepParts {
  /** What none of the parts accounts for. */
  private static final String REST = "rest";

  private final List<String> outside;
  private final Map<String, long[]> parts = new LinkedHashMap<>();
  private final long[] steps;
  private final long[] cpu;
  private long requests;
  private long items;
  private long userInputs;
  private long queries;
  private long columns;
  private int count;

  StepParts(Part part, int steps) {
    this.steps = new long[steps];
    this.cpu = new long[steps];
    this.outside =
        switch (part) {
          case LOSS -> List.of("read");
          case STEP -> List.of();
          case END_TO_END -> List.of("read", "plan");
        };
    List<String> names =
        switch (part) {
          case LOSS -> List.of("read", "plan", "loss", REST);
          case STEP -> List.of("read", "plan", "towers", "loss", "tables", REST);
          case END_TO_END -> List.of("read", "plan", "wait", "towers", "loss", "tables", REST);
        };
    names.forEach(name -> parts.put(name, new long[steps]));
  }

  int count() {
    return count;
  }

  /** Notes a part of the step that {@link #add} ends. */
  void part(String name, long nanos) {
    parts.get(name)[count] = nanos;
  }

  /** Ends a step. */
  void add(long nanos, long cpuNanos, PlannedBatch batch) {
    part("read", batch.readNanos());
    part("plan", batch.planNanos());
    long known = 0;
    for (String name : inside()) {
      known += parts.get(name)[count];
    }
    part(REST, nanos - known);
    cpu[count] = cpuNanos;
    steps[count++] = nanos;
    requests += batch.plan().index().requests();
    items += batch.plan().index().columns();
    userInputs += batch.userInputs();
    queries += batch.plan().queries();
    columns += batch.plan().columns();
  }

  Millis steps() {
    return Millis.of(steps);
  }

  Millis cpu() {
    return Millis.of(cpu);
  }

  double requests() {
    return requests / (double) count;
  }

  double items() {
    return items / (double) count;
  }

  double userInputs() {
    return userInputs / (double) count;
  }

  double queries() {
    return queries / (double) count;
  }

  double columns() {
    return columns / (double) count;
  }

  /** What a step consists of. */
  Map<String, Double> parts() {
    return millis(inside());
  }

  /** What the time of a step does not hold. */
  Map<String, Double> outside() {
    return millis(outside);
  }

  private List<String> inside() {
    return parts.keySet().stream().filter(name -> !outside.contains(name)).toList();
  }

  /** Means over the middle half of the steps, by their time: those that the median stands for. */
  private Map<String, Double> millis(List<String> names) {
    int[] byTime =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingLong(step -> steps[step]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] middle = Arrays.copyOfRange(byTime, count / 4, count - count / 4);
    Map<String, Double> millis = new LinkedHashMap<>();
    for (String name : names) {
      long[] nanos = parts.get(name);
      millis.put(
          name, Arrays.stream(middle).mapToLong(step -> nanos[step]).average().orElseThrow() / 1e6);
    }
    return millis;
  }

  /** A part's share of all steps. */
  double share(String name) {
    return Arrays.stream(parts.get(name)).sum() / (double) Arrays.stream(steps).sum();
  }
}
