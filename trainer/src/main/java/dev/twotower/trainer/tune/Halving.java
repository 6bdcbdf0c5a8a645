package dev.twotower.trainer.tune;

import dev.twotower.eval.tuning.Stopping.Stretch;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * Successive halving (package description): what is trained next, and how far. It decides by what
 * it is told of trials alone, so the same answers give the same search.
 */
final class Halving {
  /** Trains trials. */
  @FunctionalInterface
  interface Trainer {
    /**
     * Trains a trial on to an epoch.
     *
     * @return the trial as it is then; empty when stopped
     */
    Optional<Trial> train(int number, long epochs, Place place)
        throws IOException, InterruptedException;

    /**
     * Hears, before the first of them is trained, which trials are going to be trained, whatever
     * comes of the others.
     *
     * @param numbers of trials that have not ended
     * @param rung from 0
     */
    default void ahead(List<Integer> numbers, long epochs, int rung)
        throws IOException, InterruptedException {}
  }

  /**
   * Where in the search a trial is trained, for who watches.
   *
   * @param rung from 0
   * @param at number of the trial in the rung, from 1
   * @param of trials of the rung, as far as is known
   * @param begins whether the trials before it were of another rung
   */
  record Place(int rung, int at, int of, boolean begins) {}

  /** A search that has used so much of its time draws no more. */
  private static final double NEARLY_ALL = 0.98;

  private final Rungs rungs;
  private final Budget budget;
  private final Trainer trainer;
  private final Map<Integer, Trial> trials = new TreeMap<>();
  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Integer> reached = new ArrayList<>();
  private double spent;
  private double firstRungs;
  private int outOfTime;

  Halving(Rungs rungs, Budget budget, Trainer trainer) {
    this.rungs = rungs;
    this.budget = budget;
    this.trainer = trainer;
  }

  /**
   * Searches; false when stopped. Where time is left, because trials ended before the limit or cost
   * less than the first ones, more are drawn, and the best third of all goes on, as if there had
   * been so many from the start.
   */
  boolean run() throws IOException, InterruptedException {
    if (!draw(this::planned) || !climb()) {
      return false;
    }
    int drawn = 0;
    while (budget.timed()
        && spent < NEARLY_ALL * budget.seconds()
        && drawn < trials.size()
        && fitting() > 0) {
      drawn = trials.size();
      if (!draw(more()) || !climb()) {
        return false;
      }
    }
    return true;
  }

  /** Trials that still fit, by what those so far have cost. */
  private int fitting() {
    double left = budget.seconds() - spent;
    return (int) Math.min(budget.trials() - trials.size(), left * trials.size() / spent);
  }

  /** As many as fit, where each costs as many times its first rung as all so far have cost. */
  private IntSupplier more() {
    double before = spent;
    double times = spent / firstRungs;
    int most = trials.size() + fitting();
    return () -> {
      double next = firstRungs / trials.size();
      return before + times * (spent - before + next) <= budget.seconds() ? most : trials.size();
    };
  }

  /** The best third of a rung goes on to the next, and so on to the last. */
  private boolean climb() throws IOException, InterruptedException {
    int first = trials.size();
    reached.clear();
    reached.add(first);
    outOfTime = 0;
    for (int rung = 1; rung < rungs.size(); rung++) {
      long until = rungs.epochs().get(rung);
      List<Integer> going = survivors(rungs.trials(rung, first), rungs.epochs().get(rung - 1));
      List<Integer> left =
          going.stream()
              .filter(number -> !trials.get(number).ended() && trials.get(number).epochs() < until)
              .toList();
      if (!budget.timed()) {
        trainer.ahead(left, until, rung);
      }
      int at = 0;
      for (int number : left) {
        at++;
        if (!affords(number, rung, number == going.get(0))) {
          outOfTime++;
        } else if (!advance(number, rung, new Place(rung, at, left.size(), at == 1))) {
          return false;
        }
      }
      long from = rungs.epochs().get(rung - 1);
      reached.add((int) trials.values().stream().filter(t -> t.epochs() > from).count());
    }
    return true;
  }

  /**
   * The first rung: one trial after the other.
   *
   * @param until the trials that there are to be, asked before each
   */
  private boolean draw(IntSupplier until) throws IOException, InterruptedException {
    int from = trials.size();
    if (!budget.timed()) {
      trainer.ahead(IntStream.range(from, budget.trials()).boxed().toList(), rungs.first(), 0);
    }
    for (int number = from; number < budget.trials(); number++) {
      int planned = until.getAsInt();
      if (number > 0 && number >= planned) {
        return true;
      }
      if (!advance(number, 0, new Place(0, number + 1, planned, number == from))) {
        return false;
      }
    }
    return true;
  }

  /** Trials that the budget is expected to hold, by what those so far have cost. */
  private int planned() {
    return trials.isEmpty()
        ? budget.trials()
        : planned(trials.get(0).seconds(), spent / trials.size());
  }

  /**
   * Trials that the budget is expected to hold.
   *
   * @param first seconds of the first trial's first rung, which goes on to the end however good the
   *     others are
   * @param mean seconds of a trial's first rung
   */
  int planned(double first, double mean) {
    if (!budget.timed()) {
      return budget.trials();
    }
    double end = first * ((double) rungs.last() / rungs.first() - rungs.costOfTrial());
    double fit = (budget.seconds() - end) / (mean * rungs.costOfTrial());
    return (int) Math.max(1, Math.min(budget.trials(), fit));
  }

  /**
   * The best trials, best first; the one that began the search stays among them, to be compared
   * with.
   */
  private List<Integer> survivors(int count, long epochs) {
    Comparator<Trial> best =
        Comparator.comparingDouble((Trial trial) -> trial.valueUntil(epochs))
            .reversed()
            .thenComparingInt(Trial::number);
    List<Integer> going =
        new ArrayList<>(
            trials.values().stream()
                .filter(trial -> !trial.curve().isEmpty() && wentTo(trial, epochs))
                .sorted(best)
                .limit(count)
                .map(Trial::number)
                .toList());
    if (!going.contains(0) && wentTo(trials.get(0), epochs)) {
      going.add(0);
    }
    return going;
  }

  /** Whether a trial got through a rung. */
  private static boolean wentTo(Trial trial, long epochs) {
    return trial.failure() == null && (trial.ended() || trial.epochs() >= epochs);
  }

  /**
   * Whether the time is enough for a trial's next rung; the best trial of a rung has some grace.
   */
  private boolean affords(int number, int rung, boolean best) {
    Trial trial = trials.get(number);
    if (!budget.timed() || trial.ended()) {
      return true;
    }
    long more = rungs.epochs().get(rung) - rungs.epochs().get(rung - 1);
    double cost = trial.seconds() / trial.epochs() * more;
    return spent + cost <= budget.seconds() * (best ? 1.1 : 1);
  }

  private boolean advance(int number, int rung, Place place)
      throws IOException, InterruptedException {
    long epochs = rungs.epochs().get(rung);
    Trial before = trials.get(number);
    if (before != null && before.ended()) {
      return true;
    }
    Optional<Trial> after = trainer.train(number, epochs, place);
    if (after.isEmpty()) {
      return false;
    }
    trials.put(number, after.get());
    double cost = after.get().seconds() - (before == null ? 0 : before.seconds());
    spent += cost;
    firstRungs += rung == 0 ? cost : 0;
    stretches.add(new Stretch(number, before == null ? 0 : before.epochs(), epochs));
    return true;
  }

  /** All trials, in the order in which they were drawn. */
  Collection<Trial> trials() {
    return trials.values();
  }

  /** What was trained, in order. */
  List<Stretch> stretches() {
    return List.copyOf(stretches);
  }

  /** Trials of each rung so far. */
  List<Integer> reached() {
    return List.copyOf(reached);
  }

  /** Seconds of all trials. */
  double spent() {
    return spent;
  }

  /** Why the search ended. */
  String ended() {
    if (trials.size() == budget.trials()) {
      return "there were to be %d trials at most".formatted(budget.trials());
    }
    return "what is left is less than another trial is expected to cost";
  }

  /** Trials that were good enough to go on, had there been time. */
  int outOfTime() {
    return outOfTime;
  }
}
