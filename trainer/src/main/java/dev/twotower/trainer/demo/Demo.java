package dev.twotower.trainer.demo;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.generate.Generator;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.trainer.compare.CompareRequest;
import dev.twotower.trainer.compare.CompareRun;
import dev.twotower.trainer.compare.EarlierReport;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.kept.SideBySide;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Generates a log, trains on shuffled rows, on sorted rows and by the recipe, and writes the
 * report. Sized for under three minutes on two cores.
 *
 * <p>The log and the model are chosen so that the seeds decide: whole requests are held out, so
 * that a user has several items to find; a small catalogue, so that many are found; short requests,
 * so that the recipe mixes many users into a batch; two arms beside the first, so that the
 * correction for many pairs costs little. How far two arms are apart varies by seed, and by seed
 * and user together, but hardly by user alone. So seeds narrow the interval most, and what they
 * vary by is estimated from them: a test at 2.5 % allows for 4.3 standard errors with three of
 * them, for 2.6 with six. Hence more seeds on fewer rows, and no evaluation while training, since
 * stopping early adds a variance of its own.
 *
 * <p>The user tower sees the user's history, as most do: every request has a vector of its own,
 * which sorted rows need once and shuffled rows once a row.
 */
public final class Demo {
  private static final int BATCH_SIZE = 1024;

  /** Shuffled rows, sorted rows, and the recipe. */
  public static final List<String> ARMS =
      List.of("iid/identity", "sorted/identity", Recipe.layout(BATCH_SIZE) + "/identity+user");

  /** What the arms are, in words. */
  public static final List<String> NAMES =
      List.of("shuffled rows", "sorted rows, as stored", "sorted rows, the recipe");

  private static final int SEEDS = 6;

  private Demo() {}

  /** The settings all arms share: a small model, and as many epochs for all. */
  public static RunConfig settings() {
    return RunConfig.defaults()
        .with(
            "batchSize=" + BATCH_SIZE,
            "dim=32",
            "user.embedding=32",
            "item.embedding=32",
            "epochs=6",
            "user.features=[segment]",
            "user.history.length=20",
            // As the rule chooses it for this log.
            "loss.temperature=0.13",
            // Weights by user let seeds differ more.
            "loss.weighting=rows",
            "evaluation.everyEpochs=0",
            "evaluation.metrics=[recall@20]");
  }

  /** How many runs to train at once: one a core, and no more than there are seeds. */
  public static int atOnce(int cores) {
    return Training.takesTurns(settings(), Extensions.NONE)
        ? 1
        : Math.max(1, Math.min(cores, SEEDS));
  }

  /**
   * Runs the demo; started again in the same directory it continues, or shows the report it has.
   *
   * @param out gets {@code data}, {@code runs} and the report
   * @param seed of the log, and the first of the seeds trained with
   * @param atOnce how many runs are trained side by side
   * @param stop polled while training
   * @return the report; empty when stopped
   * @throws IllegalArgumentException when the directory holds a report on other arms
   */
  public static Optional<Report> run(
      Path out, long seed, int atOnce, RunsListener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Optional<EarlierReport> earlier = EarlierReport.in(out);
    if (earlier.isPresent() && !ARMS.containsAll(earlier.get().arms())) {
      throw new IllegalArgumentException(
          "'%s' holds the demo of another version, with the arms %s; remove it, or name another --out"
              .formatted(out, String.join(", ", earlier.get().arms())));
    }
    Path directory = out.resolve("data");
    if (!Files.exists(directory)) {
      Generator.generate(GenerateRequest.demo(seed), directory);
    }
    RunConfig base = settings().with("seed=" + seed);
    CompareRequest request =
        new CompareRequest(
            ARMS.stream().map(ArmSpec::parse).toList(),
            Set.of(ARMS.get(ARMS.size() - 1)),
            CompareRequest.seeds(seed, SEEDS),
            base,
            List.of(),
            Metric.parse(base.evaluation().stopMetric()),
            Split.TEST,
            0,
            Comparison.Pairing.WITH_FIRST,
            0);
    try (Dataset data = Dataset.open(directory)) {
      requireSame(seed, data.manifest().provenance().options(), out);
      return CompareRun.run(data, request, new SideBySide(atOnce), out, listener, stop);
    }
  }

  /** A log of another seed, or of a demo before this one, is not the one that is asked for. */
  private static void requireSame(long seed, Map<String, String> made, Path out) {
    GenerateRequest asked = GenerateRequest.demo(seed);
    Map<String, String> wanted =
        Map.of(
            "seed", String.valueOf(asked.seed()),
            "users", String.valueOf(asked.users()),
            "rows", String.valueOf(asked.rows()));
    if (!made.entrySet().containsAll(wanted.entrySet())) {
      throw new IllegalArgumentException(
          "'%s' holds a demo with seed %s, %s users and %s rows; asked for: seed %d, %d users and %d rows; remove it, or name another --out"
              .formatted(
                  out,
                  made.get("seed"),
                  made.get("users"),
                  made.get("rows"),
                  asked.seed(),
                  asked.users(),
                  asked.rows()));
    }
  }
}
