package dev.twotower.trainer.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.tuning.TuneReport.Point;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The search over made-up trials, whose values and costs are known. */
class HalvingTest {
  /** How far each trial was trained, in the order of the search. */
  private final List<String> trained = new ArrayList<>();

  private final Map<Integer, Long> epochs = new HashMap<>();

  /** A trial whose value rises by epochs towards what it is good for. */
  private static Trial trial(int number, long epochs, double good, double secondsPerEpoch) {
    List<Point> curve =
        LongStream.rangeClosed(1, epochs)
            .mapToObj(e -> new Point(e, e * secondsPerEpoch, good * (1 - 1.0 / (e + 1))))
            .toList();
    Point last = curve.get(curve.size() - 1);
    return new Trial(
        number,
        Map.of(),
        last.value(),
        epochs,
        epochs,
        last.seconds(),
        false,
        null,
        curve,
        Map.of());
  }

  private Halving halving(Rungs rungs, Budget budget, IntToDoubleFunction good) {
    trained.clear();
    epochs.clear();
    return new Halving(
        rungs,
        budget,
        (number, until, place) -> {
          trained.add(number + "@" + until);
          assertThat(until).isGreaterThan(epochs.getOrDefault(number, 0L));
          epochs.put(number, until);
          return Optional.of(trial(number, until, good.applyAsDouble(number), 1));
        });
  }

  @Test
  void aThirdGoesOnThreeTimesAsFarAndTheFirstTrialAlways() throws Exception {
    // Trial n is as good as n, so the best of nine are 8, 7, 6; trial 0 is the worst.
    Halving halving =
        halving(Rungs.of(9, 1, 9), new Budget(9, Double.POSITIVE_INFINITY), number -> number);
    assertThat(halving.run()).isTrue();
    assertThat(trained)
        .containsExactly(
            "0@1", "1@1", "2@1", "3@1", "4@1", "5@1", "6@1", "7@1", "8@1", "8@3", "7@3", "6@3",
            "0@3", "8@9", "0@9");
    assertThat(halving.reached()).containsExactly(9, 4, 2);
    // 9 x 1 + 4 x 2 + 2 x 6
    assertThat(halving.spent()).isEqualTo(29);
  }

  @Test
  void trialsThatEndedOrFailedCostNothingMore() throws Exception {
    Halving halving =
        new Halving(
            Rungs.of(9, 1, 9),
            new Budget(9, Double.POSITIVE_INFINITY),
            (number, until, place) -> {
              trained.add(number + "@" + until);
              Trial as = trial(number, until, number, 1);
              boolean failed = number == 8;
              return Optional.of(
                  new Trial(
                      number,
                      Map.of(),
                      failed ? null : as.value(),
                      failed ? 0 : until,
                      failed ? 0 : until,
                      failed ? 0 : as.seconds(),
                      number >= 7,
                      failed ? "not finite" : null,
                      failed ? List.of() : as.curve(),
                      Map.of()));
            });
    halving.run();
    assertThat(trained).doesNotContain("8@3", "7@3").contains("6@3", "5@3", "6@9");
  }

  @Property
  void aBudgetOfTimeIsKept(
      @ForAll @IntRange(min = 10, max = 2500) int seconds,
      @ForAll @IntRange(min = 0, max = 1000) int seed)
      throws Exception {
    Rungs rungs = Rungs.of(27, 1, Budget.ANY);
    Halving halving =
        halving(rungs, new Budget(Budget.ANY, seconds), number -> (number * 7919 + seed) % 101);
    assertThat(halving.run()).isTrue();
    // The best trial of a rung has some grace; the first trial's first rung is always trained.
    assertThat(halving.spent()).isLessThanOrEqualTo(1.1 * seconds + 1);
    if (seconds > 200) {
      // Not much of it is left over either, where all trials cost the same.
      assertThat(halving.spent()).isGreaterThan(0.9 * seconds);
    }
  }

  /** Trials that end by themselves after four epochs, and a first one that is ten times as slow. */
  private Halving quick(Rungs rungs, Budget budget, IntToDoubleFunction good) {
    return new Halving(
        rungs,
        budget,
        (number, until, place) -> {
          trained.add(number + "@" + until);
          Trial as =
              trial(number, Math.min(4, until), good.applyAsDouble(number), number == 0 ? 10 : 1);
          return Optional.of(
              new Trial(
                  number,
                  as.settings(),
                  as.value(),
                  as.bestEpoch(),
                  as.epochs(),
                  as.seconds(),
                  until >= 4,
                  null,
                  as.curve(),
                  Map.of()));
        });
  }

  @Property
  void timeThatWasExpectedToBeNeededAndIsNotBuysMoreTrials(
      @ForAll @IntRange(min = 200, max = 2500) int seconds,
      @ForAll @IntRange(min = 0, max = 1000) int seed)
      throws Exception {
    IntToDoubleFunction good = number -> (number * 7919 + seed) % 101;
    Rungs rungs = Rungs.of(81, 1, Budget.ANY);
    Halving halving = quick(rungs, new Budget(Budget.ANY, seconds), good);
    assertThat(halving.run()).isTrue();
    assertThat(halving.spent()).isBetween(0.9 * seconds, 1.1 * seconds);
    // What is found is what as many trials would have found from the start.
    int drawn = halving.trials().size();
    Halving whole = quick(rungs, new Budget(drawn, Double.POSITIVE_INFINITY), good);
    whole.run();
    assertThat(best(halving)).isEqualTo(best(whole));
  }

  private static double best(Halving halving) {
    return halving.trials().stream().mapToDouble(Trial::value).max().orElseThrow();
  }

  @Test
  void aSearchWithTimeLeftSaysWhyItEnded() throws Exception {
    Halving few = halving(Rungs.of(9, 1, 5), new Budget(5, 1000), number -> number);
    few.run();
    assertThat(few.trials()).hasSize(5);
    assertThat(few.ended()).isEqualTo("there were to be 5 trials at most");
    // The first trial costs 27 of 40 seconds, so that another with its share is not expected to
    // fit.
    Halving slow = halving(Rungs.of(27, 1, Budget.ANY), new Budget(Budget.ANY, 40), n -> n);
    slow.run();
    assertThat(slow.ended())
        .isEqualTo("what is left is less than another trial is expected to cost");
  }

  @Property
  void moreTrialsNeverFindLess(@ForAll @IntRange(min = 1, max = 60) int trials) throws Exception {
    IntToDoubleFunction good = number -> (number * 7919 + 13) % 101;
    Halving halving =
        halving(Rungs.of(27, 1, trials), new Budget(trials, Double.POSITIVE_INFINITY), good);
    halving.run();
    double best = halving.trials().stream().mapToDouble(Trial::value).max().orElseThrow();
    double possible = java.util.stream.IntStream.range(0, trials).mapToDouble(good).max().orElse(0);
    // Curves do not cross here, so halving finds the best of those drawn.
    assertThat(best).isEqualTo(possible * (1 - 1.0 / 28));
  }

  @Test
  void rungsEndWithAnEvaluationAndRise() {
    assertThat(Rungs.of(60, 1, 40).epochs()).containsExactly(2L, 7L, 20L, 60L);
    assertThat(Rungs.of(60, 5, 40).epochs()).containsExactly(5L, 20L, 60L);
    assertThat(Rungs.of(1, 1, 40).epochs()).containsExactly(1L);
    assertThat(Rungs.of(60, 1, 2).epochs()).containsExactly(60L);
    assertThat(Rungs.of(60, 1, 3).epochs()).containsExactly(20L, 60L);
  }
}
