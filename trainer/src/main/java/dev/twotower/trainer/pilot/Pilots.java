package dev.twotower.trainer.pilot;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.auto.Rules;
import dev.twotower.trainer.config.EvaluationConfig;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.run.Tried;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Tries temperatures in short trainings (package description). */
public final class Pilots {
  /** What a short training has at least; of more rows an epoch is enough. */
  private static final int EPOCHS = 2;

  private static final int STEPS = 200;
  private static final long MANY_ROWS = 10_000_000;

  /** Not the run's, so that runs of a log that differ in their seed have one temperature. */
  private static final long SEED = 1;

  /** Users that are ranked after each, at most. */
  private static final int USERS = 5000;

  private static final double FACTOR = Math.sqrt(2);
  private static final double LEAST = 0.03;
  private static final double MOST = 0.6;

  private static final double[] NOTHING = {};

  private static final String TEMPERATURE = "loss.temperature";
  private static final String TOP_K = "loss.topK.temperature";

  private final Dataset data;
  private final RunConfig base;
  private final boolean withTopK;
  private final RunsListener listener;
  private final BooleanSupplier stop;
  private final RankingEvaluator evaluator;
  private int begun;

  private Pilots(
      Dataset data, RunConfig base, boolean withTopK, RunsListener listener, BooleanSupplier stop) {
    EvaluationConfig evaluation = base.evaluation();
    this.data = data;
    this.base = base;
    this.withTopK = withTopK;
    this.listener = listener;
    this.stop = stop;
    this.evaluator =
        new RankingEvaluator(
            Training.rankingData(data),
            RankingOptions.measuring(
                    evaluation.split(), List.of(Metric.parse(evaluation.stopMetric())))
                .withReplicates(0)
                .withRankSeen(evaluation.rankSeen())
                .withByRequest(base.ranksByRequest(data.userTable()))
                .withSampleUsers(users(evaluation), SEED)
                .withThreads(Devices.threads(base.threads())));
  }

  /** An epoch of a small log is few steps, and says little. */
  private long epochs() {
    long rows = data.interactions(Split.TRAIN).rows();
    long least = rows > MANY_ROWS ? 1 : EPOCHS;
    return Math.min(
        base.epochs(), Math.max(least, Math.round((double) STEPS * base.batchSize() / rows)));
  }

  private static int users(EvaluationConfig evaluation) {
    return evaluation.users() == 0 ? USERS : Math.min(USERS, evaluation.users());
  }

  /**
   * Whether temperatures are to be tried: where both temperature and epochs are left open, and
   * validation rows say when to stop. Who gives epochs or steps has said how long a training may
   * take.
   */
  public static boolean wanted(Dataset data, RunSettings.Chosen chosen) {
    EvaluationConfig evaluation = chosen.config().evaluation();
    return opens(chosen, TEMPERATURE)
        && opens(chosen, "epochs")
        && chosen.config().maxSteps() == 0
        && !chosen.config().loss().learnTemperature()
        && evaluation.everyEpochs() > 0
        && evaluation.split() == Split.VALIDATION
        && data.interactions(Split.VALIDATION).rows() > 0
        && Metric.parse(evaluation.stopMetric()).perUser();
  }

  /**
   * What was found.
   *
   * @param config the settings with the best temperature
   * @param tried what was tried; empty where the first training failed, as the run itself will
   */
  public record Found(RunConfig config, Optional<Tried> tried) {}

  private static boolean opens(RunSettings.Chosen chosen, String key) {
    return chosen.choices().stream().anyMatch(each -> each.key().equals(key));
  }

  /**
   * Tries temperatures, beginning with the one that the settings have.
   *
   * @param chosen settings that {@link #wanted} holds for
   * @param beside a path whose parent folder gets the short trainings; they are removed
   * @param listener hears of each, and what was found
   * @param stop polled while training; true ends it
   * @return what was found; empty when stopped
   */
  public static Optional<Found> choose(
      Dataset data,
      RunSettings.Chosen chosen,
      Path beside,
      RunsListener listener,
      BooleanSupplier stop)
      throws IOException, InterruptedException {
    Pilots pilots = new Pilots(data, chosen.config(), opens(chosen, TOP_K), listener, stop);
    Path target = beside.toAbsolutePath().normalize();
    Files.createDirectories(target.getParent());
    try (WorkFolder folder = WorkFolder.beside(target, WorkFolder.TRIALS)) {
      return pilots.choose(folder.path());
    }
  }

  private Optional<Found> choose(Path folder) throws IOException, InterruptedException {
    Climb climb =
        new Climb(FACTOR, LEAST, MOST, value -> trained(with(value), folder.resolve("run")));
    listener.note(
        "trying %s around %s, in trainings of %s each"
            .formatted(
                TEMPERATURE, written(base.loss().temperature()), Amount.of(epochs(), "epoch")));
    long start = System.nanoTime();
    Optional<Climb.Tried> best = climb.from(base.loss().temperature());
    double seconds = (System.nanoTime() - start) / 1e9;
    best.filter(found -> found.users().length > 0)
        .ifPresent(found -> listener.note(told(found, climb.tried(), seconds)));
    return best.map(
        found ->
            new Found(
                with(found.value()),
                found.users().length == 0
                    ? Optional.empty()
                    : Optional.of(kept(found, climb.tried(), seconds))));
  }

  private Tried kept(Climb.Tried best, List<Climb.Tried> tried, double seconds) {
    return new Tried(
        TEMPERATURE,
        shown(best.value()),
        base.evaluation().stopMetric(),
        base.evaluation().split().toString(),
        best.users().length,
        epochs(),
        Math.round(1000 * seconds) / 1000.0,
        tried.stream()
            .map(
                each ->
                    new Tried.Trial(
                        shown(each.value()), each.users().length == 0 ? null : each.mean()))
            .toList());
  }

  /** A temperature as it was set. */
  private static double shown(double temperature) {
    return Double.parseDouble(written(temperature));
  }

  private RunConfig with(double value) {
    String temperature = written(value);
    if (temperature.equals(written(base.loss().temperature()))) {
      return base;
    }
    RunConfig config = base.with(TEMPERATURE + "=" + temperature);
    return withTopK
        ? config.with(
            String.format(
                Locale.ROOT,
                "%s=%.3g",
                TOP_K,
                Rules.topKTemperature(Double.parseDouble(temperature), data.items())))
        : config;
  }

  private static String written(double temperature) {
    return String.format(Locale.ROOT, temperature < 0.1 ? "%.3f" : "%.2f", temperature);
  }

  private Optional<double[]> trained(RunConfig config, Path run)
      throws IOException, InterruptedException {
    WorkFolder.delete(run);
    RunConfig brief =
        config.with(
            "epochs=" + epochs(),
            "evaluation.everyEpochs=0",
            "evaluation.patience=0",
            // Of short trainings, most of a warm-up would be judged.
            "optimizer.schedule=constant",
            "optimizer.warmupSteps=0",
            // Training ranks at its end, where one user is enough: all are ranked below.
            "evaluation.users=1",
            "seed=" + SEED);
    String name = TEMPERATURE + " " + written(config.loss().temperature());
    Training.Options how =
        Training.Options.DEFAULT
            .withoutCheckpoints()
            .withListener(listener.run(++begun, 0, name))
            .withStop(stop);
    try {
      if (Training.start(data, brief, run, how).interrupted()) {
        return Optional.empty();
      }
    } catch (IllegalArgumentException | IllegalStateException refused) {
      // It does not fit the other settings, or the loss is not finite. If it is the first, the run
      // itself fails in the same way, and keeps what shows why.
      return Optional.of(NOTHING);
    }
    try (TrainedRun trained =
        TrainedRun.load(run, Optional.of(data.directory()), Optional.empty())) {
      return Optional.of(
          trained
              .evaluate(evaluator, base.evaluation().split())
              .ofUsers()
              .values(base.evaluation().stopMetric()));
    }
  }

  private String told(Climb.Tried best, List<Climb.Tried> tried, double seconds) {
    boolean topK = withTopK && base.loss().form() == LossConfig.Form.TOP_K;
    return String.format(
            Locale.ROOT,
            "chosen by trying for %.1f s: %s = %s%s; %s on validation rows after %s: ",
            seconds,
            TEMPERATURE,
            written(best.value()),
            topK
                ? ", %s = %s".formatted(TOP_K, with(best.value()).loss().topK().temperature())
                : "",
            base.evaluation().stopMetric(),
            Amount.of(epochs(), "epoch"))
        + String.join(
            ", ",
            tried.stream()
                .map(
                    each ->
                        each.users().length == 0
                            ? "none at " + written(each.value())
                            : String.format(
                                Locale.ROOT, "%.4f at %s", each.mean(), written(each.value())))
                .toList())
        + (best.equals(tried.get(0)) ? " (none better beyond chance)" : "");
  }
}
