package dev.twotower.trainer.kept;

import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Does pieces of work that do not depend on each other, such as trainings, side by side: each on
 * one thread, so that a step waits for no other thread. One at a time, or one that has nothing
 * beside it, has all threads for itself.
 */
public final class SideBySide {
  private final int atOnce;
  private volatile boolean ending;
  private volatile int now = 1;

  /** A piece of work; empty when it was stopped. */
  public interface Work<T> {
    Optional<T> run() throws IOException, InterruptedException;
  }

  /**
   * @param atOnce how many are done at the same time, from 1
   */
  public SideBySide(int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException(
          "%d runs at once are not allowed; allowed: from 1".formatted(atOnce));
    }
    this.atOnce = atOnce;
  }

  /**
   * As it fits settings: one at a time, with a note, where some take the engine for themselves. The
   * listener hears which.
   *
   * @param configs of what is to be trained
   */
  public SideBySide where(Stream<RunConfig> configs, RunsListener listener) {
    boolean turns =
        atOnce > 1 && configs.anyMatch(config -> Training.takesTurns(config, Extensions.NONE));
    if (turns) {
      listener.note(
          "note: runs are trained one after another, as some take the engine for themselves (a GPU,"
              + " or a learned pooling of histories)");
    }
    listener.atOnce(turns ? 1 : atOnce);
    return turns ? new SideBySide(1) : this;
  }

  /** How many are done at the same time. */
  public int atOnce() {
    return atOnce;
  }

  /** How many are done at the same time at the moment, at most: one that is alone knows it. */
  int now() {
    return now;
  }

  /** What a piece of work polls to see whether it is to end: the others failing ends it, too. */
  public BooleanSupplier stop(BooleanSupplier asked) {
    return () -> ending || asked.getAsBoolean();
  }

  /**
   * Does all of it. The first failure lets those that have begun stop, begins no other, and is
   * thrown.
   *
   * @return what came of each, in their order; empty when one was stopped
   */
  public <T> Optional<List<T>> all(List<? extends Work<T>> works)
      throws IOException, InterruptedException {
    List<Optional<T>> results = new ArrayList<>();
    works.forEach(work -> results.add(Optional.empty()));
    now = works.size() <= 1 ? 1 : atOnce;
    try {
      if (now == 1) {
        boolean going = true;
        for (int number = 0; number < works.size() && going; number++) {
          going = run(works.get(number), number, results);
        }
      } else {
        Devices.workers(atOnce).each(works.size(), number -> runBeside(works, number, results));
      }
    } catch (Checked thrown) {
      thrown.rethrow();
    }
    return results.stream().allMatch(Optional::isPresent)
        ? Optional.of(results.stream().map(Optional::orElseThrow).toList())
        : Optional.empty();
  }

  private <T> void runBeside(List<? extends Work<T>> works, int number, List<Optional<T>> results) {
    if (ending) {
      return;
    }
    boolean done = false;
    try {
      done = run(works.get(number), number, results);
    } finally {
      if (!done) {
        ending = true;
      }
    }
  }

  /** Whether the work was done, rather than stopped. */
  private static <T> boolean run(Work<T> work, int number, List<Optional<T>> results) {
    try {
      Optional<T> result = work.run();
      results.set(number, result);
      return result.isPresent();
    } catch (IOException | InterruptedException thrown) {
      throw new Checked(thrown);
    }
  }

  /** An exception on its way through what throws none. */
  private static final class Checked extends RuntimeException {
    private static final long serialVersionUID = 1;

    Checked(Exception thrown) {
      super(thrown);
    }

    void rethrow() throws IOException, InterruptedException {
      Throwable thrown = getCause();
      if (thrown instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw (IOException) thrown;
    }
  }
}
